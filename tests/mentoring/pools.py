"""People for the matching engine: two who fit unless a test says otherwise, and whole pools for hypothesis."""

from datetime import date, time, timedelta
from typing import Any

from hypothesis import strategies as st

from mentoring.matching.people import Mentee, Mentor, Pool, Window
from mentoring.matching.terms import Terms

TODAY = date(2026, 11, 23)
TERMS = Terms(on=TODAY)
NEW_YORK = "America/New_York"
YEAR, SESSION = "12 months", "a single session"
EVENING = Window(0, time(18), time(20))

HURDLES, LANGUAGES, EMPLOYERS = ["FCVS", "State 30 flex", "the Match"], ["English", "Urdu", "Hindi"], ["", "A", "B"]
ZONES = [NEW_YORK, "Asia/Karachi", "Asia/Kathmandu", "Europe/London"]


def a_mentor(number: int = 1, **own: Any) -> Mentor:
    usual = {"name": f"Dr {number}", "places": 1, "time_zone": NEW_YORK, "free": (EVENING,), "formats": {YEAR}}
    return Mentor(id=number, **frozen(usual | own))


def a_mentee(number: int = 101, **own: Any) -> Mentee:
    usual = {"waiting_since": TODAY, "time_zone": NEW_YORK, "free": (EVENING,), "formats": {YEAR}}
    return Mentee(id=number, **frozen(usual | own))


def frozen(values: dict[str, Any]) -> dict[str, Any]:
    return {name: frozenset(value) if isinstance(value, set) else value for name, value in values.items()}


def sets(words: list[Any]) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(words), max_size=len(words))


@st.composite
def pools(draw: st.DrawFn, most: int = 8) -> Pool:
    """Ids overlap in part, as one person may be on both sides."""
    mentors = draw(st.lists(st.integers(1, 12), max_size=most, unique=True))
    mentees = draw(st.lists(st.integers(8, 20), max_size=most, unique=True))
    return Pool(
        tuple(draw(mentors_of(number, mentees)) for number in mentors),
        tuple(draw(mentees_of(number, mentors)) for number in mentees),
    )


def mentors_of(number: int, others: list[int]) -> st.SearchStrategy[Mentor]:
    return st.builds(
        Mentor,
        **anybody(number, others),
        name=st.just(f"Dr {number}"),
        places=st.integers(0, 3),
        is_woman=st.booleans(),
        hurdles=st.dictionaries(st.sampled_from(HURDLES), st.integers(2000, 2027)),
    )


def mentees_of(number: int, others: list[int]) -> st.SearchStrategy[Mentee]:
    return st.builds(
        Mentee,
        **anybody(number, others),
        waiting_since=st.integers(-10, 800).map(lambda days: TODAY - timedelta(days=days)),
        next_hurdle=st.sampled_from(["", *HURDLES]),
        further_hurdles=sets(HURDLES),
        needs_woman=rarely(st.just(True), otherwise=False),
        needs_language=rarely(sets(LANGUAGES), otherwise=frozenset()),
        choices=st.lists(st.sampled_from([*others, 99]), max_size=4).map(tuple),
        unanswered=st.integers(0, 5),
    )


def rarely(chosen: st.SearchStrategy[Any], otherwise: Any) -> st.SearchStrategy[Any]:
    """A hard rule that always speaks would leave nothing to assign."""
    return st.one_of(*[st.just(otherwise)] * 3, chosen)


def anybody(number: int, others: list[int]) -> dict[str, Any]:
    windows = st.builds(Window, st.integers(0, 1), st.sampled_from([time(7), time(18), time(23, 15)]), st.just(time(0)))
    return {
        "id": st.just(number),
        "time_zone": rarely(st.sampled_from(ZONES), otherwise=NEW_YORK),
        "free": rarely(st.lists(windows, max_size=2).map(tuple), otherwise=(EVENING,)),
        "formats": rarely(sets([YEAR, SESSION]), otherwise=frozenset({YEAR})),
        "languages": sets(LANGUAGES),
        "specialties": sets(["cardiology", "psychiatry", "surgery"]),
        "help": sets(["CV", "letters", "mock interview", "research"]),
        "region": st.sampled_from(["", "Buffalo", "Queens"]),
        "school_country": st.sampled_from(["", "Egypt", "Nepal"]),
        "employer": rarely(st.sampled_from(EMPLOYERS), otherwise=""),
        "supervisor": rarely(st.sampled_from(["", "Jane Roe", f"Dr. {others[0] if others else 1}"]), otherwise=""),
        "conflicts": rarely(sets([*others, 99]), otherwise=frozenset()),
        "blocks": rarely(sets([*others, 99]), otherwise=frozenset()),
    }
