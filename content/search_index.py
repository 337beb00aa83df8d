"""Keeps what the search looks through in step with what readers see.

actions.py calls `index_row` in the transaction that changes a page or a reference row. A fact cannot call anything
here: its value is filled into a result when it is shown, so no result is out of date, and the hourly `index_all` makes
the new value findable. `index_all` writes only what differs, so it also mends whatever was missed.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice

from django.db import models, transaction

from facts.models import Fact

from . import search_engine as engine
from .models import SearchEntry, SearchWord
from .reading import plain
from .search_documents import Document, document_of, documents, is_searchable, key_of
from .search_words import VERSION, compounds, name_word, stems, words
from .writing import facts_named

# From this many times on, a page is about the word.
OFTEN = 3
AT_A_TIME = 200
_FIELDS = ("kind", "title", "url", "names", "text", "place", "digest")


@transaction.atomic
def index_row(row: models.Model) -> None:
    """Make what the search knows of this page or reference row what readers see now: its words, or nothing."""
    if not is_searchable(row):
        return
    document = document_of(row)
    if document is None:
        forget_row(row)
    else:
        _write([document], Fact.objects.mapped(facts_named(document.about, document.text)))


@transaction.atomic
def forget_row(row: models.Model) -> None:
    """Readers see it no longer. Call it before the row is deleted: afterwards nobody knows its number."""
    _remove([key_of(row)])


def index_all() -> int:
    """Write what is new or different, remove what readers no longer see. Returns how many entries were touched."""
    facts = {fact.key: fact for fact in Fact.objects.all()}
    known = dict(SearchEntry.objects.values_list("key", "digest"))
    engine.drop_orphans()
    up_to_date = known if engine.size() == len(known) else {}
    touched, seen, rest = 0, set(), documents()
    while some := list(islice(rest, AT_A_TIME)):
        seen.update(document.key for document in some)
        changed = [document for document in some if up_to_date.get(document.key) != _digest(document, facts)]
        _write(changed, facts)
        touched += len(changed)
    gone = known.keys() - seen
    _remove(gone)
    return touched + len(gone)


@transaction.atomic
def _remove(keys: Iterable[str]) -> None:
    entries = SearchEntry.objects.filter(key__in=list(keys))
    engine.drop(list(entries.values_list("pk", flat=True)))
    entries.delete()


def _digest(document: Document, facts: Mapping[str, Fact]) -> str:
    # A fact's value as well as its name: it may change while the words around it do not.
    parts = (VERSION, repr(document), plain(document.about, facts), plain(document.text, facts))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


# A batch is a transaction, entries before words, so that a publication and the hourly run never wait for each other.
@transaction.atomic
def _write(some: list[Document], facts: Mapping[str, Fact]) -> None:
    SearchEntry.objects.bulk_create(
        [_entry(document, facts) for document in some],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=_FIELDS,
    )
    ids = dict(SearchEntry.objects.filter(key__in=[document.key for document in some]).values_list("key", "pk"))
    engine.put((ids[document.key], _fields(document, facts)) for document in some)
    _remember_words(some, facts)


def _entry(document: Document, facts: Mapping[str, Fact]) -> SearchEntry:
    return SearchEntry(
        key=document.key,
        kind=document.kind,
        title=document.title,
        url=document.url,
        names="\n".join(document.names),
        text=document.text,
        place=document.rank,
        digest=_digest(document, facts),
    )


def _fields(document: Document, facts: Mapping[str, Fact]) -> engine.Fields:
    names = " / ".join(document.names)
    about, body = plain(document.about, facts), plain(document.text, facts)
    whole = map(name_word, document.names) if document.is_found_by_name else ()
    in_body = stems(body)
    often = [word for word, times in Counter(in_body).items() if times >= OFTEN]
    return (
        [*stems(names), *compounds(names), *whole],
        [*stems(about), *compounds(about)],
        often,
        [*in_body, *compounds(body)],
    )


def _remember_words(some: list[Document], facts: Mapping[str, Fact]) -> None:
    texts = (f"{' '.join(document.names)} {plain(document.text, facts)}" for document in some)
    written = sorted({word.plain for text in texts for word in words(text) if word.plain.isalpha()})
    SearchWord.objects.bulk_create([SearchWord(word=word) for word in written], ignore_conflicts=True, batch_size=1000)
