"""What counts how much in a round: kept as rows, so that each earlier round says how it was made."""

from dataclasses import fields
from datetime import date

from django.db import transaction

from audit.models import record

from .matching.people import Impossible
from .matching.terms import Terms
from .matching.terms import Weights as Points
from .models import Person, Weights
from .refusals import MentoringRefused, StaleForm

NAMES = tuple(field.name for field in fields(Points))


@transaction.atomic
def weights_in_force() -> Weights:
    """The newest row; the first one comes with the portal."""
    return Weights.objects.first() or Weights.objects.create(
        points=_as_data(Points()), why="As the portal came: the next step of the mentee counts most."
    )


def points_of(weights: Weights) -> Points:
    """A weight that the row does not know yet counts as the portal came."""
    return Points(**{name: points for name, points in weights.points.items() if name in NAMES})


def terms_of(weights: Weights, on: date) -> Terms:
    return Terms(on=on, weights=points_of(weights))


@transaction.atomic
def set_weights(*, by: Person, version: int, points: dict[str, int], why: str) -> Weights:
    """`version` is the number of the row that stood when the form was opened. Rounds made before stay as they are."""
    weights_in_force()
    Weights.objects.select_for_update().order_by("pk").first()  # whoever else sets them waits here
    before = weights_in_force()
    if before.pk != version:
        raise StaleForm
    if not why.strip():
        raise MentoringRefused("Say in a sentence why the points change.", field="why")
    try:
        after = _as_data(Points(**{**_as_data(points_of(before)), **points}))
    except Impossible as error:
        raise MentoringRefused(str(error)) from error
    changed = {name: f"{_as_data(points_of(before))[name]} → {after[name]}" for name in NAMES}
    changed = {name: words for name, words in changed.items() if len(set(words.split(" → "))) > 1}
    if not changed:
        raise MentoringRefused("Nothing was changed.")
    weights = Weights.objects.create(points=after, set_by=by, why=why.strip())
    record(by=by, verb="weights of matching set", subject=weights, data=changed)
    return weights


def _as_data(points: Points) -> dict[str, int]:
    return {name: getattr(points, name) for name in NAMES}
