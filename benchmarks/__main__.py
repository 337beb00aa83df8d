"""How fast the portal is: `make bench`, or one part of it: `make bench ARGS=pages`.

A person runs it; the tests never do. Nothing is held against a clock: each figure is a ratio of two things measured
in this very run. Ends with 1 when a limit is missed.
"""

import sys

from benchmarks import accounts, credentialing, matching, matching_rows, notices, pages, searching
from benchmarks.ratios import Ratio, table

PARTS = {
    "pages": pages.ratios,
    "search": searching.ratios,
    "accounts": accounts.ratios,
    "notices": notices.ratios,
    "credentialing": credentialing.ratios,
    "matching": lambda: [*matching.ratios(), *matching_rows.ratios()],
}


def main(chosen: list[str]) -> int:
    if unknown := set(chosen) - PARTS.keys():
        sys.exit(f"There is no part named {', '.join(sorted(unknown))}. The parts are: {', '.join(PARTS)}.")
    ratios: list[Ratio] = []
    for name in chosen or PARTS:
        print(f"Building portals and measuring: {name}; this takes a few minutes.", flush=True)
        ratios += PARTS[name]()
    print(table(ratios))
    return int(not all(ratio.is_met for ratio in ratios))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
