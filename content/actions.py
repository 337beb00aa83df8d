"""Every write to the guidance that has a rule: edit, ask for review, approve, publish, move, close."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import capfirst

import pagecache.models as pagecache
from accounts.models import User
from audit.models import Entry, record
from facts.models import Fact

from . import search_index
from .markdown import Compiled, compile_body
from .models import (
    MOVES,
    OPEN_STATUSES,
    Comment,
    Edition,
    ExternalLink,
    Journey,
    LinkState,
    MovedPage,
    Page,
    Status,
    Term,
)
from .notices import review_is_done
from .writing import bare_figures, facts_named

logger = logging.getLogger(__name__)

MIN_REASON = 10
MAX_BODY = 60_000
HELD_BACK = "edition held back"
PAGE_FIELDS = ("address", "section", "owner", "deputy", "owner_role", "review_every_days", "journey", "position")


class ContentRefused(Exception):
    """The messages are fit for the page."""

    def __init__(self, *messages: str) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages


# ------------------------------------------------------------------------------------------------ writing
def check_words(*, page: Page, words: Mapping[str, Any]) -> Compiled:
    """Render an edition's words. Raises ContentRefused with every sentence the writer needs to mend them."""
    if len(words["body"]) > MAX_BODY:  # said before anything is made of it
        raise ContentRefused(f"The page has more than {MAX_BODY:,} characters. Divide it into two.")
    terms = dict(Term.objects.values_list("acronym", "slug"))
    compiled = compile_body(words["body"], every_block_is_a_statement=page.journey_id is not None, terms=terms)
    lines = (str(words.get(name, "")) for name in ("summary", "runs_it", "its_role", "when"))
    named = compiled.facts | facts_named(*lines)
    unknown = sorted(named - set(Fact.objects.filter(key__in=named).values_list("key", flat=True)))
    problems = [
        *compiled.problems,
        *(f"There is no fact named {{{key}}}. Add it under Facts first, or correct the name." for key in unknown),
        *(f"A figure is never typed: make it a fact and name it. “{line[:80]}”" for line in _bare(words)),
    ]
    if problems:
        raise ContentRefused(*problems)
    compiled.facts = named
    return compiled


def _bare(words: Mapping[str, Any]) -> list[str]:
    names = ("title", "short_title", "summary", "body", "runs_it", "its_role", "when")
    return [line for name in names for line in bare_figures(str(words.get(name, "")))]


@transaction.atomic
def save_draft(*, page: Page, by: User | str, words: Mapping[str, Any], change_note: str = "") -> Edition:
    """Keep the words in the page's open edition (a new one if there is none). One in review goes back to draft."""
    compiled = check_words(page=page, words=words)
    Page.objects.select_for_update().get(pk=page.pk)
    edition = page.editions.filter(status__in=OPEN_STATUSES).first() or Edition(page=page, number=_next_number(page))
    if edition.status != Status.DRAFT:
        _move(edition, Status.DRAFT, by=by)
    for name in Edition.WORDS:
        setattr(edition, name, words.get(name, edition_default(name)))
    edition.change_note = change_note
    edition.html = compiled.html
    edition.edited_at = timezone.now()
    edition.written_by = by if isinstance(by, User) else None
    edition.approved_by, edition.approved_at, edition.asked_by, edition.asked_at = None, None, None, None
    edition.publish_at = None
    _full_clean(edition)
    edition.save()
    edition.facts.set(Fact.objects.filter(key__in=compiled.facts))
    edition.links.set(_links(compiled.urls | ({edition.official_url} if edition.official_url else set())))
    record(by=by, verb="edition written", subject=edition)
    return edition


def edition_default(name: str) -> Any:
    """What an edition says in this field when nobody has written anything."""
    return getattr(Edition(), name)


def _full_clean(instance: models.Model) -> None:
    try:
        instance.full_clean()
    except ValidationError as error:
        raise ContentRefused(*_sentences(instance, error)) from error


def _sentences(instance: models.Model, error: ValidationError) -> Iterator[str]:
    for field, messages in error.message_dict.items():
        if field == NON_FIELD_ERRORS:
            yield from messages
        else:
            name = getattr(instance._meta.get_field(field), "verbose_name", field)
            yield from (f"{capfirst(name)}: {message}" for message in messages)


def _next_number(page: Page) -> int:
    return (page.editions.aggregate(last=Max("number"))["last"] or 0) + 1


def _links(urls: set[str]) -> list[ExternalLink]:
    ExternalLink.objects.bulk_create([ExternalLink(url=url) for url in sorted(urls)], ignore_conflicts=True)
    return list(ExternalLink.objects.filter(url__in=urls))


@transaction.atomic
def restore_edition(*, edition: Edition, by: User) -> Edition:
    """Begin a new draft with the words of an earlier edition."""
    edition = _locked(edition)
    words = {name: getattr(edition, name) for name in Edition.WORDS}
    if edition.page.editions.filter(status__in=OPEN_STATUSES).exists():
        raise ContentRefused("This page already has a draft. Publish or withdraw it first.")
    draft = save_draft(page=edition.page, by=by, words=words)
    record(by=by, verb="edition restored as draft", subject=draft, data={"from": edition.number})
    return draft


# ------------------------------------------------------------------------------------------------ the one mover
def _move(edition: Edition, to: str, *, by: models.Model | str, **data: Any) -> None:
    """Lock, refuse a pair that is not in MOVES, set, audit. The caller saves what else it sets."""
    if edition.status == to:
        return
    if to not in MOVES[edition.status]:
        raise ContentRefused(f"An edition that is {edition.get_status_display()} cannot become {Status(to).label}.")
    before, edition.status = edition.status, to
    edition.save()
    record(by=by, verb=f"edition {Status(to).label}", subject=edition, data={"from": before, **data})


def _locked(edition: Edition) -> Edition:
    Page.objects.select_for_update().get(pk=edition.page_id)
    return Edition.objects.select_for_update().select_related("page").get(pk=edition.pk)


@transaction.atomic
def ask_for_review(*, edition: Edition, by: User) -> Edition:
    edition = _locked(edition)
    if edition.status == Status.IN_REVIEW:
        return edition
    edition.asked_by, edition.asked_at = by, timezone.now()
    _move(edition, Status.IN_REVIEW, by=by)
    return edition


@transaction.atomic
def send_back(*, edition: Edition, by: User, reason: str) -> Edition:
    """The reviewer asks for changes; or a scheduled edition is taken off the schedule."""
    edition = _locked(edition)
    edition.publish_at = edition.approved_by = edition.approved_at = None
    _move(edition, Status.DRAFT, by=by, reason=_reason(reason))
    return edition


@transaction.atomic
def approve(*, edition: Edition, by: User, reason: str = "", publish_at: datetime | None = None) -> Edition:
    """Approve and publish, now or at a later time.

    The person who asked for the review cannot be the one who approves. Where the society has one editor
    (TWO_PERSON_REVIEW off), that person gives a written reason instead; so does whoever publishes although a link
    could not be checked.
    """
    edition = _locked(edition)
    if edition.status == Status.PUBLISHED or (edition.status == Status.SCHEDULED and edition.publish_at == publish_at):
        return edition
    if edition.status != Status.IN_REVIEW:
        raise ContentRefused("Ask for a review first: only an edition that is waiting for review can be approved.")
    notes = {**_second_person(edition, by, reason), **check_links(edition, reason)}
    edition.approved_by, edition.approved_at = by, timezone.now()
    if publish_at and publish_at > timezone.now():
        edition.publish_at = publish_at
        _move(edition, Status.SCHEDULED, by=by, publish_at=publish_at.isoformat(), **notes)
    else:
        _publish(edition, by=by, **notes)
    return edition


def _second_person(edition: Edition, by: User, reason: str) -> dict[str, str]:
    if by.pk not in (edition.asked_by_id, edition.written_by_id):
        return {}
    if settings.TWO_PERSON_REVIEW:
        raise ContentRefused("You wrote this edition or asked for its review, so a second person must approve it.")
    return {"approved_alone": _reason(reason, "You are approving your own work. Say why in a sentence; it is kept.")}


def check_links(edition: Edition, reason: str = "") -> dict[str, str]:
    """Refuse while a link is broken or unchecked since the last edit; a check that could not run needs a reason."""
    links = list(edition.links.all())
    if dead := _dead_links(edition):
        raise ContentRefused(f"These links do not work: {', '.join(dead)}. Correct them, then ask again.")
    waiting = [link.url for link in links if not link.checked_at or link.checked_at < edition.edited_at]
    if waiting:
        raise ContentRefused(
            f"These links have not been checked since the last edit: {', '.join(waiting)}. Press “Check links now”,"
            " or wait a few minutes: the portal checks them by itself."
        )
    if all(link.state != LinkState.NO_ANSWER for link in links):
        return {}
    return {
        "links_unchecked": _reason(
            reason, "Some links could not be checked. To publish all the same, say why; it is kept."
        )
    }


def _dead_links(edition: Edition) -> list[str]:
    return list(edition.links.filter(state=LinkState.DEAD).values_list("url", flat=True))


def _reason(reason: str, ask: str = "Give the reason in a sentence.") -> str:
    if len(reason.strip()) < MIN_REASON:
        raise ContentRefused(ask)
    return reason.strip()


def _publish(edition: Edition, *, by: models.Model | str, **data: Any) -> None:
    page = edition.page
    if previous := page.editions.filter(status=Status.PUBLISHED).first():
        _move(previous, Status.REPLACED, by=by)
    edition.published_at, edition.publish_at = timezone.now(), None
    _move(edition, Status.PUBLISHED, by=by, **data)
    page.live = edition
    _set_reviewed(page)
    page.save()
    review_is_done(page)
    search_index.index_row(page)
    pagecache.bump()


@transaction.atomic
def publish_loaded(*, page: Page, by: str, words: Mapping[str, Any], change_note: str, loaded_digest: str) -> Edition:
    """Publish a page that ships with the portal: reviewed before the release, its links checked by the next run."""
    edition = save_draft(page=page, by=by, words=words, change_note=change_note)
    edition.loaded_digest = loaded_digest
    edition.asked_at = edition.approved_at = timezone.now()
    _move(edition, Status.IN_REVIEW, by=by)
    _publish(edition, by=by)
    return edition


def publish_due(*, by: str = "publish what is scheduled") -> int:
    """Publish every scheduled edition whose time has come. Returns how many. Safe to run twice at once.

    An edition whose link has died meanwhile is held back: it stays scheduled until the link works again or the page is
    corrected. One edition's failure does not stop the others.
    """
    published = 0
    for edition in Edition.objects.due().order_by("publish_at", "pk"):
        try:
            published += _publish_if_due(edition, by=by)
        except Exception:
            logger.exception("%s is scheduled and could not be published", edition)
    return published


@transaction.atomic
def _publish_if_due(edition: Edition, *, by: str) -> bool:
    edition = _locked(edition)
    if not Edition.objects.due().filter(pk=edition.pk).exists():
        return False
    if dead := _dead_links(edition):
        _hold_back(edition, dead, by=by)
        return False
    _publish(edition, by=by)
    return True


def _hold_back(edition: Edition, dead: list[str], *, by: str) -> None:
    """Said once for each time an edition is scheduled, although the schedule asks every minute."""
    if not Entry.objects.about(edition).filter(verb=HELD_BACK, at__gte=edition.publish_at).exists():
        record(by=by, verb=HELD_BACK, subject=edition, data={"dead_links": dead})
        logger.warning("%s is held back: %s", edition, ", ".join(dead))


@transaction.atomic
def withdraw(*, edition: Edition, by: User, reason: str) -> Edition:
    """Drop a draft, or take a published page away from readers."""
    edition = _locked(edition)
    was_live = edition.status == Status.PUBLISHED
    _move(edition, Status.WITHDRAWN, by=by, reason=_reason(reason))
    if was_live:
        Page.objects.filter(pk=edition.page_id).update(live=None)
        search_index.forget_row(edition.page)
        pagecache.bump()
    return edition


# ------------------------------------------------------------------------------------------------ pages
@transaction.atomic
def add_page(*, by: User, **fields: Any) -> Page:
    """An address with nothing on it yet: readers see it from its first published edition."""
    page = Page(**fields)
    _full_clean(page)
    page.save()
    MovedPage.objects.filter(address=page.address).delete()
    record(by=by, verb="page added", subject=page)
    return page


@transaction.atomic
def mark_reviewed(*, page: Page, by: User) -> Page:
    """The whole page was read against its sources today and needs no change."""
    page = Page.objects.select_for_update().get(pk=page.pk)
    if page.live_id is None:
        raise ContentRefused("Only a published page can be reviewed.")
    _set_reviewed(page)
    page.save()
    review_is_done(page)
    record(by=by, verb="page reviewed", subject=page)
    pagecache.bump()
    return page


def _set_reviewed(page: Page) -> None:
    page.last_reviewed_on = timezone.localdate()
    page.next_review_on = page.computed_next_review_on()


@transaction.atomic
def change_page(*, page: Page, by: User, **fields: Any) -> Page:
    """Who looks after it, how often it is reviewed, and where it stands. The old address keeps leading here."""
    if unknown := fields.keys() - set(PAGE_FIELDS):
        raise ContentRefused(f"These fields of a page cannot be changed: {', '.join(sorted(unknown))}.")
    locked = Page.objects.select_for_update().get(pk=page.pk)
    old_address = locked.address
    changed = {name: value for name, value in fields.items() if getattr(locked, name) != value}
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    locked.next_review_on = locked.computed_next_review_on()
    _full_clean(locked)
    if locked.address != old_address:
        _keep_old_address(locked, old_address)
        record(by=by, verb="page moved", subject=locked, data={"from": old_address, "to": locked.address})
    if others := sorted(changed.keys() - {"address"}):
        record(by=by, verb="page changed", subject=locked, data={"fields": others})
    locked.save()
    if changed.keys() & {"address", "journey", "position"}:  # of these a search result is made
        search_index.index_row(locked)
    pagecache.bump()
    return locked


def _keep_old_address(page: Page, old_address: str) -> None:
    MovedPage.objects.filter(address=page.address).delete()
    MovedPage.objects.update_or_create(address=old_address, defaults={"page": page})
    # The page that shows a journey's path is known by its address.
    Journey.objects.filter(address=old_address).update(address=page.address)


# ---------------------------------------------------------------------------------------------- reference and comments
@transaction.atomic
def save_reference(*, instance: models.Model, by: User, **related: Iterable[models.Model]) -> models.Model:
    """A link, date, term, goal, county or journey as an editor leaves it; `related` are its lists of other rows."""
    _full_clean(instance)
    _save_edited(instance)
    for name, rows in related.items():
        getattr(instance, name).set(rows)
    record(by=by, verb=f"{instance._meta.verbose_name} saved", subject=instance)
    search_index.index_row(instance)
    pagecache.bump()
    return instance


def _save_edited(instance: models.Model) -> None:
    """Only what an editor may change: a link check that ends in between keeps what it learned."""
    if instance._state.adding:
        instance.save()
        return
    edited = {field.name for field in instance._meta.concrete_fields if field.editable and not field.primary_key}
    is_same_address = ExternalLink.objects.filter(pk=instance.pk, url=getattr(instance, "url", "")).exists()
    if isinstance(instance, ExternalLink) and not is_same_address:
        instance.forget_check()
        edited |= {"state", "http_status", "moved_to", "checked_at", "claimed_at"}
    instance.save(update_fields=edited)


@transaction.atomic
def remove_reference(*, instance: models.Model, by: User) -> None:
    """Take away a row that staff added. What ships with the portal would be back after the next start."""
    if getattr(instance, "loaded_digest", ""):
        raise ContentRefused("It came with the portal and would come back at the next start. Change it instead.")
    naming = Edition.objects.filter(links=instance) if isinstance(instance, ExternalLink) else Edition.objects.none()
    if edition := naming.select_related("page").first():
        raise ContentRefused(f"It is named by {edition}. Only a link that no edition names can be removed.")
    record(by=by, verb=f"{instance._meta.verbose_name} removed", subject=instance)
    search_index.forget_row(instance)
    instance.delete()
    pagecache.bump()


def add_comment(*, page: Page, useful: bool, text: str) -> Comment:
    return Comment.objects.create(
        page=page, edition_number=page.live.number if page.live else 0, useful=useful, text=text.strip()
    )


@transaction.atomic
def close_comment(*, comment: Comment, by: User, reason: str) -> Comment:
    comment = Comment.objects.select_for_update().get(pk=comment.pk)
    if comment.closed_at:
        return comment
    comment.closed_at, comment.closed_by, comment.close_reason = timezone.now(), by, _reason(reason)
    comment.save()
    record(by=by, verb="comment closed", subject=comment)
    return comment
