"""The page on which staff fix or forbid one pair of a draft, and see first what would change."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest

from mentoring import round_actions
from mentoring.models import Mentee, Mentor, Person, Round, Wish
from mentoring.outlook import Outlook, TooLargeToLookAhead, what_changes
from mentoring.refusals import MentoringRefused
from mentoring.suggestions import Suggestions, suggestions_for

SUGGESTED = 10
ACTS = {
    Wish.FIXED: ("Fix this pair", round_actions.fix_pair),
    Wish.FORBIDDEN: ("Forbid this pair", round_actions.forbid_pair),
    Wish.NONE: ("Neither fix nor forbid", round_actions.let_pair_be),
}


class EnrolledField(forms.CharField):
    """An approved mentor or mentee, by number or by the e-mail address of the account."""

    def __init__(self, side: type[Mentor] | type[Mentee], **kwargs: Any) -> None:
        self.side = side
        name = side._meta.verbose_name
        super().__init__(label=f"The {name}", help_text=f"The number or the e-mail address of the {name}.", **kwargs)

    def clean(self, value: Any) -> Mentor | Mentee:
        typed = super().clean(value).strip()
        people = self.side.objects.approved().select_related("person")
        wanted = {"pk": int(typed)} if typed.isdecimal() and len(typed) < 10 else {"person__email__iexact": typed}
        if found := people.filter(**wanted).first():
            return found
        raise forms.ValidationError(f"No approved {self.side._meta.verbose_name} has this number or address.")


class WishForm(forms.Form):
    required_css_class = "required"
    mentor = EnrolledField(Mentor)
    mentee = EnrolledField(Mentee)
    wish = forms.ChoiceField(
        label="What you want",
        required=False,
        initial=Wish.FIXED,
        choices=[(wish.value, label) for wish, (label, _) in ACTS.items()],
    )


@dataclass(frozen=True)
class Look:
    """What stands on the page: what would change, or why that cannot be said or done."""

    button: str = ""
    outlook: Outlook | None = None
    problem: str = ""
    is_possible: bool = True


def look(round: Round, form: WishForm) -> Look:
    wanted = form.cleaned_data
    button = ACTS[Wish(wanted["wish"])][0]
    try:
        return Look(button, what_changes(round=round, **wanted))
    except TooLargeToLookAhead as told:
        return Look(button, problem=str(told))
    except MentoringRefused as refusal:
        return Look(button, problem=str(refusal), is_possible=False)


def carry_out(round: Round, by: Person, form: WishForm) -> str:
    """What was done. May raise MentoringRefused."""
    wish = Wish(form.cleaned_data["wish"])
    label, act = ACTS[wish]
    act(round=round, by=by, mentor=form.cleaned_data["mentor"], mentee=form.cleaned_data["mentee"])
    return f"{label}: done. The draft is being worked out again."


def suggested(request: HttpRequest) -> tuple[Mentee | None, Suggestions | None]:
    """For the mentee whom the address names, while no mentor is chosen."""
    number = request.GET.get("mentee", "")
    if not number.isdecimal() or request.GET.get("mentor"):
        return None, None
    mentee = Mentee.objects.approved().select_related("person").filter(pk=number).first()
    return mentee, suggestions_for(mentee=mentee, most=SUGGESTED) if mentee else None
