"""What FCVS would stop at, found first: names, the order of dates and gaps, from what the physician typed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from facts.models import Fact, day_text

from .models import Activity, Checklist, Item, Source, SourceKind, Spelling
from .spellings import differences_in

DAY = timedelta(days=1)
# What goes on has no last day; no gap follows it.
OPEN = date(9999, 1, 1)
GAP_SENTENCE, GAP_PROOF = "credentialing.gap_sentence", "credentialing.gap_proof"
SIGNED_EARLY = "license.followup.pgt_final_opens"
# A line of the activity history that begins so is the time at medical school.
_SCHOOL_WORDS = ("medical school", "medical college", "medical university", "faculty of medicine", "medical studies")


@dataclass(frozen=True)
class Finding:
    title: str
    words: str
    asks_for: str


class Limits(NamedTuple):
    """Whole months from which a gap needs a sentence and from which proof; days before the end from which training
    may be signed. None: the fact is missing, and nothing is said."""

    sentence: int | None
    proof: int | None
    signed_early: int | None


class Stretch(NamedTuple):
    """`ends` is None while it goes on; `what` is how the finding names it."""

    starts: date
    ends: date | None
    what: str


def limits_in_use() -> Limits:
    facts = Fact.objects.mapped({GAP_SENTENCE, GAP_PROOF, SIGNED_EARLY})
    values = (facts[key].parsed if key in facts else None for key in (GAP_SENTENCE, GAP_PROOF, SIGNED_EARLY))
    return Limits(*(value if isinstance(value, int) else None for value in values))


def found_in(
    spellings: Iterable[Spelling],
    activities: Iterable[Activity],
    checklist: Checklist,
    sources: Iterable[Source],
    items: Iterable[Item],
    today: date,
    *,
    limits: Limits | None = None,
) -> list[Finding]:
    """Names first, then dates out of order, then gaps by date. Empty: nothing that these entries can show."""
    limits = limits or limits_in_use()
    sources = [source for source in sources if source.removed_at is None]
    activities = sorted(activities, key=lambda activity: activity.starts_on)
    return [
        *(Finding(*found) for found in differences_in(spellings)),
        *_school_order(activities, sources),
        *_training_order(checklist, sources, limits),
        *_signed_early(checklist, items, limits),
        *_gaps(activities, sources, limits, today),
    ]


# ------------------------------------------------------------------------------------------------ order of dates
def is_school(activity: Activity) -> bool:
    return activity.what.strip().casefold().startswith(_SCHOOL_WORDS)


def _school_order(activities: list[Activity], sources: list[Source]) -> Iterator[Finding]:
    """Clerkships belong before the end of medical school, training and licenses after it."""
    ends = [activity.ends_on for activity in activities if is_school(activity) and activity.ends_on]
    if not ends:
        return
    left_on = max(ends)
    for source in sources:
        if source.kind == SourceKind.HOSPITAL:
            if source.ends_on and source.ends_on > left_on:
                yield _out_of_order(f"Clerkship at {source.name}", "ends", source.ends_on, "after", left_on)
        elif source.starts_on and source.starts_on < left_on:
            verb = "starts" if source.kind == SourceKind.PROGRAM else "was given"
            yield _out_of_order(source.name, verb, source.starts_on, "before", left_on)


def _out_of_order(name: str, verb: str, day: date, where: str, left_on: date) -> Finding:
    return Finding(
        f"{name} {verb} {where} medical school ends",
        f"{name} {verb} on {day_text(day)}, {where} the end of your medical school on {day_text(left_on)}.",
        "Which of the two dates is right. If both are, a sentence that says how; if one is wrong, correct it "
        "here, and ask whoever holds the record to correct theirs.",
    )


def _training_order(checklist: Checklist, sources: list[Source], limits: Limits) -> Iterator[Finding]:
    programs = sorted(
        (one for one in sources if one.kind == SourceKind.PROGRAM and one.starts_on),
        key=lambda one: (one.starts_on, one.ends_on or OPEN),
    )
    for place, first in enumerate(programs):
        for second in programs[place + 1 :]:
            if limits.sentence is not None and _overlap(first, second) >= limits.sentence:
                yield _both_at_once(first, second)
    if checklist.training_ends_on and programs:
        yield from _third_year(checklist.training_ends_on, programs)


def _overlap(first: Source, second: Source) -> int:
    """Whole months in both programs. Some days are usual: the new program begins with an orientation."""
    return months_between(second.starts_on, min(first.ends_on or OPEN, second.ends_on or OPEN) + DAY)


def _both_at_once(first: Source, second: Source) -> Finding:
    return Finding(
        f"Two programs at the same time: {first.name} and {second.name}",
        f"{second.name} starts on {day_text(second.starts_on)}, but {first.name} "
        f"{f'ends on {day_text(first.ends_on)}' if first.ends_on else 'has no last day yet'}.",
        "The first and last day of each program, as the program itself certifies them. The two programs must "
        "give the dates that you give.",
    )


def _third_year(ends_on: date, programs: list[Source]) -> Iterator[Finding]:
    last_days = [one.ends_on or OPEN for one in programs]
    starts_on = programs[0].starts_on
    if starts_on <= ends_on <= max(last_days):
        return
    where = f"before your first program starts ({day_text(starts_on)})" if ends_on < starts_on else ""
    where = where or f"after your last program ends ({day_text(max(last_days))})"
    yield Finding(
        "The end of your third year is outside your programs",
        f"You wrote that your third year of training ends on {day_text(ends_on)}. That is {where}.",
        "Proof of the whole of your training. Correct the day in your answers, or add the program that is missing.",
    )


def _signed_early(checklist: Checklist, items: Iterable[Item], limits: Limits) -> Iterator[Finding]:
    """A last day that had not come near when the proof of it was recorded as done."""
    for item in items:
        ends_on = _proves_until(item, checklist)
        if not (ends_on and item.closed_on and limits.signed_early is not None):
            continue
        if item.closed_on < ends_on - limits.signed_early * DAY:
            yield Finding(
                "Training confirmed too early",
                f"You recorded on {day_text(item.closed_on)} that your training is verified, but it ends on "
                f"{day_text(ends_on)}.",
                "A new signature from the program, not earlier than "
                f"{day_text(ends_on - limits.signed_early * DAY)}. Earlier ones are not accepted.",
            )


def _proves_until(item: Item, checklist: Checklist) -> date | None:
    if item.key == "pgt_final":
        return checklist.training_ends_on
    return item.source.ends_on if item.key == "fcvs_pgt_past" and item.source_id else None


# ------------------------------------------------------------------------------------------------ gaps
def _gaps(activities: list[Activity], sources: list[Source], limits: Limits, today: date) -> Iterator[Finding]:
    """From the first thing on the line until today; training programs belong to the line."""
    line = [Stretch(one.starts_on, one.ends_on, one.what) for one in activities]
    line += [
        Stretch(one.starts_on, one.ends_on, one.name)
        for one in sources
        if one.kind == SourceKind.PROGRAM and one.starts_on
    ]
    for after, starts, ends, before in free_stretches(line, today):
        months = months_between(starts, ends + DAY)
        if limits.sentence is not None and months >= limits.sentence:
            yield _gap(after, starts, ends, before, needs_proof=limits.proof is not None and months >= limits.proof)


def free_stretches(line: Iterable[Stretch], today: date) -> Iterator[tuple[str, date, date, str]]:
    """(what ended, first free day, last free day, what came next) in the order of time; today is still free."""
    covered: date | None = None
    last = ""
    for stretch in sorted(line, key=lambda one: (one.starts, one.ends or OPEN)):
        if covered and stretch.starts > covered + DAY:
            yield last, covered + DAY, stretch.starts - DAY, stretch.what
        ends = stretch.ends or OPEN
        if covered is None or ends > covered:
            covered, last = ends, stretch.what
    if covered and covered < today:
        yield last, covered + DAY, today, ""


def _gap(after: str, starts: date, ends: date, before: str, *, needs_proof: bool) -> Finding:
    until = f"until “{before}” begins" if before else "until today"
    return Finding(
        f"Nothing from {day_text(starts)} to {day_text(ends)}",
        f"After “{after}” and {until}, your line is empty for {_length(starts, ends)}.",
        "A document that shows what you did in that time, for example a letter from an employer, proof of study or "
        "of illness, and a sentence that explains it."
        if needs_proof
        else "A sentence that says what you did in that time.",
    )


def _length(starts: date, ends: date) -> str:
    months = months_between(starts, ends + DAY)
    years, rest = divmod(months, 12)
    parts = [_counted(years, "year"), _counted(rest, "month")]
    return " and ".join(filter(None, parts))


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'s' * (number != 1)}" if number else ""


def months_between(first: date, after_last: date) -> int:
    """Whole calendar months: from the 31st, a month is over on the last day of a shorter one."""
    months = (after_last.year - first.year) * 12 + after_last.month - first.month
    is_last_day = (after_last + DAY).month != after_last.month
    return months - (after_last.day < first.day and not is_last_day)
