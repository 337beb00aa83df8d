"""A ratio of two things measured in the same run, and its limit."""

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Ratio:
    name: str
    measured: list[float]  # one for each repetition
    limit: float
    is_least: bool = False

    @property
    def middle(self) -> float:
        return median(self.measured)

    @property
    def is_met(self) -> bool:
        return self.middle >= self.limit if self.is_least else self.middle <= self.limit

    def row(self) -> tuple[str, ...]:
        limit = f"at {'least' if self.is_least else 'most'} {self.limit:g}"
        spread = f"{min(self.measured):.2f} to {max(self.measured):.2f}"
        return (self.name, f"{self.middle:.2f}", limit, str(len(self.measured)), spread, "yes" if self.is_met else "NO")


HEAD = ("first against second", "ratio", "limit", "repetitions", "spread", "met")


def table(ratios: list[Ratio]) -> str:
    rows = [HEAD, *(ratio.row() for ratio in ratios)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    form = "  ".join(f"{{:{width}}}" for width in widths)
    return "\n".join(form.format(*row).rstrip() for row in rows)
