"""What a round counts with: the day, the length of a meeting and the points, all for staff to change."""

from dataclasses import asdict, dataclass, field
from datetime import date

from .people import Impossible

HIGHEST_WEIGHT = 10_000
# How often a thing counts at most: without it a long list would beat the right hurdle.
MOST_YEARS, MOST_WEEKS = 15, 52
MOST_HURDLES, MOST_LANGUAGES, MOST_SPECIALTIES, MOST_HELP, MOST_CHOICES, MOST_UNANSWERED = 3, 2, 2, 3, 3, 3


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Points, whole and never below zero."""

    next_hurdle: int = 400
    year_since: int = 10  # taken off the next hurdle for each year since the mentor cleared it
    further_hurdle: int = 40
    language: int = 60
    specialty: int = 80
    help: int = 50
    region: int = 40
    school_country: int = 40
    choice: int = 40  # three times for the first choice, once for the third
    week_waiting: int = 4
    unanswered: int = 60

    def __post_init__(self) -> None:
        for name, points in asdict(self).items():
            if not isinstance(points, int) or not 0 <= points <= HIGHEST_WEIGHT:
                raise Impossible(f"The points for {name!r} must be a whole number from 0 to {HIGHEST_WEIGHT:,}.")

    def for_next_hurdle(self, years: int) -> int:
        """For a mentor who cleared it so many years ago."""
        return max(0, self.next_hurdle - self.year_since * min(max(years, 0), MOST_YEARS))

    @property
    def most(self) -> int:
        """No pair can have more."""
        return (
            self.next_hurdle
            + self.further_hurdle * MOST_HURDLES
            + self.language * MOST_LANGUAGES
            + self.specialty * MOST_SPECIALTIES
            + self.help * MOST_HELP
            + self.region
            + self.school_country
            + self.choice * MOST_CHOICES
            + self.week_waiting * MOST_WEEKS
            + self.unanswered * MOST_UNANSWERED
        )


@dataclass(frozen=True)
class Terms:
    on: date
    weights: Weights = field(default_factory=Weights)
    meeting_minutes: int = 60  # two people need this long in common, in one piece

    @property
    def seasons(self) -> tuple[date, date]:
        """A common hour must be there in winter and in summer, as countries change their clocks differently."""
        return date(self.on.year + 1, 1, 15), date(self.on.year + 1, 7, 15)
