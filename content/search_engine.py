"""The full text of both databases, asked in the same way.

The table `content_search_words` has a row for each SearchEntry and four columns: title, about (summary and headings),
often (what the text says again and again) and body. A question names the last column to look into; the columns before
it are looked into as well. FTS5 does that by itself. On PostgreSQL each column holds the ones before it, because an
index knows no weights: with weights it would have to open every row that holds a common word.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

TABLE = "content_search_words"
COLUMNS = ("title", "about", "often", "body")
Phrase = tuple[str, ...]
Fields = tuple[Sequence[str], ...]
# Between two fields, so that no phrase reaches from one into the next.
_GAP = 10
# A few entries fit a tier and one further up than the tier before it.
_SEEN_TWICE = 20
# PostgreSQL counts no further.
_LAST_POSITION = 16_000


class Tier(NamedTuple):
    """A question, how far from the title it looks, and what a hit is worth."""

    column: str
    expression: str
    worth: float = 0


class Hit(NamedTuple):
    """An entry and the first tier it fits."""

    tier: int
    entry: int
    names: str
    place: int
    key: str


# ------------------------------------------------------------------------------------------------ asking
def phrase(words: Phrase) -> str:
    """The words stand side by side. They hold letters and digits only, so nothing in them can be an operator."""
    if connection.vendor == "postgresql":
        return "(" + " <-> ".join(f"'{word}'" for word in words) + ")"
    return f'"{" ".join(words)}"'


def every(parts: Iterable[str]) -> str:
    return "(" + (" & " if connection.vendor == "postgresql" else " AND ").join(parts) + ")"


def some(parts: Iterable[str]) -> str:
    return "(" + (" | " if connection.vendor == "postgresql" else " OR ").join(parts) + ")"


def hits(tiers: Sequence[Tier], limit: int) -> list[Hit]:
    """At most `limit` entries, those of an earlier tier before others.

    Each tier leaves out what the one before it found, and reading ends when there is enough: the time does not grow
    with the number of pages.
    """
    parts = [_part(number, tier, tiers[number - 1] if number else None) for number, tier in enumerate(tiers)]
    union = " UNION ALL ".join(statement for statement, _ in parts)
    statement = (
        "SELECT MIN(hit.tier) AS best, entry.id, entry.names, entry.place, entry.key"  # noqa: S608 - made of constants
        f" FROM (SELECT * FROM ({union}) tiers LIMIT {limit + _SEEN_TWICE}) hit"
        " JOIN content_searchentry entry ON entry.id = hit.id"
        f" GROUP BY entry.id, entry.names, entry.place, entry.key ORDER BY best, entry.id LIMIT {limit}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [parameter for _, parameters in parts for parameter in parameters])
        return [Hit(*row) for row in cursor.fetchall()]


def _part(number: int, tier: Tier, before: Tier | None) -> tuple[str, list[str]]:
    if connection.vendor == "postgresql":
        without = f" AND NOT {before.column} @@ %s::tsquery" if before else ""
        condition, parameters = f"{tier.column} @@ %s::tsquery{without}", [tier.expression]
        parameters += [before.expression] if before else []
    else:
        without = f" NOT ({_in_columns(before)})" if before else ""
        condition, parameters = f"{TABLE} MATCH %s", [f"({_in_columns(tier)}){without}"]
    return f"SELECT rowid AS id, {number} AS tier FROM {TABLE} WHERE {condition}", parameters  # noqa: S608


def _in_columns(tier: Tier) -> str:
    return f"{{{' '.join(COLUMNS[: COLUMNS.index(tier.column) + 1])}}} : {tier.expression}"


# ------------------------------------------------------------------------------------------------ writing
def put(rows: Iterable[tuple[int, Fields]]) -> None:
    """Store the words of entries, instead of what was stored for them before."""
    rows = list(rows)
    drop([pk for pk, _ in rows])
    is_postgresql = connection.vendor == "postgresql"
    place = "%s::tsvector" if is_postgresql else "%s"
    encode = _vectors if is_postgresql else _lines
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {TABLE} (rowid, {', '.join(COLUMNS)}) VALUES (%s, {', '.join([place] * 4)})",  # noqa: S608
            [(pk, *encode(fields)) for pk, fields in rows],
        )


def drop(ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [(pk,) for pk in ids])  # noqa: S608


def drop_orphans() -> None:
    """Rows whose entry is gone; only something outside the portal's own actions leaves any."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE rowid NOT IN (SELECT id FROM content_searchentry)")  # noqa: S608


def size() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {TABLE}")  # noqa: S608
        return cursor.fetchone()[0]


def _lines(fields: Fields) -> list[str]:
    return [" ".join(field) for field in fields]


def _vectors(fields: Fields) -> list[str]:
    """Each field with all before it, as PostgreSQL writes a tsvector: 'licens':3,17 'visa':4."""
    positions: dict[str, list[int]] = {}
    vectors, position = [], 0
    for field in fields:
        for word in field:
            position += 1
            positions.setdefault(word, []).append(min(position, _LAST_POSITION))
        position += _GAP
        vectors.append(" ".join(f"'{word}':{','.join(map(str, places))}" for word, places in positions.items()))
    return vectors
