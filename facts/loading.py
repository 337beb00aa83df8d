"""The facts that ship with the portal. Adds what is missing; updates only rows nobody has edited since the load."""

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction

from .actions import add_fact, change_fact
from .models import Fact

JOB = "load guidance"
FILES = Path(__file__).parent / "figures"


class BrokenFile(CommandError):
    """A shipped file cannot be loaded. The message says which one, where in it, and why."""


@contextmanager
def naming(place: object) -> Iterator[None]:
    """Whatever goes wrong inside, the message says where."""
    try:
        yield
    except KeyError as error:
        raise BrokenFile(f"{place}: {error} is missing") from error
    except ValidationError as error:
        raise BrokenFile(f"{place}: {'; '.join(error.messages)}") from error
    except Exception as error:
        raise BrokenFile(f"{place}: {error}") from error


def digest(fields: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True, default=str).encode()).hexdigest()


def is_untouched(row: Any, fields: tuple[str, ...]) -> bool:
    """Does the row still read exactly as it was loaded?"""
    return bool(row.loaded_digest == digest({name: getattr(row, name) for name in fields}))


def read_file(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each fact's key and its fields, every one filled in."""
    defaults: dict[str, Any] = dict.fromkeys(Fact.EDITED_FIELDS, "") | {"to_confirm": False}
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["fact"]:
        yield entry.pop("key"), defaults | entry


@transaction.atomic
def load_facts(folder: Path = FILES) -> tuple[int, int]:
    """Returns how many were added and how many updated. Raises BrokenFile."""
    rows = {fact.key: fact for fact in Fact.objects.all()}
    seen: set[str] = set()
    counts: Counter[str] = Counter()
    for path in sorted(folder.glob("*.toml")):
        with naming(path):
            for key, fields in read_file(path):
                with naming(key):
                    if key in seen:
                        raise ValueError("this key stands twice")
                    seen.add(key)
                    counts[_load_fact(rows.get(key), key, fields)] += 1
    return counts["added"], counts["updated"]


def _load_fact(row: Fact | None, key: str, fields: dict[str, Any]) -> str:
    new_digest = digest(fields)
    if row is None:
        add_fact(by=JOB, key=key, loaded_digest=new_digest, **fields)
        return "added"
    if row.loaded_digest != new_digest and is_untouched(row, Fact.EDITED_FIELDS):
        change_fact(fact=row, by=JOB, reason=JOB, loaded_digest=new_digest, **fields)
        return "updated"
    return "left alone"
