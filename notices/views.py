"""The pages that mails lead to: no sign-in, no case detail, and only a POST changes anything."""

from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from . import actions, links
from .forms import AnswerForm
from .kinds import kind_named
from .models import Notice


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    notice = links.notice_of(token)
    if notice is None:
        return render(request, "notices/link_over.html", status=410)
    if notice.answer:
        return render(request, "notices/answered.html", {"notice": notice, "is_earlier": request.method == "GET"})
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer(notice=notice, answer=form.cleaned_data["answer"], data=form.cleaned_data)
            return render(request, "notices/answered.html", {"notice": Notice.objects.get(pk=notice.pk)})
        except actions.NoticeRefused as refusal:
            form.add_error(None, str(refusal))
    kind = kind_named(notice.kind)
    context = {"notice": notice, "kind": kind, "answers": kind.answers, "form": form, "in_a_week": form.in_a_week()}
    return render(request, "notices/answer.html", context, status=422 if form.errors else 200)


# Mail programs post here without having been on the site (RFC 8058); the signed address is the only key.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    found = links.unsubscription_of(token)
    if found is None:
        return render(request, "notices/link_over.html", status=410)
    person_id, names = found
    kinds = [kind_named(name) for name in names]
    if request.method == "POST":
        person = get_object_or_404(get_user_model(), pk=person_id)
        for kind in kinds:
            actions.switch_off(person=person, kind=kind.name)
    return render(request, "notices/unsubscribe.html", {"kinds": kinds, "is_done": request.method == "POST"})
