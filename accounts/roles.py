"""The roles of the staff: what each is there for, and the least rights that do the job."""

from dataclasses import dataclass

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q

from .models import Role


@dataclass(frozen=True)
class RoleSpec:
    slug: str
    name: str
    description: str
    rights: tuple[str, ...]


def _rights(app: str, models: str, *verbs: str) -> tuple[str, ...]:
    return tuple(f"{app}.{verb}_{model}" for model in models.split() for verb in verbs)


# What every member of staff may look at: pages as they are and as they are being written, and the facts in them.
_READ = (
    *_rights("content", "page edition externallink keydate term goal county journey", "view"),
    *_rights("facts", "fact", "view"),
)
_EDIT = (
    *_READ,
    *_rights("content", "page edition journey", "add", "change"),
    *_rights("content", "externallink keydate term goal", "add", "change", "delete"),
    *_rights("content", "county", "change"),
    *_rights("content", "comment", "view", "change"),
    *_rights("content", "movedpage", "view"),
    "content.approve_edition",
    *_rights("facts", "fact", "add", "change", "delete"),
)
# Whoever answers the physicians also keeps the list of what a license takes: the questions show where it is unclear.
_HELP = (
    *_READ,
    *_rights("credentialing", "item checklist helprequest staffnote catalogue spec letter", "view"),
    *_rights("credentialing", "helprequest catalogue spec letter", "change"),
    *_rights("credentialing", "staffnote catalogue spec", "add"),
)
# Who mentors whom. What two people wrote to each other opens with a reason; concerns are not the coordinator's.
_PAIRS = _rights("mentoring", "mentor mentee pair", "view")
_MENTORING = (
    *_READ,
    *_PAIRS,
    *_rights("mentoring", "mentor mentee pair", "change"),
    *_rights("mentoring", "keptapart", "add"),
    *_rights("mentoring", "round weights", "view", "add", "change"),
)
_SAFEGUARDING = (
    *_READ,
    *_PAIRS,
    *_rights("mentoring", "keptapart", "add"),
    *_rights("mentoring", "concern", "view", "change"),
)

ROLES = (
    RoleSpec(
        "content-editor",
        "Content editor",
        "Writes and reviews the guidance, keeps facts, links, dates and the glossary, and answers readers' comments.",
        _EDIT,
    ),
    RoleSpec(
        "mentoring-coordinator",
        "Mentoring coordinator",
        "Brings mentors and mentees together and looks after the pairs.",
        _MENTORING,
    ),
    RoleSpec(
        "state-30-officer",
        "State 30 officer",
        "Keeps the record of J-1 waiver cases and of the places of each fiscal year.",
        _READ,
    ),
    RoleSpec(
        "credentialing-helper",
        "Credentialing helper",
        "Answers physicians who are stuck on the way to their license, and keeps the list of what a license takes.",
        _HELP,
    ),
    RoleSpec(
        "safeguarding-officer",
        "Safeguarding officer",
        "Receives concerns in confidence and acts on them.",
        _SAFEGUARDING,
    ),
    RoleSpec(
        "auditor",
        "Auditor",
        "Reads who did what and when, and changes nothing.",
        (*_READ, *_rights("audit", "entry", "view"), *_rights("accounts", "user role", "view")),
    ),
    RoleSpec(
        "administrator",
        "Administrator",
        "Opens and closes members' accounts, gives and takes roles, and watches the messages.",
        (
            *_READ,
            *_rights("accounts", "user", "view", "add", "change"),
            *_rights("accounts", "role", "view", "give"),
            *_rights("audit", "entry", "view"),
            *_rights("notices", "notice badaddress", "view", "change"),
            *_rights("notices", "mail", "view"),
        ),
    ),
)


@transaction.atomic
def load_roles() -> None:
    """Make every role read and may exactly what stands here. Run after each `migrate`."""
    for spec in ROLES:
        role, _ = Role.objects.update_or_create(
            slug=spec.slug, defaults={"name": spec.name, "description": spec.description}
        )
        role.permissions.set(_permissions(spec.rights))


def _permissions(rights: tuple[str, ...]) -> list[Permission]:
    wanted = Q()
    for right in rights:
        app, _, codename = right.partition(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    found = list(Permission.objects.filter(wanted).select_related("content_type"))
    missing = set(rights) - {f"{one.content_type.app_label}.{one.codename}" for one in found}
    if missing:
        raise LookupError(f"There is no right named {', '.join(sorted(missing))}.")
    return found
