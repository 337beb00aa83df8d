"""A whole round from the rows of the database against the bare scipy solve of the same matrix.

    python -m benchmarks.matching_rows

As benchmarks/matching.py, with the reading of everybody counted too: who waits, who has a place, who asked for whom.
Each measure is taken in a fresh process, on a database made for it.
"""

import json
import os
import subprocess
import sys
from tempfile import TemporaryDirectory

from benchmarks.ratios import Ratio, table
from scripts.processes import ROOT

MENTORS, MENTEES = 1_000, 2_000
ROUNDS = 5
SET_UP = "import django; django.setup()\nfrom benchmarks import matching_process\n"


def ratios() -> list[Ratio]:
    with TemporaryDirectory(prefix="matching-") as folder:
        run(folder, f"fill({MENTORS}, {MENTEES})")
        found = [(run(folder, "bare()"), run(folder, "from_rows()")) for _ in range(ROUNDS)]
    for bare, whole in found:
        print(f"bare {bare}; from the rows {whole}", flush=True)
    against = f"rows and a round of {MENTORS:,} by {MENTEES:,}, the bare solve of its matrix"
    return [
        Ratio(f"time: {against}", [whole["seconds"] / bare["seconds"] for bare, whole in found], 3),
        Ratio(f"memory: {against}", [whole["kilobytes"] / bare["kilobytes"] for bare, whole in found], 2),
    ]


def run(folder: str, what: str) -> dict[str, float]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment = {**kept, "LOCAL": "1", "VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "mssny_img.settings"}
    command = [sys.executable, "-c", f"{SET_UP}matching_process.{what}"]
    answer = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(answer.stdout or "{}")


if __name__ == "__main__":
    print(table(ratios()))
