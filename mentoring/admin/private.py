"""What an opened pair shows. What each of the two keeps for themself (OwnNote) is never among it."""

from mentoring.models import Pair, Person

from .shown import day, moment

Part = tuple[str, tuple[str, ...], list[tuple[str, ...]]]


def parts_of(pair: Pair) -> list[Part]:
    return [
        ("Messages", ("When", "Who", "Words"), _messages(pair)),
        ("The two short questions", ("Asked", "Who", "Of use", "Respected", "Words", "Seen by us"), _pulses(pair)),
        ("Agreements", ("Number", "Goals", "Rhythm", "Channel", "Ends", "Both agreed"), _agreements(pair)),
        ("Next steps of the meetings", ("When", "Next step"), _next_steps(pair)),
        ("Handover card", ("Where we got", "What to try next", "What not to do again", "May be shown"), _card(pair)),
        ("In confidence, for staff", ("What", "Words"), _in_confidence(pair)),
    ]


def _side(pair: Pair, person: Person) -> str:
    return "mentor" if person.pk == pair.mentor.person_id else "mentee"


def _messages(pair: Pair) -> list[tuple[str, ...]]:
    rows = pair.messages.select_related("person")
    return [(moment(one.written_at), _side(pair, one.person), one.words) for one in rows]


def _pulses(pair: Pair) -> list[tuple[str, ...]]:
    rows = pair.pulses.select_related("person")
    return [
        (
            *(day(one.due_on), _side(pair, one.person), _points(one.of_use), _points(one.respected), one.words),
            moment(one.staff_seen_at) if one.staff_seen_at else "not yet",
        )
        for one in rows
    ]


def _points(number: int | None) -> str:
    return "not answered" if number is None else f"{number} of 5"


def _agreements(pair: Pair) -> list[tuple[str, ...]]:
    return [
        (str(one.number), one.goals, one.rhythm, one.channel, day(one.ends_on), "yes" if one.is_agreed else "not yet")
        for one in pair.agreements.all()
    ]


def _next_steps(pair: Pair) -> list[tuple[str, ...]]:
    return [(moment(one.starts_at), one.next_step) for one in pair.meetings.exclude(next_step="")]


def _card(pair: Pair) -> list[tuple[str, ...]]:
    card = getattr(pair, "handover", None)
    if card is None:
        return []
    return [(card.where_we_got, card.try_next, card.not_again, "yes" if card.mentee_agrees else "no")]


def _in_confidence(pair: Pair) -> list[tuple[str, ...]]:
    rows = (
        ("Why the mentor declined", pair.decline_reason),
        ("What the mentee wants next (the mentor does not know)", pair.get_mentee_wants_next_display()),
    )
    return [(what, words) for what, words in rows if words]
