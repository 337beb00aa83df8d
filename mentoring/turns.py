"""Whose turn it is in mentoring, for one person: what /my/, /my/mentoring/ and a pair's page say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone

from notices.actions import today_of
from notices.mornings import local_day

from .enrolment_parts import Enrolled, side_of
from .models import Enrolment, Meeting, Mentee, Mentor, Message, OpenSlot, Pair, PairStatus, Person, Pulse
from .pair_display import Side, agreement_words
from .ranking_actions import may_still_rank, open_ranking

YOU, SOCIETY = "you", "the society"


@dataclass(frozen=True)
class Turn:
    """`waits_for` is empty when nobody has to do anything."""

    words: str
    url: str
    day: date | None = None
    waits_for: str = ""


def enrolments_of(person: Person) -> list[Enrolled]:
    """Empty: this person has no part in mentoring, and is in no pair."""
    return [one for model in (Mentor, Mentee) for one in model.objects.for_user(person).select_related("person")]


def turns_of(person: Person, enrolments: list[Enrolled]) -> list[Turn]:
    """What waits for this person first, and of that the nearest day."""
    if not enrolments:
        return []
    found = [*(turn for one in enrolments for turn in _enrolment(one)), *_slot_turns(person), *_ranking(person)]
    for pair in pairs_of(person):
        found += pair_turns(Side(pair, person))
    return sorted(found, key=lambda turn: (turn.waits_for != YOU, turn.day or date.max))


def pairs_of(person: Person) -> list[Pair]:
    """All that were ever proposed to somebody, the newest first."""
    rows = Pair.objects.for_user(person).select_related("mentor__person", "mentee__person")
    unread = Message.objects.filter(read_at=None).exclude(person=person)
    asked = Pulse.objects.filter(person=person, due_on__lte=today_of(person))
    return list(
        rows.prefetch_related(
            "agreements",
            "meetings",
            Prefetch("messages", queryset=unread, to_attr="unread"),
            Prefetch("pulses", queryset=asked, to_attr="asked"),
        )
    )


# ------------------------------------------------------------------------------------------------ one pair
def pair_turns(side: Side) -> list[Turn]:
    """Of a pair of `pairs_of`."""
    make = {PairStatus.PROPOSED: _proposed, PairStatus.ACTIVE: _under_way, PairStatus.ENDED: _ended}
    return list(make[side.pair.status](side)) if side.pair.status in make else []


def page_of(side: Side, name: str = "pair") -> str:
    return reverse(f"mentoring:{name}", args=(side.pair.pk,))


def _proposed(side: Side) -> Iterator[Turn]:
    pair = side.pair
    if side.is_asked:
        yield Turn("A mentee is proposed to you: yes or no?", page_of(side, "answer"), pair.answer_by, YOU)
    elif not side.is_mentor:
        yield Turn("A mentor is asked for you", page_of(side), pair.answer_by, "the mentor")


def _under_way(side: Side) -> Iterator[Turn]:
    if new := len(side.pair.unread):
        yield Turn(f"{new} new message{'' if new == 1 else 's'} from {side.name}", page_of(side, "messages"), None, YOU)
    yield from _agreement(side)
    yield from _meetings(side)
    if side.pair.asked and side.pair.asked[0].answered_at is None:
        words = f"Two short questions about you and {side.name}"
        yield Turn(words, page_of(side, "pulse"), side.pair.asked[0].due_on, YOU)


def _agreement(side: Side) -> Iterator[Turn]:
    words = agreement_words(side)
    if words["is_yours_to_agree"]:
        yield Turn(f"Read what you agree on with {side.name}", page_of(side, "agreement"), None, YOU)
    elif words["asked"]:
        yield Turn(f"What you agree on with {side.name}", page_of(side, "agreement"), None, side.name)
    elif side.pair.met_on and not words["latest"] and not side.is_mentor:
        yield Turn(f"Write down what you agree on with {side.name}", page_of(side, "agreement"), None, YOU)


def _meetings(side: Side) -> Iterator[Turn]:
    now = timezone.now()
    planned = [one for one in side.pair.meetings.all() if not one.is_called_off and not one.took_place]
    for one in planned:
        day = local_day(one.starts_at, side.person.time_zone)
        if one.starts_at > now:
            yield Turn(f"Meeting with {side.name}", page_of(side), day)
        else:
            yield Turn(f"Did the meeting with {side.name} take place?", page_of(side), day, YOU)
    if side.pair.met_on is None and not planned:
        whose = side.name if side.is_mentor else YOU
        words = f"First meeting with {side.name}: {'they write first' if side.is_mentor else 'you write first'}"
        yield Turn(words, page_of(side, "messages"), side.meet_by, whose)


def _ended(side: Side) -> Iterator[Turn]:
    if not side.is_mentor and not side.pair.mentee_wants_next:
        yield Turn("Say what you would like next", page_of(side, "next"), None, YOU)


# ------------------------------------------------------------------------------------------------ enrollment, sessions
def _enrolment(enrolled: Enrolled) -> Iterator[Turn]:
    side, today = side_of(enrolled), today_of(enrolled.person)
    url = reverse("enrolment:home", kwargs={"side": side})
    if enrolled.status == Enrolment.DRAFT:
        yield Turn(f"Finish your enrollment as a {side}", url, None, YOU)
    elif enrolled.status == Enrolment.APPLIED:
        yield Turn(f"Your enrollment as a {side}", url, _day(enrolled.applied_at, enrolled.person), SOCIETY)
    elif enrolled.status == Enrolment.APPROVED and enrolled.renew_on and enrolled.renew_on <= today:
        yield Turn(f"Say that your enrollment as a {side} still holds", url, enrolled.renew_on, YOU)
    elif enrolled.status == Enrolment.APPROVED and enrolled.paused_until and enrolled.paused_until > today:
        yield Turn(f"Your pause as a {side}, until you are back", url, enrolled.paused_until)
    elif enrolled.status == Enrolment.APPROVED and getattr(enrolled, "waiting_since", None):
        yield Turn("You wait for a mentor", reverse("enrolment:mentors"), enrolled.waiting_since, SOCIETY)


def _day(moment: datetime | None, person: Person) -> date | None:
    return local_day(moment, person.time_zone) if moment else None


def _slot_turns(person: Person) -> Iterator[Turn]:
    """Sessions that somebody has taken: those to come, and those of which nobody said yet that they took place."""
    now = timezone.now()
    for slot in slots_with(person):
        day, url = _day(slot.starts_at, person), reverse("mentoring:slots")
        if slot.starts_at + timedelta(minutes=slot.minutes) > now:
            yield Turn(f"Single session: {slot.get_what_for_display()}", url, day)
        elif slot.mentor.person_id == person.pk:
            yield Turn("Did your single session take place?", url, day, YOU)


def _ranking(person: Person) -> Iterator[Turn]:
    if may_still_rank(person):
        yield Turn("Rank whom you would like", reverse("mentoring:rank"), open_ranking().ranking_ends_on, YOU)


def slots_with(person: Person) -> list[OpenSlot]:
    rows = OpenSlot.objects.filter(is_called_off=False, took_place=False, taken_by__isnull=False)
    theirs = rows.filter(mentor__person=person) | rows.filter(taken_by__person=person)
    return list(theirs.select_related("mentor__person", "taken_by__person"))


# ------------------------------------------------------------------------------------------------ the calendar
def days_of_person(person: Person) -> list[tuple[str, str, date, str]]:
    """(stable name, title, day, address) of meetings and sessions to come, and of pairs that end. It names nobody."""
    now, zone = timezone.now(), person.time_zone
    pairs = Pair.objects.for_user(person).active()
    meetings = Meeting.objects.filter(pair__in=pairs, is_called_off=False, took_place=False, starts_at__gt=now)
    slots = [slot for slot in slots_with(person) if slot.starts_at > now]
    ends = pairs.filter(ends_on__isnull=False)
    return [
        *(
            (f"mentoring-day-{one.pk}", "Mentoring meeting", local_day(one.starts_at, zone), _page(one.pair_id))
            for one in meetings
        ),
        *(
            (
                f"mentoring-slot-{one.pk}",
                "Mentoring session",
                local_day(one.starts_at, zone),
                reverse("mentoring:slots"),
            )
            for one in slots
        ),
        *((f"mentoring-end-{one.pk}", "A mentoring pair ends", one.ends_on, _page(one.pk)) for one in ends),
    ]


def _page(pair_id: int) -> str:
    return reverse("mentoring:pair", args=(pair_id,))
