"""One process of benchmarks/matching_rows.py, on its own database: fill it, or measure one thing and print it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from scipy.optimize import linear_sum_assignment

from accounts.models import User
from benchmarks.matching import peak, seconds
from mentoring.matching.grids import Grid
from mentoring.matching.optimum import Costs, cost_matrix, owners
from mentoring.matching.rounds import Edits, make_round
from mentoring.models import (
    Choice,
    Enrolment,
    Format,
    GroundRules,
    Help,
    Hurdle,
    KeptApart,
    Language,
    Mentee,
    Mentor,
    Place,
    Region,
    Specialty,
)
from mentoring.pool import read_people, tried_before
from mentoring.weights_actions import terms_of, weights_in_force

TODAY, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 17, tzinfo=UTC)
ZONES = ("America/New_York", "America/Chicago", "Africa/Lagos", "Asia/Karachi", "Asia/Kathmandu", "Europe/London")
MATRIX = settings.VAR_DIR / "matrix.npy"
_AT_ONCE = 500


# ------------------------------------------------------------------------------------------------ measuring
def bare() -> None:
    before = peak()
    costs = np.load(MATRIX)
    _tell(before, lambda: linear_sum_assignment(costs))


def from_rows() -> None:
    _tell(peak(), whole_round)


def whole_round() -> None:
    people, terms = read_people(TODAY), terms_of(weights_in_force(), TODAY)
    make_round(people.pool, terms, Edits(forbidden=tried_before()))


def _tell(before: int, work: Callable[[], object]) -> None:
    took = seconds(work)
    print(json.dumps({"seconds": round(took, 3), "kilobytes": peak() - before}))


# ------------------------------------------------------------------------------------------------ filling
def fill(mentors: int, mentees: int) -> None:
    call_command("migrate", verbosity=0)
    add_people(mentors, mentees)
    weights_in_force()
    np.save(MATRIX, matrix())


def matrix() -> Costs:
    """As scipy likes it best: not more rows than columns, one row after the other in memory."""
    pool = read_people(TODAY).pool
    grid = Grid(pool, terms_of(weights_in_force(), TODAY))
    costs = cost_matrix(grid, owners([mentor.places for mentor in pool.mentors], len(pool.mentees)))
    return np.ascontiguousarray(costs if costs.shape[0] <= costs.shape[1] else costs.T)


@transaction.atomic
def add_people(mentors: int, mentees: int) -> None:
    """Straight into the tables; each has chosen from the real lists."""
    random = Random(7)
    rules, _ = GroundRules.objects.get_or_create(number=1, defaults={"words": "Advice only.", "in_force_from": NOW})
    persons = User.objects.bulk_create([_person(random, n) for n in range(mentors + mentees)], _AT_ONCE)
    rows = Mentor.objects.bulk_create([_mentor(random, one, rules) for one in persons[:mentors]], _AT_ONCE)
    waiting = Mentee.objects.bulk_create([_mentee(random, one, rules) for one in persons[mentors:]], _AT_ONCE)
    Place.objects.bulk_create(
        [Place(mentor=row, number=n + 1) for row in rows for n in range(row.capacity)], batch_size=_AT_ONCE
    )
    Choice.objects.bulk_create([one for mentee in waiting for one in _choices(random, mentee, rows)], _AT_ONCE)
    apart = [KeptApart(one=mentee.person, other=random.choice(rows).person, is_conflict=True) for mentee in waiting]
    KeptApart.objects.bulk_create(apart, _AT_ONCE)


def _person(random: Random, number: int) -> User:
    return User(email=f"p{number}@member.example", full_name=f"Person {number}", time_zone=random.choice(ZONES))


def _mentor(random: Random, person: User, rules: GroundRules) -> Mentor:
    hurdles = {hurdle: random.randint(2005, 2026) for hurdle in random.sample(Hurdle.values, 5)}
    is_woman = random.random() < 0.5
    return Mentor(**_enrolled(random, person, rules), hurdles=hurdles, capacity=random.randint(1, 3), is_woman=is_woman)


def _mentee(random: Random, person: User, rules: GroundRules) -> Mentee:
    hurdles = random.sample(Hurdle.values, 4)
    return Mentee(
        **_enrolled(random, person, rules),
        next_hurdle=hurdles[0],
        further_hurdles=hurdles[1:],
        needs_woman=random.random() < 0.1,
        needs_language=random.sample(Language.values, 2) if random.random() < 0.1 else [],
        waiting_since=TODAY - timedelta(days=random.randint(0, 400)),
        unanswered=random.randint(0, 1),
    )


def _choices(random: Random, mentee: Mentee, mentors: list[Mentor]) -> list[Choice]:
    chosen = random.sample(mentors, random.randint(0, 3))
    return [Choice(mentee=mentee, mentor=mentor, rank=rank) for rank, mentor in enumerate(chosen, 1)]


def _enrolled(random: Random, person: User, rules: GroundRules) -> dict[str, Any]:
    return {
        "person": person,
        "status": Enrolment.APPROVED,
        "rules": rules,
        "rules_accepted_at": NOW,
        "decided_at": NOW,
        "free_hours": [_hours(random) for _ in range(random.randint(3, 6))],
        "formats": random.sample(Format.values, 2),
        "languages": ["en", *random.sample(Language.values, 2)],
        "specialties": random.sample(Specialty.values, 2),
        "help": random.sample(Help.values, 4),
        "region": random.choice(Region.values),
        "school_country": f"Country {random.randint(1, 40)}",
        "employer": f"Hospital {random.randint(1, 200)}",
        "supervisor": f"Person {random.randint(1, 1000)}",
    }


def _hours(random: Random) -> list[int | str]:
    start = random.randint(6, 18)
    return [random.randint(0, 6), f"{start:02}:00", f"{start + random.randint(2, 5):02}:00"]
