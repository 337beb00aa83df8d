"""A pair as one of the two reads it. Names and addresses stand only where both have said yes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone

from facts.models import day_text
from notices.actions import quiet_of, today_of
from notices.mornings import local_day

from .clocks import BothClocks, both_clocks, place_of
from .enrolment_parts import Enrolled
from .models import Handover, Meeting, Mentee, Pair, PairStatus, Person, Pulse
from .profiles import rows_of
from .terms import ONE_DAY, days_of

KNOWN = (PairStatus.ACTIVE, PairStatus.ENDED)


@dataclass(frozen=True)
class Side:
    """The pair and who looks at it."""

    pair: Pair
    person: Person

    @property
    def is_mentor(self) -> bool:
        return bool(self.pair.mentor.person_id == self.person.pk)

    @property
    def other(self) -> Person:
        return self.pair.other_than(self.person)

    @property
    def is_known(self) -> bool:
        """Whether the two were introduced."""
        return self.pair.status in KNOWN

    @property
    def is_under_way(self) -> bool:
        return self.pair.status == PairStatus.ACTIVE

    @property
    def is_asked(self) -> bool:
        """Whether this person is the mentor whose answer is waited for."""
        return self.is_mentor and self.pair.status == PairStatus.PROPOSED and self.today <= self.pair.answer_by

    @property
    def name(self) -> str:
        if self.is_known:
            return str(self.other.get_full_name() or self.other)
        return "a mentee" if self.is_mentor else "a mentor"

    @property
    def title(self) -> str:
        if self.is_known:
            return f"{self.name}, your {'mentee' if self.is_mentor else 'mentor'}"
        if self.pair.status != PairStatus.PROPOSED:
            return "A proposal that is over"
        return "A mentee is proposed to you" if self.is_mentor else "A mentor for you"

    @cached_property
    def today(self) -> date:
        return today_of(self.person)

    @property
    def place(self) -> str:
        return place_of(self.other)

    @property
    def meet_by(self) -> date:
        return self.pair.started_on + days_of("meet_within") * ONE_DAY

    @property
    def is_late(self) -> bool:
        return self.today > self.meet_by

    @property
    def away_until(self) -> date | None:
        """The first day on which the other one is back, by a pause or a quiet period of theirs; never why."""
        theirs: Enrolled = self.pair.mentee if self.is_mentor else self.pair.mentor
        today = today_of(self.other)
        quiet = [one.last_day + ONE_DAY for one in quiet_of(self.other) if one.first_day <= today <= one.last_day]
        paused = [theirs.paused_until] if theirs.paused_until and theirs.paused_until > today else []
        return max([*quiet, *paused], default=None)

    def profile(self) -> list[tuple[str, str]]:
        """What the other one told for this reader: while it is asked, and while the pair is under way."""
        theirs = self.pair.mentee if self.is_mentor else self.pair.mentor
        return rows_of(theirs) if self.is_asked or self.is_under_way else []

    def sentence(self) -> str:
        """Where the pair stands, as this person may know it."""
        return {
            PairStatus.PROPOSED: self._proposed,
            PairStatus.ACTIVE: self._active,
            PairStatus.DECLINED: self._declined,
            PairStatus.EXPIRED: self._expired,
            PairStatus.WITHDRAWN: lambda: "This proposal was taken back. Nothing waits for you here.",
            PairStatus.ENDED: self._ended,
        }[PairStatus(self.pair.status)]()

    def _proposed(self) -> str:
        by_day = day_text(self.pair.answer_by)
        if not self.is_mentor:
            return f"The society has asked a mentor for you. The answer is due by {by_day}; you need do nothing."
        if not self.is_asked:
            return f"The time to answer ended on {by_day}. Thank you all the same."
        return f"Please answer by {by_day}. A no needs no reason, and it does you no harm."

    def _active(self) -> str:
        who = "mentee" if self.is_mentor else "mentor"
        lasts = f"until {day_text(self.pair.ends_on)}" if self.pair.ends_on else "with no end agreed"
        return f"{self.name} has been your {who} since {day_text(self.pair.started_on)}, {lasts}."

    def _declined(self) -> str:
        if self.is_mentor:
            return "You said no to this proposal. Thank you for the answer."
        return "The mentor who was asked has no room now. You keep your turn."

    def _expired(self) -> str:
        if self.is_mentor:
            by_day = day_text(self.pair.answer_by)
            return f"The time to answer ended on {by_day}. The mentee goes on to somebody else."
        return "The mentor did not answer in time. You keep your turn, and you move up."

    def _ended(self) -> str:
        return f"This pair ended on {day_text(local_day(self.pair.ended_at, self.person.time_zone))}, without blame."


# ------------------------------------------------------------------------------------------------ what belongs to it
@dataclass(frozen=True)
class MeetingLine:
    meeting: Meeting
    when: BothClocks
    is_ahead: bool


def meetings_of(side: Side) -> list[MeetingLine]:
    now = timezone.now()
    rows = side.pair.meetings.filter(is_called_off=False)
    return [MeetingLine(one, both_clocks(one.starts_at, side.person, side.other), one.starts_at > now) for one in rows]


def open_pulse(side: Side) -> Pulse | None:
    """The latest questions, if this person has not answered them."""
    latest = side.pair.pulses.filter(person=side.person, due_on__lte=side.today).order_by("-due_on").first()
    return latest if latest and latest.answered_at is None else None


def handovers_for(side: Side) -> Iterator[Handover]:
    """The cards of earlier pairs, for the mentor: those that the mentee lets the next one read."""
    if not side.is_mentor or not side.is_under_way:
        return
    mentee: Mentee = side.pair.mentee
    cards = Handover.objects.filter(pair__mentee=mentee, mentee_agrees=True, pair__status=PairStatus.ENDED)
    yield from cards.exclude(pair=side.pair.pk).order_by("-changed_at")


def agreement_words(side: Side) -> dict[str, Any]:
    """`agreed` counts; `asked` is a newer one that one of the two has still to say yes to."""
    rows = list(side.pair.agreements.all())
    latest = rows[0] if rows else None
    own = "mentor_agreed_at" if side.is_mentor else "mentee_agreed_at"
    return {
        "latest": latest,
        "agreed": next((one for one in rows if one.is_agreed), None),
        "asked": latest if latest and not latest.is_agreed else None,
        "is_yours_to_agree": bool(latest and not latest.is_agreed and getattr(latest, own) is None),
    }
