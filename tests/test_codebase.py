"""The rules of docs/architecture.md, read off the code itself."""

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from content.writing import bare_figures
from mssny_img.celery import app as celery_app

ROOT = Path(__file__).resolve().parent.parent
BARE_GROUND = {"audit", "pagecache"}
GROUND = BARE_GROUND | {"facts", "notices"}
SUBJECTS = {"content", "credentialing", "mentoring", "waivers"}
MAY_IMPORT = {
    **{name: set() for name in BARE_GROUND},
    "notices": BARE_GROUND,
    "facts": BARE_GROUND | {"notices"},
    "accounts": GROUND,
    **{name: GROUND | {"accounts"} for name in SUBJECTS},
    "mssny_img": GROUND | SUBJECTS | {"accounts"},
}
# Inside an app, a lower room knows nothing of a higher one.
LOWER_ROOMS = {
    "models": {"actions", "forms", "views", "admin", "tasks", "urls"},
    "actions": {"forms", "views", "admin", "tasks", "urls"},
    "forms": {"views", "admin", "tasks", "urls"},
}
SOURCES = {path: ast.parse(path.read_text()) for name in MAY_IMPORT for path in sorted((ROOT / name).rglob("*.py"))}


def at(path: Path, node: ast.AST | None = None) -> str:
    return f"{path.relative_to(ROOT)}{f':{node.lineno}' if node else ''}"


# ------------------------------------------------------------------------------------------------ imports
def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {dotted(path) for path in SOURCES}


def imported(path: Path, tree: ast.Module) -> Iterator[str]:
    package = dotted(path).split(".") if path.name == "__init__.py" else dotted(path).split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from (full if (full := f"{module}.{alias.name}") in MODULES else module for alias in node.names)


IMPORTS = {path: set(imported(path, tree)) for path, tree in SOURCES.items()}


def test_an_app_imports_only_what_lies_below_it() -> None:
    wrong = [
        f"{at(path)} imports {name}"
        for path, names in IMPORTS.items()
        for name in names
        if (theirs := name.split(".")[0]) in MAY_IMPORT
        and theirs != (mine := dotted(path).split(".")[0])
        and theirs not in MAY_IMPORT[mine]
    ]
    assert wrong == []


def test_inside_an_app_a_lower_room_knows_no_higher_one() -> None:
    wrong = [
        f"{at(path)} imports {name}"
        for path, names in IMPORTS.items()
        for name in names
        if len(here := dotted(path).split(".")) > 1
        and here[0] == name.split(".")[0]
        and set(name.split(".")[1:2]) & LOWER_ROOMS.get(here[1], set())
    ]
    assert wrong == []


def test_there_is_no_import_circle() -> None:
    graph = {dotted(path): (names & MODULES) - {dotted(path)} for path, names in IMPORTS.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


def test_imports_stand_at_the_top() -> None:
    wrong = [
        at(path, node)
        for path, tree in SOURCES.items()
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for node in ast.walk(outer)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert wrong == []


# ------------------------------------------------------------------------------------------------ what we do without
def test_no_signals_and_no_thread_locals() -> None:
    unwanted = {"django.db.models.signals", "django.dispatch", "django.core.signals", "asgiref.local"}
    wrong = [f"{at(path)} imports {name}" for path, names in IMPORTS.items() for name in sorted(names & unwanted)]
    wrong += [at(path) for path in SOURCES if re.search(r"threading\.local|import .*\blocal\b", path.read_text())]
    assert wrong == []


def test_nothing_overrides_save() -> None:
    wrong = [
        at(path, node)
        for path, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == "save"
    ]
    assert wrong == []


def test_views_ask_for_rows_in_the_words_of_the_subject() -> None:
    rooms = [path for path in SOURCES if path.name in ("views.py", "feeds.py") or path.name.endswith("_views.py")]
    wrong = [use for path in rooms for use in plain_objects(path, SOURCES[path])]
    assert rooms
    assert wrong == []


def plain_objects(path: Path, tree: ast.Module) -> Iterator[str]:
    fine = {"published", "announced", "for_user"}
    asked = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr in fine]
    allowed = {id(node.value) for node in asked}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager") and id(node) not in allowed:
            yield at(path, node)


# ------------------------------------------------------------------------------------------------ doors
PUBLIC = {
    *("home", "robots", "security_contact", "healthz", "readyz", "admin:login", "admin:logout"),
    *("content:calendar", "content:calendar_feed", "content:glossary", "content:links", "content:search"),
    *("content:changes", "content:changes_feed", "content:sitemap", "content:comment", "content:page"),
    "content:preview",  # whoever holds the signed link
    "enrolment:home",  # a stranger reads what it is about, and signs up
    # Signing in and up, each step of it, and out.
    *("account_login", "account_signup", "account_request_login_code", "account_confirm_login_code"),
    *("account_email_verification_sent", "account_logout", "account_inactive"),
    *("mfa_authenticate", "mfa_login_webauthn"),
    *("notices:answer", "notices:unsubscribe", "my_calendar"),  # whoever holds the signed or secret address
    "mentoring:certificate_check",  # whoever was given the address of a certificate
    *("mailbox", "mail", "second_factor_codes"),  # only on a person's own machine
}


def patterns(resolver: URLResolver, names: str = "", route: str = "") -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        here = route + sample(entry)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{names}{entry.namespace}:" if entry.namespace else names, here)
        elif isinstance(entry, URLPattern):
            yield f"{names}{entry.name or entry.pattern}", f"/{here}"


def sample(entry: URLPattern | URLResolver) -> str:
    """An address that the pattern matches."""
    if isinstance(entry.pattern, RegexPattern):
        return re.sub(r"\(\?P<\w+>([\w-]*)[^)]*\)|[\^$]", lambda group: group[1] or "", str(entry.pattern))
    return re.sub(r"<[^>]+>", "1", str(entry.pattern))


CLOSED = sorted({(name, address) for name, address in patterns(get_resolver()) if name not in PUBLIC})


def test_the_list_of_public_doors_names_no_door_that_is_gone() -> None:
    assert {name for name, _ in patterns(get_resolver())} >= PUBLIC


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_other_door_asks_a_stranger_to_sign_in(client: Client, db: None, method: str) -> None:
    answers = {address: getattr(client, method)(address) for _name, address in CLOSED}
    open_doors = [
        f"{address}: {answer.status_code}"
        for address, answer in answers.items()
        if answer.status_code != 302 or "/login/" not in answer["Location"]
    ]
    assert len(answers) > 20
    assert open_doors == []


# ------------------------------------------------------------------------------------------------ models
OURS = [model for model in apps.get_models() if model._meta.app_label in MAY_IMPORT]
MODELS = [model for model in OURS if not hasattr(model, "history_object")]
SOUNDS_PERSONAL = re.compile(r"name|mail|phone|contact|owner|person|author|reason|comment|text|note|job|address")
NOT_PERSONAL = {
    "accounts.Role.name": "of a task, not of a person",
    "notices.Heartbeat.name": "of a job of the portal",
    "audit.Entry.job": "a job of the portal, never a person",
    "facts.Fact.note": "about the source",
    "credentialing.Catalogue.change_note": "about the list, shown to physicians",
    "content.Page.address": "of a web page",
    "content.Page.owner_role": "an office, shown to readers instead of a name",
    "content.Journey.address": "of a web page",
    "content.MovedPage.address": "of a web page",
    "content.Edition.change_note": "about the page, shown to readers",
    "content.Comment.close_reason": "what staff did about the page",
    "content.Goal.text": "what the committee wants",
    "content.County.name": "of a county",
    "content.Term.name": "of a term",
    "content.SearchEntry.names": "of public pages",
    "content.SearchEntry.text": "of public pages",
}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_model_says_its_name_and_which_fields_are_personal(model: type[models.Model]) -> None:
    assert model.__str__ is not models.Model.__str__
    assert set(vars(model)["PERSONAL_FIELDS"]) <= {field.name for field in model._meta.get_fields()}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_no_personal_field_is_forgotten(model: type[models.Model]) -> None:
    forgotten = [
        f"{model._meta.label}.{field.name}"
        for field in model._meta.concrete_fields
        if may_be_personal(field) and field.name not in model.PERSONAL_FIELDS
    ]
    assert [name for name in forgotten if name not in NOT_PERSONAL] == []


def may_be_personal(field: models.Field) -> bool:
    if field.is_relation:
        return field.related_model is apps.get_model(settings.AUTH_USER_MODEL)
    is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
    return is_text and bool(SOUNDS_PERSONAL.search(field.name))


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_every_entry_of_the_schedule_names_a_task() -> None:
    celery_app.loader.import_default_modules()
    wanted = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    assert wanted
    assert wanted - set(celery_app.tasks) == set()


# ------------------------------------------------------------------------------------------------ figures
SHOWN = re.compile(r"""\b(?:title|alt|aria-label|placeholder|content)="([^"]*)\"""")
NOT_SHOWN = (re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->|&#\d+;", re.DOTALL), re.compile(r"<[^>]*>"))
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "admin" not in path.parts]


@pytest.mark.parametrize("template", TEMPLATES, ids=at)
def test_no_public_template_holds_a_figure(template: Path) -> None:
    text = NOT_SHOWN[0].sub(" ", template.read_text())
    words = [found for found in SHOWN.findall(text) if "width=device" not in found and not found.startswith("#")]
    assert bare_figures("\n".join([NOT_SHOWN[1].sub(" ", text), *words])) == []


@pytest.mark.parametrize(
    "name", ["display", "feeds", "calendar", "dates", "figures", "charts", "reading", "views", "search_views"]
)
def test_no_sentence_in_the_code_of_public_pages_holds_a_figure(name: str) -> None:
    path = ROOT / "content" / f"{name}.py"
    sentences = [text for text in strings(SOURCES[path]) if re.search(r"[a-z] [a-z0-9]", text)]
    assert [line for text in sentences for line in bare_figures(text)] == []


def strings(tree: ast.Module) -> Iterator[str]:
    """Every text the code holds, without docstrings."""
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value


# ------------------------------------------------------------------------------------------------ files beside the code
@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.in")), ids=at)
def test_every_dependency_says_why_it_is_there(path: Path) -> None:
    lines = path.read_text().splitlines()
    bare = [
        line
        for above, line in zip(["", *lines], lines, strict=False)
        if line and not line.startswith(("#", "-")) and not above.startswith("#")
    ]
    assert bare == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.txt")), ids=at)
def test_every_locked_package_has_a_version_and_hashes(path: Path) -> None:
    entries = re.sub(r"\s*\\\n\s*", " ", re.sub(r"^\s*#.*\n", "", path.read_text(), flags=re.MULTILINE)).splitlines()
    assert len(entries) > 2
    assert [entry for entry in entries if not re.match(r"[\w.\[\]-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry)] == []


def test_the_example_of_settings_names_every_variable_and_no_other() -> None:
    read = set(re.findall(r"""env\.\w+\(\s*"([A-Z_]+)\"""", (ROOT / "mssny_img/settings.py").read_text()))
    named = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    read_elsewhere = {"PORT", "NOTICES_SEND_EVERY_SECONDS"}  # by make run, and by celery.py
    assert named == read | read_elsewhere


def test_the_documents_name_no_folder_of_one_machine() -> None:
    documents = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), ROOT / "Makefile", ROOT / ".env.example"]
    machine = re.compile(r"(?<![\w.~-])/(?:home|root|work|tmp|Users|mnt)/")
    assert [at(path) for path in documents if machine.search(path.read_text())] == []
