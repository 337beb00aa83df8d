"""The list of mentors as an approved mentee reads it. Nobody's address is in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .choosing_actions import open_to
from .models import Format, Help, Hurdle, Language, Mentee, Mentor, Specialty, Visa

KEYS = {"help": "help", "specialty": "specialties", "language": "languages"}


@dataclass(frozen=True)
class Card:
    """`rank` is the place among the mentee's choices, 0 for none. `hurdles` are (what, the year)."""

    mentor: Mentor
    name: str
    specialties: str
    languages: str
    help: str
    formats: str
    visas: str
    hurdles: list[tuple[str, int]]
    rank: int


def cards(mentee: Mentee, wanted: dict[str, str]) -> list[Card]:
    """Who got past the mentee's next step comes first, then by name."""
    mentors = [mentor for mentor in open_to(mentee) if _fits(mentor, wanted)]
    mentors.sort(key=lambda mentor: (mentee.next_hurdle not in mentor.hurdles, mentor.person.full_name, mentor.pk))
    return _as_cards(mentors, mentee)


def chosen_cards(mentee: Mentee) -> list[Card]:
    choices = mentee.choices.select_related("mentor__person").order_by("rank")
    return _as_cards([choice.mentor for choice in choices], mentee)


def _fits(mentor: Mentor, wanted: dict[str, str]) -> bool:
    return (
        all(wanted[name] in getattr(mentor, field) for name, field in KEYS.items() if wanted.get(name))
        and wanted.get("hurdle", "") in {"", *mentor.hurdles}
        and wanted.get("region", "") in ("", mentor.region)
    )


def _as_cards(mentors: Iterable[Mentor], mentee: Mentee) -> list[Card]:
    ranks = dict(mentee.choices.values_list("mentor", "rank"))
    return [_card(mentor, ranks.get(mentor.pk, 0)) for mentor in mentors]


def _card(mentor: Mentor, rank: int) -> Card:
    hurdles = [(label, mentor.hurdles[key]) for key, label in Hurdle.choices if key in mentor.hurdles]
    return Card(
        mentor=mentor,
        name=mentor.person.get_full_name(),
        specialties=_labels(Specialty, mentor.specialties),
        languages=_labels(Language, mentor.languages),
        help=_labels(Help, mentor.help),
        formats=_labels(Format, mentor.formats),
        visas=_labels(Visa, mentor.visas),
        hurdles=hurdles,
        rank=rank,
    )


def _labels(kind: Any, keys: list[str]) -> str:
    return ", ".join(label for key, label in kind.choices if key in keys)
