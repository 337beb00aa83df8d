"""How much longer a search takes in 5,000 pages than in 50: through the view, on the database the settings name."""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content.models import Edition, Page, SearchEntry, Section, Status
from content.search_engine import TABLE
from content.search_index import index_all

FEW, MANY = 50, 5_000
LIMIT = 1.5
ROUNDS = 40
# Words of every page, two together, a sentence, an acronym and its other names, a slip, and a word of no page.
QUERIES = (
    "residency",
    "waiver deadline",
    "how to get a residency in new york",
    "J-1",
    "HPSA",
    "resdency",
    "qqqq waiver",
)
WORDS = (
    *("residency", "waiver", "visa", "license", "program", "hospital", "state", "deadline", "application", "exchange"),
    *("visitor", "training", "work", "notary", "shortage", "area", "new", "york", "J-1", "DS-2019", "ECFMG", "week"),
    *("interview", "physician", "certificate", "fee", "committee", "mentor", "rule", "the", "of", "and"),
)
WORDS_OF_A_PAGE = 400


def measure(sizes: Sequence[int] = (FEW, MANY), queries: Sequence[str] = QUERIES) -> dict[str, dict[int, float]]:
    """Seconds of each query by the number of pages: the best of many tries, for the machine has other work too."""
    client = Client(SERVER_NAME="localhost")
    times: dict[str, dict[int, float]] = {query: {} for query in queries}
    for size in sizes:
        with pages(size):
            for query in queries:
                times[query][size] = min(_seconds(client, query) for _ in range(ROUNDS))
    return times


def ratios() -> list[tuple[str, float, str]]:
    """Name, measured ratio, limit: for the list that `make bench` prints."""
    against = f"{MANY:,} pages against {FEW}, {connection.vendor}"
    return [
        (f"search “{query}”, {against}", times[MANY] / times[FEW], f"at most {LIMIT}")
        for query, times in measure().items()
    ]


def _seconds(client: Client, query: str) -> float:
    """The first request of a client also builds the middleware, so one client serves for all."""
    begun = time.perf_counter()
    response = client.get(reverse("content:search"), {"q": query}, secure=True)
    taken = time.perf_counter() - begun
    assert response.status_code == 200
    return taken


@contextmanager
def pages(number: int) -> Iterator[None]:
    """So many public pages and nothing else to find; what was there before is back afterwards."""
    with transaction.atomic():
        Page.objects.update(live=None)
        SearchEntry.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE}")
        _publish(number)
        index_all()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what PostgreSQL does by itself within a minute
        yield
        transaction.set_rollback(True)


def _publish(number: int) -> None:
    pick = random.Random(number)
    made = Page.objects.bulk_create(
        Page(address=f"/bench/{n}/", section=Section.CONTACT, owner_role="bench", review_every_days=90)
        for n in range(number)
    )
    editions = Edition.objects.bulk_create(_edition(page, pick) for page in made)
    for page, edition in zip(made, editions, strict=True):
        page.live = edition
    Page.objects.bulk_update(made, ["live"], batch_size=500)


def _edition(page: Page, pick: random.Random) -> Edition:
    words = pick.choices(WORDS, k=WORDS_OF_A_PAGE)
    now = timezone.now()
    return Edition(
        page=page,
        number=1,
        status=Status.PUBLISHED,
        title=" ".join(words[:5]),
        short_title=" ".join(words[:2]),
        summary=" ".join(words[5:20]),
        html="".join(f"<p>{' '.join(words[n : n + 40])}</p>" for n in range(0, WORDS_OF_A_PAGE, 40)),
        edited_at=now,
        published_at=now,
    )
