"""A portal grown large: thousands of published pages, each like a real one, with links and facts of their own."""

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from content.models import Edition, ExternalLink, Page, Section, Status
from facts.models import Fact

LIKE = "/residency/eras/"
PAGES, LINKS = 5_000, 20_000
IN_A_FOLDER, FACTS_OF_A_PAGE = 50, 5


@transaction.atomic
def add() -> None:
    """Straight into the tables: what is measured is reading, not publishing."""
    pages = Page.objects.bulk_create(_page(number) for number in range(PAGES))
    model = Page.objects.published().get(address=LIKE).live
    editions = Edition.objects.bulk_create([_edition(page, model) for page in pages], batch_size=500)
    newest = Edition.objects.filter(page=OuterRef("pk")).values("pk")[:1]
    Page.objects.filter(live=None, pk__in=[page.pk for page in pages]).update(live=Subquery(newest))
    _add_links(editions)
    _add_facts(editions)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _page(number: int) -> Page:
    return Page(
        address=f"/folder-{number // IN_A_FOLDER}/page-{number}/",
        section=Section.values[number % len(Section.values)],
        owner_role="IMG committee",
        review_every_days=90,
    )


def _edition(page: Page, model: Edition) -> Edition:
    words = {name: getattr(model, name) for name in (*Edition.WORDS, "html", "change_note")}
    now = timezone.now()
    return Edition(page=page, number=1, status=Status.PUBLISHED, edited_at=now, published_at=now, **words)


def _add_links(editions: list[Edition]) -> None:
    links = ExternalLink.objects.bulk_create(ExternalLink(url=f"https://site-{n}.example/") for n in range(LINKS))
    through = Edition.links.through
    through.objects.bulk_create(
        through(edition=editions[place % len(editions)], externallink=link) for place, link in enumerate(links)
    )


def _add_facts(editions: list[Edition]) -> None:
    facts = list(Fact.objects.values_list("pk", flat=True))
    through = Edition.facts.through
    through.objects.bulk_create(
        through(edition=edition, fact_id=facts[(place * FACTS_OF_A_PAGE + offset) % len(facts)])
        for place, edition in enumerate(editions)
        for offset in range(FACTS_OF_A_PAGE)
    )
