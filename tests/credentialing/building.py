"""Small catalogues and checklists that never touch the database, for the rules that only reckon."""

from datetime import UTC, date, datetime

from credentialing.days import Days
from credentialing.models import Answer, Checklist, Item, Party, Section, Source, SourceKind, Spec, Status
from facts.models import Fact, Kind

# Long before every day of these tests, so that no turn is cut short by the start of the list.
LONG_AGO = datetime(2000, 1, 1, 12, tzinfo=UTC)


def days(**values: int | str) -> Days:
    """Facts by the last part of their key: days(a=30, b="4 years", c="6 weeks")."""
    return Days({key: _fact(key, value) for key, value in values.items()})


def _fact(key: str, value: int | str) -> Fact:
    number, _, unit = str(value).partition(" ")
    return Fact(key=key, kind=Kind.COUNT if unit else Kind.DAYS, value=number, unit=unit, source=f"source of {key}")


def spec(key: str = "thing", *depends_on: str, **fields: object) -> Spec:
    plain = {"title": key.replace("_", " "), "section": Section.FCVS, "passes_to": Party.FCVS, "position": 1}
    return Spec(key=key, depends_on=list(depends_on), **(plain | fields))


def item(key: str = "thing", status: str = Status.TO_DO, **fields: object) -> Item:
    return Item(key=key, status=status, **fields)


def source(pk: int, kind: str = SourceKind.PROGRAM, **fields: object) -> Source:
    return Source(**({"pk": pk, "kind": kind, "name": f"Place {pk}"} | fields))


def checklist(**answers: object) -> Checklist:
    plain = dict.fromkeys(("ecfmg_certified", "has_ssn", "has_us_address"), Answer.YES)
    no = dict.fromkeys(("other_language", "clerkships_abroad"), Answer.NO)
    return Checklist(**({"started_at": LONG_AGO} | plain | no | answers))


def d(text: str) -> date:
    return date.fromisoformat(text)
