"""The catalogue that ships with the portal. It becomes the first version; what staff have published is left alone."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from audit.models import Entry
from facts.loading import naming

from . import catalogue_actions as actions
from .models import Catalogue, CatalogueStatus, Letter, Spec

JOB = "load catalogue"
FILES = Path(__file__).parent / "catalogue"


@transaction.atomic
def load_catalogue(folder: Path = FILES) -> Catalogue:
    """The version in use. Facts come first: each one that is named must be there. Raises BrokenFile.

    Files that have changed become a new version, published like any other, as long as staff have written none.
    """
    current = Catalogue.objects.filter(status=CatalogueStatus.PUBLISHED).first()
    specs, letters = list(_specs(folder)), list(_letters(folder))
    if current and (_is_of_staff(current) or _reads(current, specs, letters)):
        return current
    with naming(folder):
        draft = actions.make_draft(by=JOB, change_note=_read(folder, "items")["change_note"])
        for words in specs:
            with naming(words["key"]):
                actions.put_spec(catalogue=draft, **words)
        for words in letters:
            Letter.objects.create(catalogue=draft, **words)
        return actions.publish(catalogue=draft, by=JOB)


def _is_of_staff(current: Catalogue) -> bool:
    """A person published what is in use, or works on what comes next."""
    published = Entry.objects.about(current).filter(verb=actions.PUBLISHED, actor__isnull=False)
    return published.exists() or Catalogue.objects.filter(status=CatalogueStatus.DRAFT).exists()


def _reads(catalogue: Catalogue, specs: list[dict[str, Any]], letters: list[dict[str, Any]]) -> bool:
    kept_letters = list(catalogue.letters.values(*Letter.WORDS))
    return list(catalogue.specs.values(*Spec.WORDS)) == specs and _sorted(kept_letters) == _sorted(letters)


def _sorted(letters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(letters, key=lambda letter: (letter["recipient"], letter["tone"]))


def _read(folder: Path, name: str) -> dict[str, Any]:
    with naming(folder / f"{name}.toml"):
        return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))


def _specs(folder: Path) -> Iterator[dict[str, Any]]:
    """Every word of each item, in the order of the file."""
    plain = {name: Spec._meta.get_field(name).get_default() for name in Spec.WORDS}
    for position, entry in enumerate(_read(folder, "items")["item"], start=1):
        lines = {name: "\n".join(entry.get(name, [])) for name in ("what_to_do", "traps")}
        yield plain | {"depends_on": [], "cost_facts": []} | entry | lines | {"position": position}


def _letters(folder: Path) -> Iterator[dict[str, Any]]:
    for entry in _read(folder, "letters")["letter"]:
        yield entry | {"body": entry["body"].strip()}
