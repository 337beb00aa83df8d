"""The countries a medical school can be in, from the list that comes with the time zone database."""

from functools import cache
from importlib.resources import files

# It has medical schools and, as yet, no code of its own.
_NOT_IN_THE_LIST = ("Kosovo",)
# The list goes by what people in its head office say.
_USUAL = {"Britain (UK)": "United Kingdom", "Korea (North)": "North Korea", "Korea (South)": "South Korea"}


@cache
def countries() -> tuple[str, ...]:
    lines = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8").splitlines()
    listed = (line.split("\t")[1] for line in lines if line and not line.startswith("#"))
    return tuple(sorted({*(_USUAL.get(name, name) for name in listed), *_NOT_IN_THE_LIST}))


def country_choices(chosen: str) -> list[tuple[str, str]]:
    """What somebody has chosen is always among them."""
    names = sorted({*countries(), *([chosen] if chosen else [])})
    return [("", "Choose…"), *((name, name) for name in names)]
