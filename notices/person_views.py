"""What was sent to me, when, why, and what comes next; and which messages I want."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from . import actions
from .display import choices_of, coming, sent_lines
from .models import BadAddress, Mail, Notice, QuietPeriod
from .person_forms import QuietPeriodForm

ON_A_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
def my_messages(request: HttpRequest) -> HttpResponse:
    """A POST adds a quiet period."""
    form = QuietPeriodForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_quiet_period(person=request.user, **form.cleaned_data)
            messages.success(request, "Your quiet period is saved. What is due in it waits until it is over.")
            return redirect("notices:messages")
        except actions.NoticeRefused as refusal:
            form.add_error("last_day", str(refusal))
    status = 422 if form.errors else 200
    return render(request, "notices/messages.html", _context(request, form), status=status)


def _context(request: HttpRequest, form: QuietPeriodForm) -> dict[str, object]:
    mails = Mail.objects.for_user(request.user).prefetch_related("notices")
    page_obj = Paginator(mails, ON_A_PAGE).get_page(request.GET.get("page"))
    return {
        "form": form,
        "page_obj": page_obj,
        "mails": sent_lines(page_obj),
        "coming": coming(Notice.objects.for_user(request.user)),
        "choices": choices_of(request.user),
        "quiet_periods": request.user.quiet_periods.all(),
        "bad_address": BadAddress.objects.filter(address=request.user.email.lower()).first(),
    }


@require_POST
def choose(request: HttpRequest, kind: str) -> HttpResponse:
    """Switch one kind of message on or off."""
    try:
        if request.POST.get("wanted") == "yes":
            actions.switch_on(person=request.user, kind=kind)
        else:
            actions.switch_off(person=request.user, kind=kind)
        messages.success(request, "Your choice is saved.")
    except (actions.NoticeRefused, LookupError) as refusal:
        messages.error(request, str(refusal))
    return redirect("notices:messages")


@require_POST
def end_quiet_period(request: HttpRequest, pk: int) -> HttpResponse:
    period = get_object_or_404(QuietPeriod, pk=pk, person=request.user)
    actions.remove_quiet_period(period=period)
    messages.success(request, "The quiet period is removed.")
    return redirect("notices:messages")


@require_POST
def address_works(request: HttpRequest) -> HttpResponse:
    held = actions.clear_bad_address(address=request.user.email, by=request.user)
    messages.success(request, f"Thank you. {held} held messages will be sent again." if held else "Thank you.")
    return redirect("notices:messages")
