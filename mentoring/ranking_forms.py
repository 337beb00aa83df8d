"""One number beside each person: 1 for whom you would like best."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import escape

from .forms import CarriedOut
from .models import Help, Hurdle, Language, Mentee, Specialty, Stage
from .ranking_actions import Candidate, Enrolled, version_of


class RankForm(CarriedOut):
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, candidates: Sequence[Candidate], ranked: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {f"rank_{one.enrolled.pk}": one.enrolled for one in candidates}
        self.initial["version"] = version_of(ranked)
        for name, one in zip(self.candidates, candidates, strict=True):
            self.fields[name] = _rank_field(one, len(candidates))
            if one.enrolled.pk in ranked:
                self.initial[name] = ranked.index(one.enrolled.pk) + 1

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given: dict[int, str] = {}
        for name in self.candidates:
            number = data.get(name)
            if number and number in given:
                other = self.candidates[given[number]].person.get_full_name()
                self.add_error(name, f"You gave {number} to {other} too. Give each number once.")
            elif number:
                given[number] = name
        return data

    def others(self) -> list[Enrolled]:
        """The best liked first; a number left out in between does not matter."""
        given = [(self.cleaned_data[name], one) for name, one in self.candidates.items() if self.cleaned_data[name]]
        return [one for _, one in sorted(given, key=lambda pair: pair[0])]


def _rank_field(candidate: Candidate, most: int) -> forms.IntegerField:
    wrong = f"Write a whole number from 1 to {most}, or leave it empty."
    # The form's template takes a help text as it is, and this one holds words of people.
    told = escape(" ".join(candidate.reasons or _about(candidate.enrolled)))
    return forms.IntegerField(
        label=candidate.enrolled.person.get_full_name(),
        help_text=told,
        required=False,
        min_value=1,
        max_value=most,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": wrong, "min_value": wrong, "max_value": wrong},
    )


def _about(enrolled: Enrolled) -> list[str]:
    """What a mentor reads about a mentee who ranked them."""
    if not isinstance(enrolled, Mentee):
        return ["You are possible for each other; nothing else speaks for it or against it."]
    told = (
        ("Now", _labels(Stage, [enrolled.stage])),
        ("Next step", _labels(Hurdle, [enrolled.next_hurdle])),
        ("Wants help with", _labels(Help, enrolled.help)),
        ("Thinks of", _labels(Specialty, enrolled.specialties)),
        ("Speaks", _labels(Language, enrolled.languages)),
        ("Goals", enrolled.goals.strip().rstrip(".")),
    )
    return [f"{what}: {words}." for what, words in told if words]


def _labels(kind: Any, keys: Sequence[str]) -> str:
    return ", ".join(label for key, label in kind.choices if key in keys)
