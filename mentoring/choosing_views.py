"""An approved mentee reads who the mentors are and asks for up to three of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from . import enrolment_actions as actions
from .choosing_actions import open_to
from .enrolment_views import enrolled_of, page
from .listed_mentors import cards, chosen_cards
from .models import Enrolment, Mentee, Mentor
from .refusals import MentoringRefused
from .taking_part_forms import MentorFilter

ON_A_PAGE = 12


def mentee_of(request: HttpRequest) -> Mentee:
    """Raises Http404 unless the society has approved this person as a mentee."""
    mentee = enrolled_of(request, "mentee")
    if mentee.status != Enrolment.APPROVED:
        raise Http404("Mentors are shown to approved mentees.")
    return mentee


@never_cache
@require_safe
def mentors(request: HttpRequest) -> HttpResponse:
    mentee = mentee_of(request)
    search = MentorFilter(request.GET)
    wanted = search.cleaned_data if search.is_valid() else {}
    found = Paginator(cards(mentee, wanted), ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return page(
        request,
        "mentors",
        search=search,
        is_narrowed=any(wanted.values()),
        page_obj=found,
        query=query.urlencode(),
        chosen=chosen_cards(mentee),
        most=Mentee.MOST_CHOICES,
    )


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    mentee = mentee_of(request)
    wanted = get_object_or_404(open_to(mentee), pk=pk)
    chosen = _chosen(mentee)
    return _choose(request, mentee, chosen if wanted in chosen else [*chosen, wanted])


@require_POST
def up(request: HttpRequest, pk: int) -> HttpResponse:
    mentee = mentee_of(request)
    chosen = _chosen(mentee)
    place = _place_of(chosen, pk)
    if place:
        chosen[place - 1], chosen[place] = chosen[place], chosen[place - 1]
    return _choose(request, mentee, chosen)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    mentee = mentee_of(request)
    chosen = _chosen(mentee)
    chosen.pop(_place_of(chosen, pk))
    if not chosen:
        actions.forget_choices(mentee=mentee, by=request.user)
        messages.success(request, "You have no choices now. The society looks for a mentor for you.")
        return redirect("enrolment:mentors")
    return _choose(request, mentee, chosen)


@require_POST
def apart(request: HttpRequest, pk: int) -> HttpResponse:
    mentee = mentee_of(request)
    mentor = get_object_or_404(open_to(mentee), pk=pk)
    actions.keep_apart(by=request.user, one=request.user, other=mentor.person)
    messages.success(request, "You will never be paired with this person. They are not told.")
    return redirect("enrolment:mentors")


def _chosen(mentee: Mentee) -> list[Mentor]:
    return [choice.mentor for choice in mentee.choices.select_related("mentor").order_by("rank")]


def _place_of(chosen: list[Mentor], pk: int) -> int:
    for place, mentor in enumerate(chosen):
        if mentor.pk == pk:
            return place
    raise Http404("This mentor is not among the choices.")


def _choose(request: HttpRequest, mentee: Mentee, wanted: list[Mentor]) -> HttpResponse:
    try:
        actions.choose(mentee=mentee, by=request.user, mentors=wanted)
        messages.success(request, "Your choices are saved.")
    except MentoringRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("enrolment:mentors")
