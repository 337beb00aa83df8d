"""Free hours of a week: kept as stretches of time, asked for as parts of each day."""

from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# The last one ends on the next day.
PARTS_OF_DAY = (
    ("05:00", "08:00", "5 to 8 am"),
    ("08:00", "12:00", "8 am to noon"),
    ("12:00", "17:00", "noon to 5 pm"),
    ("17:00", "20:00", "5 to 8 pm"),
    ("20:00", "23:00", "8 to 11 pm"),
    ("23:00", "05:00", "11 pm to 5 am"),
)
CHOICES = [(start, label) for start, _end, label in PARTS_OF_DAY]
Stretch = tuple[int, str, str]  # weekday (0 is Monday), start, end


def stretches(weekday: int, chosen: Collection[str]) -> list[Stretch]:
    """The parts of that day, those that follow each other as one."""
    numbers = [number for number, (start, _end, _label) in enumerate(PARTS_OF_DAY) if start in chosen]
    runs: list[list[int]] = [[number] for number in numbers[:1]]
    for before, number in pairwise(numbers):
        if number == before + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [(weekday, PARTS_OF_DAY[run[0]][0], PARTS_OF_DAY[run[-1]][1]) for run in runs]


def chosen_on(weekday: int, free_hours: Iterable[Stretch]) -> list[str]:
    """The parts of that day that lie wholly inside a stretch which begins on it."""
    return [
        start
        for start, end, _label in PARTS_OF_DAY
        if any(day == weekday and _covers((begins, ends), (start, end)) for day, begins, ends in free_hours)
    ]


def _covers(stretch: tuple[str, str], part: tuple[str, str]) -> bool:
    (begins, ends), (start, end) = (_minutes(*stretch), _minutes(*part))
    return begins <= start and end <= ends


def _minutes(start: str, end: str) -> tuple[int, int]:
    first, last = (int(text[:2]) * 60 + int(text[3:]) for text in (start, end))
    return first, last if last > first else last + 24 * 60


def in_words(free_hours: Iterable[Stretch]) -> Iterator[tuple[str, str]]:
    """(Monday, “17:00 to 23:00”), a line for each day that has hours."""
    hours = list(free_hours)
    for number, name in enumerate(WEEKDAYS):
        if found := [f"{start} to {end}" for day, start, end in hours if day == number]:
            yield name, ", ".join(found)
