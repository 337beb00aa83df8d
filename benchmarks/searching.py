"""The search's own measurement (search.py), made several times in a scratch portal: it empties what it works in."""

import json

from benchmarks.ratios import Ratio
from benchmarks.sites import portal, run_in

REPETITIONS = 3
MEASURE = f"""
import json
from benchmarks.search import ratios
print(json.dumps([ratios() for _ in range({REPETITIONS})]))
"""


def ratios() -> list[Ratio]:
    with portal() as environment:
        repetitions = json.loads(run_in(environment, MEASURE))
    return [_ratio(list(same)) for same in zip(*repetitions, strict=True)]


def _ratio(same: list[tuple[str, float, str]]) -> Ratio:
    name, _measured, limit = same[0]
    return Ratio(f"time: {name}", [measured for _name, measured, _limit in same], float(limit.removeprefix("at most ")))
