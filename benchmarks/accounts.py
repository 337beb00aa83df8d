"""What the sign-in page costs a visitor without a session, and one who has opened it before."""

from benchmarks.load import Target, slowness
from benchmarks.ratios import Ratio, table
from benchmarks.sites import PAGE, sites

SIGN_IN = "/accounts/login/"
REPETITIONS = 15
ROUNDS = 60
LEAST = 0.08


def ratios() -> list[Ratio]:
    with sites() as running:
        bare, sign_in = Target(running.bare, PAGE), Target(running.today, SIGN_IN)
        slowness(bare, sign_in, ROUNDS)  # warms both up
        measured = [slowness(bare, sign_in, ROUNDS) for _ in range(REPETITIONS)]
        # Requests per second are the other way round than the time of one.
        return [Ratio("requests/s: sign-in page, bare view", measured, LEAST, is_least=True)]


if __name__ == "__main__":
    print(table(ratios()))
