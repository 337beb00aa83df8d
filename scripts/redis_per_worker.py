"""A pytest plugin: parallel test processes share a Redis server, so each gets a database of its own in it.

Loaded with -p, because that is the only place that runs before Django reads its settings.
"""

import os

worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if worker.startswith("gw") and os.environ.get("REDIS_URL"):
    server, _, _number = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{server}/{int(worker[2:]) + 1}"
