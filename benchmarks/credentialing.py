"""What 20,000 checklists cost: the daily scan against that of 2,000, and one physician's page against the same alone.

Three scratch portals on the kind of database that the settings name. They are asked in turn, so that whatever else the
machine does slows all of them down; each run of the scan is taken back.
"""

import json
from contextlib import ExitStack
from typing import Any

from benchmarks.ratios import Ratio, table
from benchmarks.sites import portal, run_in

FEW, MANY, ITEMS = 2_000, 20_000, 25
PAGE = "/my/checklist/"
REPETITIONS = 5
FILL = "from benchmarks.many_checklists import fill; fill({})"
MEASURE = f"from benchmarks.many_checklists import measure; measure({PAGE!r})"


def ratios() -> list[Ratio]:
    with ExitStack() as stack:
        portals = {others: stack.enter_context(portal()) for others in (0, FEW, MANY)}
        for others, environment in portals.items():
            run_in(environment, FILL.format(others))
        found = [
            {others: json.loads(run_in(environment, MEASURE)) for others, environment in portals.items()}
            for _ in range(REPETITIONS)
        ]
    size = f"{MANY * ITEMS:,} items, {found[0][MANY]['database']}"
    return [
        Ratio(f"time of the scan for an item that is due: {size}; {FEW * ITEMS:,}", _ratio(found, "scan", FEW), 1.3),
        Ratio(f"time: {PAGE} among {size}; alone", _ratio(found, "page", 0), 1.2),
        Ratio(f"queries: {PAGE} among {size}", [one[MANY]["queries"] for one in found], 8),
    ]


def _ratio(found: list[dict[int, dict[str, Any]]], what: str, against: int) -> list[float]:
    return [one[MANY][what] / one[against][what] for one in found]


if __name__ == "__main__":
    print(table(ratios()))
