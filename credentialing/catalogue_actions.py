"""Every write to the catalogue. A version that is in use is never changed: a draft takes its place, with everybody."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from audit.models import record
from notices.actions import owe, today_of

from . import catalogue_checks as checks
from .actions import reconcile
from .catalogue_changes import Change, changes_in, people_who_gain, people_with_open
from .models import Catalogue, CatalogueStatus, Checklist, Letter, Person, Spec
from .refusals import ChecklistRefused
from .settling import settle_other_days
from .telling import CHANGED

DAYS = {"first_fact", "again_fact", "rule", "rule_fact", "rule_warn_fact"}
BEGUN, PUBLISHED = "catalogue draft started", "catalogue published"


@dataclass(frozen=True)
class Effect:
    """How many people would be told, and of what."""

    people: int
    changed: list[Change]


# ------------------------------------------------------------------------------------------------ drafts
@transaction.atomic
def start_draft(by: Person) -> Catalogue:
    """A copy of the version in use, to work on. The one that is there already, if there is one."""
    current = Catalogue.objects.select_for_update().get(status=CatalogueStatus.PUBLISHED)
    if draft := Catalogue.objects.filter(status=CatalogueStatus.DRAFT).first():
        return draft
    draft = make_draft(by=by)
    for spec in current.specs.all():
        put_spec(catalogue=draft, **{name: getattr(spec, name) for name in Spec.WORDS})
    words = current.letters.values(*Letter.WORDS)
    Letter.objects.bulk_create(Letter(catalogue=draft, **letter) for letter in words)
    return draft


def make_draft(*, by: Person | str, change_note: str = "") -> Catalogue:
    """An empty one."""
    last = Catalogue.objects.aggregate(last=Max("number"))["last"] or 0
    draft = Catalogue.objects.create(
        number=last + 1, change_note=change_note, written_by=None if isinstance(by, str) else by
    )
    record(by=by, verb=BEGUN, subject=draft)
    return draft


@transaction.atomic
def change_note(catalogue: Catalogue, by: Person, note: str) -> Catalogue:
    """What the physicians are told is different."""
    draft = _locked_draft(catalogue)
    draft.change_note = note.strip()
    draft.save()
    record(by=by, verb="catalogue note written", subject=draft)
    return draft


@transaction.atomic
def discard_draft(catalogue: Catalogue, by: Person) -> None:
    draft = _locked_draft(catalogue)
    record(by=by, verb="catalogue draft discarded", subject=draft)
    draft.delete()


def _locked_draft(catalogue: Catalogue) -> Catalogue:
    locked = Catalogue.objects.select_for_update().get(pk=catalogue.pk)
    if locked.status != CatalogueStatus.DRAFT:
        raise ChecklistRefused(f"{locked} is never changed. Start a new draft and change that.")
    return locked


# ------------------------------------------------------------------------------------------------ items and letters
@transaction.atomic
def add_spec(catalogue: Catalogue, by: Person, **words: Any) -> Spec:
    draft = _locked_draft(catalogue)
    last = draft.specs.aggregate(last=Max("position"))["last"] or 0
    spec = put_spec(catalogue=draft, **{"position": last + 1, **words})
    checks.refuse(checks.problems_of_order(draft.specs.all()))
    record(by=by, verb="catalogue item added", subject=spec)
    return spec


@transaction.atomic
def change_spec(spec: Spec, by: Person, **words: Any) -> Spec:
    """Nothing happens when it reads so already. Raises ChecklistRefused, for a loop with the loop's names."""
    draft = _locked_draft(spec.catalogue)
    locked = draft.specs.get(pk=spec.pk)
    if words.get("key", locked.key) != locked.key:
        raise ChecklistRefused("The key of an item cannot be changed: what people recorded hangs on it.")
    changed = sorted(name for name, value in words.items() if getattr(locked, name, None) != value)
    if not changed:
        return locked
    _store(locked, words)
    checks.refuse(checks.problems_of_order(draft.specs.all()))
    record(by=by, verb="catalogue item changed", subject=locked, data={"fields": changed})
    return locked


@transaction.atomic
def remove_spec(spec: Spec, by: Person) -> Catalogue:
    draft = _locked_draft(spec.catalogue)
    if waiting := [other.title for other in draft.specs.all() if spec.key in other.depends_on]:
        raise ChecklistRefused(f"These items wait for it: {', '.join(waiting)}. Take it out there first.")
    record(by=by, verb="catalogue item removed", subject=spec)
    draft.specs.filter(pk=spec.pk).delete()
    return draft


@transaction.atomic
def change_letter(letter: Letter, by: Person, *, subject: str, body: str) -> Letter:
    locked = _locked_draft(letter.catalogue).letters.get(pk=letter.pk)
    locked.subject, locked.body = subject.strip(), _text(body)
    checks.refuse(checks.problems_of_letter(locked))
    locked.save()
    record(by=by, verb="catalogue letter changed", subject=locked)
    return locked


def put_spec(*, catalogue: Catalogue, **words: Any) -> Spec:
    """Checks the item by itself; whether the whole has an order is asked when all of it is there."""
    return _store(Spec(catalogue=catalogue), words)


def _store(spec: Spec, words: dict[str, Any]) -> Spec:
    if unknown := words.keys() - set(Spec.WORDS):
        raise ChecklistRefused(f"An item has no {', '.join(sorted(unknown))}.")
    for name, value in words.items():
        setattr(spec, name, _text(value) if isinstance(value, str) else value)
    checks.refuse(checks.problems_of_spec(spec))
    spec.save()
    spec.facts.set(checks.facts_of(spec).values())
    return spec


def _text(words: str) -> str:
    return words.replace("\r\n", "\n").strip()


# ------------------------------------------------------------------------------------------------ publishing
def effect_of(catalogue: Catalogue) -> Effect:
    """What publishing this draft would do, as things stand."""
    changed = changes_in(catalogue)
    return Effect(len(people_with_open(changed) | people_who_gain(catalogue, changed)), changed)


@transaction.atomic
def publish(catalogue: Catalogue, by: Person | str) -> Catalogue:
    """Everybody's checklist follows this version from now on. Answers and items stay; who is concerned is told."""
    in_play = Catalogue.objects.select_for_update().exclude(status=CatalogueStatus.REPLACED).order_by("pk")
    current = next((one for one in in_play if one.status == CatalogueStatus.PUBLISHED), None)
    draft = next((one for one in in_play if one.pk == catalogue.pk), None)
    if draft is None or draft.status != CatalogueStatus.DRAFT:
        raise ChecklistRefused("This version is published already.")
    if not draft.change_note.strip():
        raise ChecklistRefused("Say in a sentence what is different: physicians read it.")
    checks.refuse(checks.problems_of(draft))
    changed = changes_in(draft)
    told = people_with_open(changed) | people_who_gain(draft, changed)
    _put_in_use(draft, current, by)
    _follow(draft, changed)
    _tell(draft, told)
    record(by=by, verb=PUBLISHED, subject=draft, data={"items": len(changed), "people": len(told)})
    return draft


def _put_in_use(draft: Catalogue, current: Catalogue | None, by: Person | str) -> None:
    if current:
        current.status = CatalogueStatus.REPLACED
        current.save()
    draft.status, draft.published_at = CatalogueStatus.PUBLISHED, timezone.now()
    draft.published_by = None if isinstance(by, str) else by
    draft.save()


def _follow(catalogue: Catalogue, changed: list[Change]) -> None:
    """Every checklist; what is followed up on other days now gets its new day."""
    keys = {change.key for change in changed if DAYS & set(change.fields)}
    for checklist in Checklist.objects.exclude(catalogue=catalogue).select_for_update().order_by("pk"):
        checklist.catalogue = catalogue
        checklist.save(update_fields=["catalogue"])
        reconcile(checklist)
        if keys:
            settle_other_days(checklist.pk, keys)


def _tell(catalogue: Catalogue, people: set[int]) -> None:
    for person in get_user_model().objects.filter(pk__in=people, is_active=True):
        owe(kind=CHANGED, person=person, about=catalogue, due_on=today_of(person))
