"""What differs between two versions of the catalogue, and whom it concerns."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from .generating import wanted
from .models import Catalogue, CatalogueStatus, Checklist, Item, Person, Spec

# Nothing to do differently because of these.
QUIET = {"key", "position", "read_more"}
# Whoever did not need the item may need it now, and the other way round.
FOR_WHOM = {"need", "repeats"}


@dataclass(frozen=True)
class Change:
    """An item that is new (`is_new`), that is gone (`is_gone`), or of which `fields` read differently."""

    key: str
    title: str
    fields: tuple[str, ...] = ()
    is_new: bool = False
    is_gone: bool = False

    @property
    def is_for_others(self) -> bool:
        return self.is_new or self.is_gone or bool(FOR_WHOM & set(self.fields))

    def __str__(self) -> str:
        if self.is_new or self.is_gone:
            return f"“{self.title}”: {'new on the list' if self.is_new else 'no longer on the list'}"
        return f"“{self.title}”: {', '.join(str(Spec._meta.get_field(name).verbose_name) for name in self.fields)}"


def before(catalogue: Catalogue) -> Catalogue | None:
    """The version that this one replaces, or replaced."""
    earlier = Catalogue.objects.exclude(status=CatalogueStatus.DRAFT).filter(number__lt=catalogue.number)
    return earlier.order_by("-number").first()


def changes_in(catalogue: Catalogue) -> list[Change]:
    """Against the version before, in the order of the new list; what is gone comes last."""
    replaced = before(catalogue)
    old = {spec.key: spec for spec in replaced.specs.all()} if replaced else {}
    new = {spec.key: spec for spec in catalogue.specs.all()}
    found = [
        Change(key, spec.title, _fields(old[key], spec)) if key in old else Change(key, spec.title, is_new=True)
        for key, spec in new.items()
    ]
    gone = [Change(key, spec.title, is_gone=True) for key, spec in old.items() if key not in new]
    return [change for change in found if change.is_new or change.fields] + gone


def _fields(old: Spec, new: Spec) -> tuple[str, ...]:
    return tuple(name for name in Spec.WORDS if name not in QUIET and _plain(old, name) != _plain(new, name))


def _plain(spec: Spec, name: str) -> object:
    value = getattr(spec, name)
    return sorted(value) if isinstance(value, list) else value


# ------------------------------------------------------------------------------------------------ whom it concerns
def people_with_open(changes: Iterable[Change]) -> set[int]:
    """Who has an open item now that reads differently or goes."""
    keys = [change.key for change in changes]
    return set(Item.objects.opened().filter(key__in=keys).values_list("checklist__person_id", flat=True))


def people_who_gain(catalogue: Catalogue, changes: Iterable[Change]) -> set[int]:
    """Whose list would be longer under this version."""
    keys = {change.key for change in changes if change.is_for_others and not change.is_gone}
    specs = [spec for spec in catalogue.specs.all() if spec.key in keys]
    if not specs:
        return set()
    checklists = Checklist.objects.prefetch_related("sources", "items")
    return {one.person_id for one in checklists.iterator(chunk_size=500) if _gains(one, specs)}


def _gains(checklist: Checklist, specs: list[Spec]) -> bool:
    needed = {(item.key, item.source_id) for item in checklist.items.all() if item.is_needed}
    return not needed.issuperset(wanted(specs, checklist, checklist.sources.all(), timezone.localdate()))


def changes_for(person: Person, changes: list[Change]) -> list[tuple[Change, bool]]:
    """Those that concern what this person has open under the new version; False: it is asked of them no longer."""
    items = Item.objects.for_user(person).filter(closed_on__isnull=True, key__in=[change.key for change in changes])
    stands = items.needed().values_list("key", flat=True)
    needed, known = set(stands), set(items.values_list("key", flat=True))
    return [
        (change, change.key in needed)
        for change in changes
        if change.key in needed or (change.key in known and change.is_for_others)
    ]
