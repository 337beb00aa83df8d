"""The parts in which somebody enrolls: what each asks for, and what has to be answered before it is sent."""

from dataclasses import dataclass

from .models import Mentee, Mentor

Enrolled = Mentor | Mentee
MODELS: dict[str, type[Mentor] | type[Mentee]] = {"mentor": Mentor, "mentee": Mentee}


@dataclass(frozen=True)
class Part:
    slug: str
    title: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return self.required + self.optional


MENTOR_PARTS = (
    Part(
        "about",
        "Where you come from and where you are",
        ("training_stage", "specialties", "school_country", "graduation_year", "region", "languages"),
        ("subspecialty", "county", "is_woman"),
    ),
    Part("path", "The way you went", ("hurdles",), ("visas",)),
    Part("help", "How you will help", ("help", "formats", "contact_by", "about"), ("capacity", "hours_a_month")),
    Part("times", "When you can meet, and whom you work for", ("free_hours",), ("employer", "supervisor")),
    Part("list", "Who may find you", (), ("is_listed",)),
)
MENTEE_PARTS = (
    Part(
        "about",
        "Where you come from and where you are",
        ("stage", "school_country", "graduation_year", "region", "languages"),
        ("match_year", "visa_need"),
    ),
    Part("goals", "What you want to reach", ("next_hurdle", "help", "goals"), ("further_hurdles", "specialties")),
    Part("wishes", "What kind of mentor", ("formats",), ("needs_woman", "needs_language")),
    Part("times", "When you can meet, and whom you work for", ("free_hours",), ("employer", "supervisor")),
)
PARTS = {"mentor": MENTOR_PARTS, "mentee": MENTEE_PARTS}


def side_of(enrolled: Enrolled) -> str:
    return "mentor" if isinstance(enrolled, Mentor) else "mentee"


def parts_of(enrolled: Enrolled) -> tuple[Part, ...]:
    return PARTS[side_of(enrolled)]


def is_answered(enrolled: Enrolled, part: Part) -> bool:
    return all(getattr(enrolled, name) for name in part.required)


def unanswered(enrolled: Enrolled) -> list[Part]:
    return [part for part in parts_of(enrolled) if not is_answered(enrolled, part)]


def after(enrolled: Enrolled, part: Part) -> Part | None:
    """The next part; None after the last one."""
    parts = parts_of(enrolled)
    return next(iter(parts[parts.index(part) + 1 :]), None)
