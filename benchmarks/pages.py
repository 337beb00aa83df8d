"""What a guidance page costs: from the page cache, rendered anew, and in a portal grown large."""

from benchmarks.load import Target, slowness
from benchmarks.ratios import Ratio
from benchmarks.sites import PAGE, UNCACHED, Sites, sites

REPETITIONS = 15
ROUNDS = 60


def ratios() -> list[Ratio]:
    with sites() as running:
        _warm_up(running)
        bare = Target(running.bare, PAGE)
        cached, uncached = Target(running.today, PAGE), Target(running.today, UNCACHED)
        large = Target(running.large, UNCACHED)
        return [
            # Requests per second are the other way round than the time of one.
            Ratio("requests/s: cached page, bare view", _repeated(bare, cached), 0.5, is_least=True),
            Ratio("requests/s: uncached page, bare view", _repeated(bare, uncached), 0.1, is_least=True),
            Ratio("time: uncached page with 5,000 pages and 20,000 links, today", _repeated(large, uncached), 1.2),
        ]


def _repeated(of: Target, against: Target) -> list[float]:
    return [slowness(of, against, ROUNDS) for _ in range(REPETITIONS)]


def _warm_up(running: Sites) -> None:
    for address in (PAGE, UNCACHED):
        slowness(Target(running.today, address), Target(running.large, address), ROUNDS)
    slowness(Target(running.bare, PAGE), Target(running.today, PAGE), ROUNDS)
