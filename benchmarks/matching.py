"""A whole round against the bare scipy solve of the same matrix: comparing, assigning and writing down the reasons.

    python -m benchmarks.matching

Time is measured in turns in one process. Memory is what a fresh process grows to beyond what it held before the people
(or the ready matrix) were there, so that the interpreter and the libraries flatter neither.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from datetime import time as clock
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.ratios import Ratio, table
from mentoring.matching.grids import Grid
from mentoring.matching.optimum import Costs, cost_matrix, owners
from mentoring.matching.people import Mentee, Mentor, Pool, Window
from mentoring.matching.rounds import make_round
from mentoring.matching.terms import Terms
from scripts.processes import ROOT

MENTORS, MENTEES = 1_000, 2_000
ROUNDS = 5
TERMS = Terms(on=date(2026, 11, 23))
ZONES = ("America/New_York", "America/Chicago", "Africa/Lagos", "Asia/Karachi", "Asia/Kathmandu", "Europe/London")
HURDLES = [f"hurdle {number}" for number in range(20)]
LANGUAGES = ["English", *(f"language {number}" for number in range(30))]
SPECIALTIES = [f"specialty {number}" for number in range(25)]
HELP = [f"help {number}" for number in range(15)]


def ratios() -> list[Ratio]:
    against = f"a round of {MENTORS:,} by {MENTEES:,}, the bare solve of its matrix"
    pool = people(MENTORS, MENTEES)
    with TemporaryDirectory() as folder:
        np.save(kept := Path(folder) / "matrix.npy", matrix_of(pool))
        memory = [growth("round") / growth("bare", str(kept)) for _ in range(ROUNDS)]
    times = [in_turn(pool) for _ in range(ROUNDS)]
    return [Ratio(f"time: {against}", times, 3), Ratio(f"memory: {against}", memory, 2)]


# ------------------------------------------------------------------------------------------------ time
def in_turn(pool: Pool) -> float:
    matrix = matrix_of(pool)
    bare = seconds(lambda: linear_sum_assignment(matrix))
    whole = seconds(lambda: make_round(pool, TERMS))
    print(f"seconds, bare and a whole round: {bare:.2f} {whole:.2f}", flush=True)
    return whole / bare


def seconds(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def matrix_of(pool: Pool) -> Costs:
    """As scipy likes it best: not more rows than columns, one row after the other in memory."""
    costs = cost_matrix(Grid(pool, TERMS), owners([mentor.places for mentor in pool.mentors], len(pool.mentees)))
    return costs if costs.shape[0] <= costs.shape[1] else costs.T


# ------------------------------------------------------------------------------------------------ memory
def growth(kind: str, *more: str) -> int:
    command = [sys.executable, "-m", "benchmarks.matching", kind, *more]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    print(f"kilobytes beyond the libraries, {kind}: {answer.stdout.strip()}", flush=True)
    return int(answer.stdout)


def peak() -> int:
    """Kilobytes. What the system tells through `resource` may be the peak of the parent."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])


def one_run(kind: str, *more: str) -> None:
    before = peak()
    if kind == "round":
        make_round(people(MENTORS, MENTEES), TERMS)
    else:
        linear_sum_assignment(np.load(more[0]))
    print(peak() - before)


# ------------------------------------------------------------------------------------------------ people
def people(mentors: int, mentees: int) -> Pool:
    random = Random(7)
    ids = range(1, mentors + mentees + 1)
    return Pool(
        tuple(mentor(random, number) for number in ids[:mentors]),
        tuple(mentee(random, number, mentors) for number in ids[mentors:]),
    )


def mentor(random: Random, number: int) -> Mentor:
    return Mentor(
        **anybody(random, number),
        name=f"Dr {number}",
        places=random.randint(1, 3),
        is_woman=random.random() < 0.5,
        hurdles={hurdle: random.randint(2005, 2026) for hurdle in random.sample(HURDLES, 6)},
    )


def mentee(random: Random, number: int, mentors: int) -> Mentee:
    hurdles = random.sample(HURDLES, 4)
    return Mentee(
        **anybody(random, number),
        waiting_since=TERMS.on - timedelta(days=random.randint(0, 400)),
        next_hurdle=hurdles[0],
        further_hurdles=frozenset(hurdles[1:]),
        needs_woman=random.random() < 0.1,
        needs_language=frozenset(random.sample(LANGUAGES, 2)) if random.random() < 0.1 else frozenset(),
        choices=tuple(random.sample(range(1, mentors + 1), random.randint(0, 3))),
        unanswered=random.randint(0, 1),
    )


def anybody(random: Random, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "time_zone": random.choice(ZONES),
        "free": tuple(window(random) for _ in range(random.randint(3, 6))),
        "formats": frozenset(random.sample(["12 months", "6 months", "a single session"], 2)),
        "languages": frozenset(["English", *random.sample(LANGUAGES, 2)]),
        "specialties": frozenset(random.sample(SPECIALTIES, 2)),
        "help": frozenset(random.sample(HELP, 4)),
        "region": f"region {random.randint(1, 10)}",
        "school_country": f"country {random.randint(1, 40)}",
        "employer": f"Hospital {random.randint(1, 200)}",
        "supervisor": f"Person {random.randint(1, 1000)}",
        "conflicts": frozenset(random.sample(range(1, MENTORS), random.randint(0, 2))),
    }


def window(random: Random) -> Window:
    start = random.randint(6, 18)
    return Window(random.randint(0, 6), clock(start), clock(start + random.randint(2, 5)))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one_run(*sys.argv[1:])
    else:
        print(table(ratios()))
