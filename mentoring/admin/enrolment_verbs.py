"""The buttons of the enrollments: who may press them, when, what they ask for, and the one action each calls."""

from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.html import escape

from audit.acting import ReasonFields, Verb, VerbFields
from mentoring import enrolment_actions
from mentoring.models import Enrolment, Format, Mentee, Mentor
from mentoring.pair_actions import propose
from mentoring.suggestions import Suggestion, suggestions_for

CHANGE_MENTOR, CHANGE_MENTEE = ("mentoring.change_mentor",), ("mentoring.change_mentee",)
KEEP_APART = ("mentoring.add_keptapart",)
# The safeguarding officer, too: when somebody has to go, it is not put off until a coordinator is found.
SAFETY = "mentoring.change_concern"
MOST_OFFERED = 30


def box(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "cols": 60})


# ------------------------------------------------------------------------------------------------ what they ask for
class ChecksFields(VerbFields):
    license_checked_on = forms.DateField(label="License or training permit looked up on")
    membership_checked_on = forms.DateField(label="Membership looked up on")
    check_note = forms.CharField(
        label="Where you looked it up",
        max_length=300,
        help_text="For example: NYSED license search; membership database. Keep no document and no license number.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("license_checked_on", "membership_checked_on"):
            today = timezone.localdate()
            self.fields[name].widget = forms.DateInput(attrs={"type": "date", "max": today.isoformat()})
            self.fields[name].help_text = "Not in the future."


class LetterFields(ReasonFields):
    reason = forms.CharField(
        max_length=500,
        widget=box(4),
        help_text="The person reads it in the letter: say what is missing and what they can do. Write kindly.",
    )


class ApartFields(VerbFields):
    """`subject` is a mentor or a mentee; the other one is found by address, so that no list of people is shown."""

    other = forms.EmailField(label="E-mail address of the other person", help_text="The main address of the account.")

    def clean_other(self) -> models.Model:
        side = Mentee if isinstance(self.subject, Mentor) else Mentor
        found = side.objects.filter(person__email=self.cleaned_data["other"].lower()).select_related("person").first()
        if found is None:
            raise forms.ValidationError(f"No {side._meta.verbose_name} has this address.")
        return found.person


class ProposeFields(VerbFields):
    """Only mentors whom no rule excludes, the best first; `initial` may name one of them."""

    mentor = forms.ChoiceField(widget=forms.RadioSelect)
    format = forms.ChoiceField(label="For how long", choices=Format.choices)

    def __init__(self, *args: Any, subject: Mentee, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        suggestions = suggestions_for(mentee=subject, most=MOST_OFFERED)
        self.found = {str(one.mentor.pk): one for one in suggestions.found}
        self.fields["mentor"].choices = [(pk, _offered(one)) for pk, one in self.found.items()]
        self.fields["mentor"].help_text = escape(suggestions.why_none)
        wanted = [choice for choice in Format.choices if choice[0] in subject.formats]
        self.fields["format"].choices = wanted or Format.choices

    def clean_mentor(self) -> Suggestion:
        return self.found[self.cleaned_data["mentor"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        mentor, wanted = data.get("mentor"), data.get("format")
        if mentor and wanted and wanted not in mentor.mentor.formats:
            self.add_error("format", f"{mentor.mentor.person.full_name} does not offer this.")
        return data


def _offered(one: Suggestion) -> str:
    return f"{one.mentor.person.full_name}: {' '.join(one.reasons) or 'no rule speaks against it.'}"


# ------------------------------------------------------------------------------------------------ what they call
def _approve_mentor(
    mentor: Mentor, by: models.Model, license_checked_on: date, membership_checked_on: date, check_note: str
) -> Mentor:
    return enrolment_actions.approve(
        enrolled=mentor,
        by=by,
        license_checked_on=license_checked_on,
        membership_checked_on=membership_checked_on,
        check_note=check_note,
    )


def _approve_mentee(mentee: Mentee, by: models.Model) -> Mentee:
    return enrolment_actions.approve(enrolled=mentee, by=by)


def _refuse(enrolled: models.Model, by: models.Model, reason: str) -> models.Model:
    return enrolment_actions.refuse(enrolled=enrolled, by=by, reason=reason)


def _take_out(enrolled: models.Model, by: models.Model) -> models.Model:
    return enrolment_actions.leave(enrolled=enrolled, by=by)


def _keep_apart(enrolled: models.Model, by: models.Model, other: models.Model) -> models.Model:
    enrolment_actions.keep_apart(by=by, one=enrolled.person, other=other, is_conflict=True)
    return enrolled


def _propose(mentee: Mentee, by: models.Model, mentor: Suggestion, format: str) -> models.Model:
    return propose(mentor=mentor.mentor, mentee=mentee, by=by, format=format, reasons=list(mentor.reasons))


# ------------------------------------------------------------------------------------------------ the buttons
def _has_applied(enrolled: models.Model) -> bool:
    return enrolled.status == Enrolment.APPLIED


def _is_approved(enrolled: models.Model) -> bool:
    return enrolled.status == Enrolment.APPROVED


def refuse_verb(permissions: tuple[str, ...]) -> Verb:
    return Verb(
        name="refuse",
        label="Do not take",
        says="The person gets a letter with your reason, and may begin again.",
        done="Not taken: {it}. The letter goes out.",
        run=_refuse,
        permissions=permissions,
        form=LetterFields,
        offered=_has_applied,
    )


def take_out_verb(permissions: tuple[str, ...]) -> Verb:
    return Verb(
        name="take-out",
        label="Take out of the program",
        says="Every pair of this person ends, and both sides are told that it ended, not why. Open proposals and"
        " choices are taken back. To come back, the person enrolls again and you decide again.",
        done="Out of the program: {it}.",
        run=_take_out,
        permissions=(*permissions, SAFETY),
        offered=_is_approved,
    )


KEPT_APART = Verb(
    name="keep-apart",
    label="Keep apart from somebody",
    says="The two are never brought together, by no round and by nobody's choice, and neither is told. A proposal"
    " between them is taken back. A pair that is under way goes on until somebody ends it.",
    done="Kept apart: {it}.",
    run=_keep_apart,
    permissions=KEEP_APART,
    form=ApartFields,
)
APPROVE_MENTOR = Verb(
    name="approve",
    label="Approve",
    says="Look up the license and the membership first. Once approved, the mentor is told, can be asked, and is in the"
    " list for mentees if they wanted that.",
    done="Approved: {it}.",
    run=_approve_mentor,
    permissions=CHANGE_MENTOR,
    form=ChecksFields,
    offered=_has_applied,
)
APPROVE_MENTEE = Verb(
    name="approve",
    label="Approve",
    says="The mentee is told, may ask for one to three mentors from the list, and takes part in the next round.",
    done="Approved: {it}.",
    run=_approve_mentee,
    permissions=CHANGE_MENTEE,
    offered=_has_applied,
    is_bulk=True,
)
PROPOSE = Verb(
    name="propose",
    label="Propose a mentor",
    says="The mentor is asked by mail and has some days to answer. Only mentors with a free place whom no rule excludes"
    " are offered, the best first, with the reasons; the mentee is not told until the answer.",
    done="Asked: {it}.",
    run=_propose,
    permissions=("mentoring.change_pair",),
    form=ProposeFields,
    offered=_is_approved,
)
MENTOR_VERBS = (APPROVE_MENTOR, refuse_verb(CHANGE_MENTOR), KEPT_APART, take_out_verb(CHANGE_MENTOR))
MENTEE_VERBS = (APPROVE_MENTEE, refuse_verb(CHANGE_MENTEE), PROPOSE, KEPT_APART, take_out_verb(CHANGE_MENTEE))
