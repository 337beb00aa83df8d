"""Once a year both sides rank each other, as in the Match. Who may not rank now finds nothing here."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from .enrolment_parts import side_of
from .models import Round
from .ranking_actions import Enrolled, candidates_of, open_ranking, ranked_by, rankers_of, save_ranking
from .ranking_forms import RankForm
from .refusals import MentoringRefused


@never_cache
@require_safe
def rank_first(request: HttpRequest) -> HttpResponse:
    """To the side on which this person takes part; as a mentee first."""
    _, sides = _ranking_of(request)
    return redirect("mentoring:rank_as", next(iter(sides)))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rank(request: HttpRequest, side: str) -> HttpResponse:
    round, sides = _ranking_of(request)
    if side not in sides:
        raise Http404("This person does not rank on this side.")
    enrolled, ranked = sides[side], ranked_by(round, sides[side])
    data = request.POST if request.method == "POST" else None
    form = RankForm(data, candidates=candidates_of(round, enrolled), ranked=ranked)
    if form.is_valid() and _is_saved(request, round, enrolled, form):
        return redirect("mentoring:rank_as", side)
    context = {"form": form, "round": round, "side": side, "sides": sides, "ranked": ranked, "nav_section": "my"}
    return render(request, "mentoring/rank.html", context, status=422 if form.errors else 200)


def _ranking_of(request: HttpRequest) -> tuple[Round, dict[str, Enrolled]]:
    round = open_ranking()
    sides = {side_of(enrolled): enrolled for enrolled in rankers_of(request.user)} if round else {}
    if round is None or not sides:
        raise Http404("There is nothing to rank.")
    return round, sides


def _is_saved(request: HttpRequest, round: Round, enrolled: Enrolled, form: RankForm) -> bool:
    version, others = form.cleaned_data["version"], form.others()
    try:
        save_ranking(round=round, enrolled=enrolled, by=request.user, others=others, version=version)
    except MentoringRefused as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, "Your list is saved. You can change it until the last day.")
    return True
