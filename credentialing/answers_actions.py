"""The questions at the start, and what the physician types about programs, names and years. The items follow."""

from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from audit.models import record
from notices.actions import today_of, withdraw

from .actions import reconcile
from .entries import check_order, check_sane, check_words
from .models import (
    Activity,
    Answer,
    Catalogue,
    CatalogueStatus,
    Checklist,
    Document,
    HelpRequest,
    Person,
    Source,
    SourceKind,
)
from .refusals import ChecklistRefused, StaleForm

DATES = ("training_ends_on", "license_wanted_on")
SOURCE_FIELDS = ("name", "starts_on", "ends_on", "in_new_york")
ACTIVITY_FIELDS = ("what", "starts_on", "ends_on")
FURTHEST = timedelta(days=366 * 30)
Row = TypeVar("Row", Source, Activity)


# ------------------------------------------------------------------------------------------------ the questions
@transaction.atomic
def start(*, person: Person, answers: dict[str, Any], sources: list[dict[str, Any]]) -> Checklist:
    """A person has one list: starting it a second time finds the first."""
    if there := Checklist.objects.for_user(person).first():
        return there
    catalogue = Catalogue.objects.filter(status=CatalogueStatus.PUBLISHED).first()
    if catalogue is None:
        raise ChecklistRefused("The checklist is not open yet. Please come back later.")
    _check_answers(answers, today_of(person))
    checklist, is_new = Checklist.objects.get_or_create(person=person, defaults={"catalogue": catalogue, **answers})
    if is_new:
        record(by=person, verb="checklist started", subject=checklist)
        for source in sources:
            _name_source(checklist, _checked_source(source, today_of(person)))
        reconcile(checklist)
    return checklist


@transaction.atomic
def change_answers(*, checklist: Checklist, by: Person, version: int, **answers: Any) -> Checklist:
    """What was recorded stays; items that are not needed any more are hidden with it."""
    locked = _locked(checklist)
    unknown = answers.keys() - set(Checklist.ANSWERS)
    if unknown:
        raise ChecklistRefused(f"There is no such question: {', '.join(sorted(unknown))}.")
    changed = {name: value for name, value in answers.items() if getattr(locked, name) != value}
    if not changed:
        return locked
    if locked.version != version:
        raise StaleForm
    _check_answers(changed, today_of(locked.person))
    for name, value in changed.items():
        setattr(locked, name, value)
    _changed(locked, by, "checklist answers changed", fields=sorted(changed))
    return locked


def _check_answers(answers: dict[str, Any], today: date) -> None:
    for name, value in answers.items():
        if name in DATES:
            check_sane(value, field=name, latest=today + FURTHEST)
        elif value not in Answer:
            raise ChecklistRefused("Choose one of the answers.", field=name)
    wanted = answers.get("license_wanted_on")
    if wanted and wanted <= today:
        raise ChecklistRefused("This day is over. Choose a day that is still to come.", field="license_wanted_on")


def _locked(checklist: Checklist) -> Checklist:
    locked = Checklist.objects.select_for_update(of=("self",)).select_related("person", "catalogue")
    if found := locked.filter(pk=checklist.pk).first():
        return found
    raise ChecklistRefused("This checklist was removed.")


def _changed(checklist: Checklist, by: Person, verb: str, **data: Any) -> None:
    checklist.version += 1
    checklist.save()
    record(by=by, verb=verb, subject=checklist, data=data)
    reconcile(checklist, dates_changed=True)


# ------------------------------------------------------------------------------------------------ programs and others
@transaction.atomic
def add_source(
    *,
    checklist: Checklist,
    by: Person,
    kind: str,
    name: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    in_new_york: bool = False,
) -> Source:
    """One that is there already is found; one that was taken off comes back with what was recorded about it."""
    locked = _locked(checklist)
    given = {"kind": kind, "name": name, "starts_on": starts_on, "ends_on": ends_on, "in_new_york": in_new_york}
    fields = _checked_source(given, today_of(locked.person))
    if there := locked.sources.filter(removed_at=None, **fields).first():
        return there
    source = _name_source(locked, fields)
    _changed(locked, by, "checklist source added", kind=kind)
    return source


def _name_source(checklist: Checklist, fields: dict[str, Any]) -> Source:
    same = checklist.sources.filter(kind=fields["kind"], name__iexact=fields["name"])
    if same.filter(removed_at=None, starts_on=fields.get("starts_on")).exists():
        raise ChecklistRefused("This stands on your list already. Change it there.", field="name")
    source = same.exclude(removed_at=None).first() or Source(checklist=checklist)
    return _store(source, fields | {"removed_at": None})


def _checked_source(fields: dict[str, Any], today: date) -> dict[str, Any]:
    if fields["kind"] not in SourceKind:
        raise ChecklistRefused("Choose a program, a hospital or a license.", field="kind")
    _check_days(fields, today)
    return fields | {"name": check_words(fields["name"], field="name", longest=150)}


def _check_days(fields: dict[str, Any], today: date) -> None:
    for name in ("starts_on", "ends_on"):
        check_sane(fields.get(name), field=name, latest=today + FURTHEST)
    check_order(fields.get("starts_on"), fields.get("ends_on"))


def _store(row: Row, fields: dict[str, Any]) -> Row:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


@transaction.atomic
def change_source(*, source: Source, by: Person, **fields: Any) -> Source:
    locked = _locked(source.checklist)
    source = _still_there(locked.sources, source)
    changed = {name: fields[name] for name in SOURCE_FIELDS if name in fields and fields[name] != getattr(source, name)}
    if not changed:
        return source
    kept = {name: getattr(source, name) for name in ("kind", *SOURCE_FIELDS)}
    _store(source, _checked_source(kept | changed, today_of(locked.person)))
    _changed(locked, by, "checklist source changed", fields=sorted(changed))
    return source


@transaction.atomic
def remove_source(*, source: Source, by: Person) -> None:
    """Taken off the list. What was recorded about it stays, and is there again when it is added again."""
    locked = _locked(source.checklist)
    source = _still_there(locked.sources, source)
    if source.removed_at is None:
        _store(source, {"removed_at": timezone.now()})
        _changed(locked, by, "checklist source removed", kind=source.kind)


def _still_there(rows: Any, row: Row) -> Row:
    found: Row | None = rows.filter(pk=row.pk).first()
    if found is None:
        raise ChecklistRefused("This is not on your list any more.")
    return found


# ------------------------------------------------------------------------------------------------ names and years
@transaction.atomic
def set_spellings(*, checklist: Checklist, by: Person, names: dict[str, str]) -> None:
    """Document to name, exactly as it stands there; an empty one is forgotten. Others stay as they are."""
    locked = _locked(checklist)
    if unknown := names.keys() - set(Document.values):
        raise ChecklistRefused(f"There is no such document: {', '.join(sorted(unknown))}.")
    cleaned = {which: check_words(name, field=which, longest=150, is_needed=False) for which, name in names.items()}
    before = dict(locked.spellings.values_list("document", "name"))
    changed = sorted(which for which, name in cleaned.items() if before.get(which, "") != name)
    for which in changed:
        if cleaned[which]:
            locked.spellings.update_or_create(document=which, defaults={"name": cleaned[which]})
        else:
            locked.spellings.filter(document=which).delete()
    if changed:
        record(by=by, verb="spellings changed", subject=locked, data={"documents": changed})


@transaction.atomic
def add_activity(
    *, checklist: Checklist, by: Person, what: str, starts_on: date, ends_on: date | None = None
) -> Activity:
    """A line that is there already is found."""
    locked = _locked(checklist)
    fields = _checked_activity({"what": what, "starts_on": starts_on, "ends_on": ends_on}, locked)
    if there := locked.activities.filter(**fields).first():
        return there
    activity = _store(Activity(checklist=locked), fields)
    record(by=by, verb="activity added", subject=activity)
    return activity


@transaction.atomic
def change_activity(*, activity: Activity, by: Person, **fields: Any) -> Activity:
    locked = _locked(activity.checklist)
    activity = _still_there(locked.activities, activity)
    kept = {name: getattr(activity, name) for name in ACTIVITY_FIELDS}
    wanted = _checked_activity(kept | {name: fields[name] for name in ACTIVITY_FIELDS if name in fields}, locked)
    if wanted != kept:
        _store(activity, wanted)
        record(by=by, verb="activity changed", subject=activity)
    return activity


def _checked_activity(fields: dict[str, Any], checklist: Checklist) -> dict[str, Any]:
    _check_days(fields, today_of(checklist.person))
    return fields | {"what": check_words(fields["what"], field="what", longest=150)}


@transaction.atomic
def remove_activity(*, activity: Activity, by: Person) -> None:
    locked = _locked(activity.checklist)
    if there := locked.activities.filter(pk=activity.pk).first():
        record(by=by, verb="activity removed", subject=there)
        there.delete()


# ------------------------------------------------------------------------------------------------ all of it
@transaction.atomic
def remove_checklist(*, checklist: Checklist, by: Person) -> None:
    """For good, with everything that was recorded, and with every message that was still to come."""
    locked = _locked(checklist)
    for row in (*locked.items.all(), *HelpRequest.objects.filter(item__checklist=locked)):
        withdraw(about=row)
    record(by=by, verb="checklist removed", subject=locked)
    locked.delete()
