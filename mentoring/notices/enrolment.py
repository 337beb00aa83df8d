"""Enrolled, not taken, a year later, back from a pause."""

from datetime import date

from facts.models import day_text
from mentoring.kinds import APPROVED, BACK, REFUSED, RENEWAL
from mentoring.models import Enrolment, Mentee, Mentor
from notices.kinds import Kind, Words, declare
from notices.models import Notice

from .reading import MINE, row_of

ASKED_AGAIN = (14, 30)


def _enrolled(notice: Notice) -> Mentor | Mentee | None:
    model = Mentor if notice.about.startswith(Mentor._meta.label_lower) else Mentee
    return row_of(notice, model.objects.for_user(notice.person))


def _first_day(notice: Notice) -> date:
    return (notice.first or notice).due_on


def _is(notice: Notice, status: str) -> bool:
    enrolled = _enrolled(notice)
    return enrolled is not None and enrolled.status == status


def _page(enrolled: Mentor | Mentee) -> str:
    return f"/mentoring/{enrolled._meta.model_name}/"


def _approved_words(notice: Notice) -> Words:
    enrolled = _enrolled(notice)
    is_mentor = isinstance(enrolled, Mentor)
    return Words(
        heading=f"You are enrolled as a {enrolled._meta.verbose_name}",
        paragraphs=("The society has approved your enrollment. Thank you for your time." if is_mentor else
                    "The society has approved your enrollment, and you are waiting for a mentor now.",),
        what_next="When a mentee suits you, you get a proposal and are asked for a yes or a no."
        if is_mentor
        else "You may choose up to three mentors from the list, or leave it to the society.",
        link=MINE,
    )  # fmt: skip


def _refused_words(notice: Notice) -> Words:
    enrolled = _enrolled(notice)
    return Words(
        heading="About your enrollment for mentoring",
        paragraphs=(
            f"Thank you for enrolling as a {enrolled._meta.verbose_name}. The society could not take you this time.",
            f"The reason: {enrolled.refusal_reason}",
            "Your answers are kept, so you can change them and send them again.",
        ),
        what_next="If you think this is a mistake, or your situation has changed, begin again or call the society.",
        link=_page(enrolled),
    )


def _is_to_renew(notice: Notice) -> bool:
    return _is(notice, Enrolment.APPROVED) and _enrolled(notice).renew_on == _first_day(notice)


def _renewal_words(notice: Notice) -> Words:
    enrolled = _enrolled(notice)
    return Words(
        heading="Once a year: does your mentoring enrollment still hold?",
        paragraphs=(f"You are enrolled as a {enrolled._meta.verbose_name}. Your answers are a year old.",),
        what_next="Look through them, change what is different, and press “It still holds”.",
        link=_page(enrolled),
    )


def _is_back(notice: Notice) -> bool:
    enrolled = _enrolled(notice)
    return _is(notice, Enrolment.APPROVED) and enrolled.paused_until == _first_day(notice)


def _back_words(notice: Notice) -> Words:
    enrolled = _enrolled(notice)
    return Words(
        heading="Your pause from mentoring is over",
        paragraphs=(
            f"You chose to be back on {day_text(enrolled.paused_until)}. Pairs and preferences are as before.",
        ),
        what_next="From today the society may propose somebody to you. If you need longer, set a new day.",
        link=MINE,
    )


_WHY = "you enrolled for mentoring."
for kind in (
    Kind(APPROVED, "Your enrollment for mentoring", _WHY, lambda n: _is(n, Enrolment.APPROVED), _approved_words,
         can_be_switched_off=False),
    Kind(REFUSED, "About your enrollment for mentoring", _WHY, lambda n: _is(n, Enrolment.REFUSED), _refused_words,
         can_be_switched_off=False),
    Kind(RENEWAL, "The yearly look at your enrollment", _WHY, _is_to_renew, _renewal_words,
         can_be_switched_off=False, escalation=ASKED_AGAIN),
    Kind(BACK, "The end of a pause from mentoring", _WHY, _is_back, _back_words, can_be_switched_off=False),
):  # fmt: skip
    declare(kind)
