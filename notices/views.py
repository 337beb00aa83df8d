"""The pages that mails lead to: no sign-in, no case detail, and only a POST changes anything."""

from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from . import actions, links
from .display import answer_words, buttons_of
from .forms import AnswerForm
from .kinds import kind_named
from .models import Answer, Notice


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    notice = links.notice_of(token)
    if notice is None:
        return render(request, "notices/link_over.html", status=410)
    kind = kind_named(notice.kind)
    form = (kind.form or AnswerForm)(request.POST or None, today=actions.today_of(notice.person))
    if request.method == "POST" and not notice.answer and form.is_valid():
        _try_to_answer(notice, form)
    if notice.answer:
        is_earlier = request.POST.get("answer") != notice.answer
        context = {"notice": notice, "words": answer_words(notice), "is_earlier": is_earlier}
        return render(request, "notices/answered.html", context)
    context = {"notice": notice, "kind": kind, "buttons": buttons_of(kind), "form": form}
    return render(request, "notices/answer.html", context, status=422 if form.errors else 200)


def _try_to_answer(notice: Notice, form: AnswerForm) -> None:
    """A refusal stands beside what it is about, unless a second click only came too late: then the first one shows."""
    try:
        actions.answer(notice=notice, answer=form.cleaned_data["answer"], data=form.cleaned_data)
    except actions.NoticeRefused as refusal:
        form.add_error("until" if form.cleaned_data["answer"] == Answer.REMIND else None, str(refusal))
        notice.refresh_from_db()


# Mail programs post here without having been on the site (RFC 8058); the signed address is the only key.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    found = links.unsubscription_of(token)
    if found is None:
        return render(request, "notices/link_over.html", status=410)
    person_id, kinds = found
    if request.method == "POST":
        person = get_object_or_404(get_user_model(), pk=person_id)
        for kind in kinds:
            actions.switch_off(person=person, kind=kind.name)
    return render(request, "notices/unsubscribe.html", {"kinds": kinds, "is_done": request.method == "POST"})
