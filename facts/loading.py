"""The facts that ship with the portal. Adds what is missing; updates only rows nobody has edited since they were loaded."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import models, transaction

from .actions import add_fact, change_fact
from .models import Fact

JOB = "load guidance"
FILES = Path(__file__).parent / "figures"


def digest(fields: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True, default=str).encode()).hexdigest()


def is_untouched(row: models.Model, fields: tuple[str, ...]) -> bool:
    """Does the row still read exactly as it was loaded?"""
    return row.loaded_digest == digest({name: getattr(row, name) for name in fields})


def read_files(folder: Path = FILES) -> dict[str, dict[str, Any]]:
    """All facts of the files, by key, with every field filled in."""
    facts: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["fact"]:
            key = entry.pop("key")
            if key in facts:
                raise ValueError(f"{path.name}: {key} stands twice")
            facts[key] = _complete(entry)
    return facts


def _complete(entry: dict[str, Any]) -> dict[str, Any]:
    defaults = {name: "" for name in Fact.EDITED_FIELDS} | {"to_confirm": False}
    return defaults | entry


@transaction.atomic
def load_facts(folder: Path = FILES) -> tuple[int, int]:
    """Returns how many were added and how many updated."""
    rows = {fact.key: fact for fact in Fact.objects.all()}
    added = updated = 0
    for key, fields in read_files(folder).items():
        new_digest = digest(fields)
        row = rows.get(key)
        if row is None:
            add_fact(by=JOB, key=key, loaded_digest=new_digest, **fields)
            added += 1
        elif row.loaded_digest != new_digest and is_untouched(row, Fact.EDITED_FIELDS):
            change_fact(fact=row, by=JOB, reason=JOB, loaded_digest=new_digest, **fields)
            updated += 1
    return added, updated
