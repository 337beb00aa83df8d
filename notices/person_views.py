"""What was sent to me, when, why, and what comes next; and which messages I want."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from . import actions
from .display import bad_address_of, choices_of, coming, sent_lines
from .kinds import kind_named
from .models import Mail, QuietPeriod
from .person_forms import QuietPeriodForm

ON_A_PAGE = 20
SWITCH = {"yes": actions.switch_on, "no": actions.switch_off}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_messages(request: HttpRequest) -> HttpResponse:
    """A POST adds a quiet period."""
    form = QuietPeriodForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.add_quiet_period(person=request.user, **form.cleaned_data)
            messages.success(request, "Your quiet period is saved. What is due in it waits until it is over.")
            return redirect("notices:messages")
        except actions.NoticeRefused as refusal:
            form.add_error("last_day", str(refusal))
    return render(request, "notices/messages.html", _context(request, form), status=422 if form.errors else 200)


def _context(request: HttpRequest, form: QuietPeriodForm) -> dict[str, object]:
    mails = Mail.objects.for_user(request.user).prefetch_related("notices").defer("text", "html")
    page_obj = Paginator(mails, ON_A_PAGE).get_page(request.GET.get("page"))
    return {
        "form": form,
        "page_obj": page_obj,
        "mails": sent_lines(page_obj),
        "coming": coming(request.user),
        "choices": choices_of(request.user),
        "quiet_periods": request.user.quiet_periods.all(),
        "bad_address": bad_address_of(request.user),
    }


@require_POST
def choose(request: HttpRequest, kind: str) -> HttpResponse:
    """Switch one kind of message on or off."""
    try:
        SWITCH[request.POST["wanted"]](person=request.user, kind=kind_named(kind).name)
        messages.success(request, "Your choice is saved.")
    except actions.NoticeRefused as refusal:
        messages.error(request, str(refusal))
    except LookupError as error:
        raise Http404("There is no such choice.") from error
    return redirect("notices:messages")


@require_POST
def end_quiet_period(request: HttpRequest, pk: int) -> HttpResponse:
    period = get_object_or_404(QuietPeriod, pk=pk, person=request.user)
    actions.remove_quiet_period(period=period)
    messages.success(request, "The quiet period is removed.")
    return redirect("notices:messages")


@require_POST
def address_works(request: HttpRequest) -> HttpResponse:
    actions.clear_bad_address(address=request.user.email, by=request.user)
    messages.success(request, "Thank you. What was held back for you goes out again.")
    return redirect("notices:messages")
