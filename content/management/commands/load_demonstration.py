"""Somebody to sign in as, and something to try, on a person's own machine. Everything in it says “Demonstration”."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import local_sign_in
from accounts.models import User
from audit.models import Entry, record
from content import actions
from content.models import Page, Section

JOB = "load demonstration"
LOADED = "demonstration loaded"

ADMINISTRATOR = "administrator@demonstration.example"
REVIEWER = "reviewer@demonstration.example"
SIGN_IN = {ADMINISTRATOR: "Demonstration Administrator", REVIEWER: "Demonstration Reviewer"}
LOOK_AFTER_PAGES = {
    "owner": ("owner@demonstration.example", "Demonstration Owner"),
    "deputy": ("deputy@demonstration.example", "Demonstration Deputy"),
}

COMMENTS = (
    ("/residency/eras/", True, "Demonstration comment: the order of the steps helped me."),
    ("/residency/eras/", False, "Demonstration comment: I did not find out what to do when a document is late."),
    ("/state-30/", False, "Demonstration comment: please say which form my employer fills in first."),
)
ANSWER = "Demonstration: the page now says so."

DRAFT_ADDRESS = "/demonstration/"
DRAFT = {
    "title": "Demonstration: a draft that waits for review",
    "short_title": "Demonstration draft",
    "summary": "Demonstration only. This is not guidance: it shows how a second person reviews a page.",
    "body": """\
This page is a demonstration. Readers do not see it, and nothing in it is guidance.

## What to try

- Sign in as the second person and open this draft in the staff desk.
- Preview it, send it back with a reason, or approve it.
- Take it away again: withdraw it with a reason.

::: note
The person who asked for the review cannot approve the page. That is why there are two accounts.
:::
""",
}


class Command(BaseCommand):
    help = "Load demonstration accounts, comments and a draft, on your own machine only. A second run adds nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("Demonstration data is for a person's own machine. It is loaded only with LOCAL=1.")
        with transaction.atomic():
            for email, name in SIGN_IN.items():
                local_sign_in.make_ready(email=email, name=name)
            if not Entry.objects.filter(verb=LOADED).exists():
                _load_once()
        text = local_sign_in.how_to()
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        # `make run` says it when the site answers.
        (settings.VAR_DIR / "admin-sign-in.txt").write_text(text, encoding="utf-8")
        if options["verbosity"]:
            self.stdout.write(text)


# ------------------------------------------------------------------------------------------------ something to try
def _load_once() -> None:
    """Whatever staff make of it afterwards stays as it is: the audit entry, which nobody can remove, is the mark."""
    administrator = User.objects.get(email=ADMINISTRATOR)
    people = {role: _person(*person) for role, person in LOOK_AFTER_PAGES.items()}
    for page in Page.objects.filter(owner=None, deputy=None):
        actions.change_page(page=page, by=administrator, **people)
    _add_comments(administrator)
    _add_draft(administrator, people)
    record(by=JOB, verb=LOADED, subject=administrator)


def _person(email: str, name: str) -> User:
    return User.objects.filter(email=email).first() or User.objects.create_user(email, full_name=name, is_staff=True)


def _add_comments(administrator: User) -> None:
    pages = {page.address: page for page in Page.objects.published().select_related("live")}
    made = [
        actions.add_comment(page=pages[address], useful=useful, text=text)
        for address, useful, text in COMMENTS
        if address in pages
    ]
    for comment in made[:1]:
        actions.close_comment(comment=comment, by=administrator, reason=ANSWER)


def _add_draft(administrator: User, people: dict[str, User]) -> None:
    """A page of its own, so that no real page is held up by a draft that nobody means."""
    page = actions.add_page(
        by=administrator,
        address=DRAFT_ADDRESS,
        section=Section.CONTACT,
        owner_role="Demonstration",
        review_every_days=365,
        **people,
    )
    draft = actions.save_draft(page=page, by=administrator, words=DRAFT, change_note="Demonstration: first words.")
    actions.ask_for_review(edition=draft, by=administrator)
