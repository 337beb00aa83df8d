"""“Was this page useful?”: works without a script, a cookie or an account."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from . import actions
from .forms import CommentForm, published_page
from .visitors import came_from_here, is_too_often

COMMENTS_AN_HOUR = 10
TOO_OFTEN = "You have sent several comments in a short time. Wait an hour, then send this one again."
FROM_ELSEWHERE = "This form was sent from another site. Send it again from here."


# Public pages set no cookie, so there is no token to compare; the form changes nothing of anybody's.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _empty_form(request)
    form = CommentForm(request.POST)
    if not came_from_here(request):
        form.add_error(None, FROM_ELSEWHERE)
        return _form_page(request, form, status=403)
    if (
        form.is_valid()
        and not form.is_from_a_program
        and is_too_often(request, "comment", limit=COMMENTS_AN_HOUR, seconds=3600)
    ):
        form.add_error(None, TOO_OFTEN)
        return _form_page(request, form, status=429)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    page, useful = form.cleaned_data["page"], form.cleaned_data["useful"] == "yes"
    if not form.is_from_a_program:
        actions.add_comment(page=page, useful=useful, text=form.cleaned_data["text"])
    return render(request, "content/feedback_thanks.html", {"page_url": page.address})


def _empty_form(request: HttpRequest) -> HttpResponse:
    page = published_page(request.GET.get("page", ""))
    if page is None:
        raise Http404("There is no page to comment on.")
    return _form_page(request, CommentForm(initial={"page": page.address}))


def _form_page(request: HttpRequest, form: CommentForm, status: int = 200) -> HttpResponse:
    context = {
        "title": "Tell us about this page",
        "intro": "Your answer goes to the person who looks after the page. It is kept without your name.",
        "form": form,
        "submit_label": "Send",
        "is_for_everybody": True,  # no token, so no cookie
    }
    return render(request, "form_page.html", context, status=status)
