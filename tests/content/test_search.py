import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from content import actions, search, search_engine
from content.models import Edition, ExternalLink, LinkState, Page, SearchEntry, SearchWord, Section, Term
from content.search_index import forget_row, index_all, index_row
from content.search_words import stems
from content.tasks import refresh_search
from facts.actions import change_fact
from facts.models import Fact
from tests.conftest import words

pytestmark = pytest.mark.django_db

Publish = Callable[..., Page]


def ask(client: Client, query: str, **more: object) -> list[search.Result]:
    response = client.get("/search/", {"q": query, **more})
    assert response.status_code == 200
    return response.context["results"]


def urls(client: Client, query: str) -> list[str]:
    return [result.url for result in ask(client, query)]


@pytest.fixture
def publish(amina: User, boris: User) -> Publish:
    def publish(address: str, **changed: object) -> Page:
        page, _ = Page.objects.get_or_create(
            address=address,
            defaults={"section": Section.CONTACT, "owner_role": "IMG committee", "review_every_days": 90},
        )
        draft = actions.save_draft(page=page, by=amina, words=words(**changed))
        actions.approve(edition=actions.ask_for_review(edition=draft, by=amina), by=boris)
        page.refresh_from_db()
        return page

    return publish


# ------------------------------------------------------------------------------------------------ what readers type
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("how to get residency in new york", "/residency/"),
        ("ecfmg certificate", "/residency/ecfmg-certificate/"),
        ("ecfmg certification", "/residency/ecfmg-certification/"),
        ("waiver deadline", "/state-30/"),
        ("J1 visa", "/residency/visa/"),
        ("h1b", "/residency/visa/"),
        ("H1-B", "/residency/visa/"),
        ("ds2019", "/glossary/#ds-2019"),
        ("licence fee", "/credentialing/new-york-license/"),
        ("FCVS", "/credentialing/fcvs/"),
        ("how long does FCVS take", "/credentialing/fcvs/"),
        ("notary", "/glossary/#cid"),
        ("match day 2027", "/calendar/"),
        ("mentor", "/mentoring/"),
        ("12 week rule", "/residency/new-york-12-week-rule/"),
        ("step 3", "/residency/start-and-licence/"),
        ("moonlighting", "/residency/start-and-licence/"),
        ("limited permit", "/credentialing/new-york-license/"),
        ("personal statement", "/residency/experience-and-documents/"),
        ("letters of recommendation", "/residency/experience-and-documents/"),
        ("what is SOAP", "/residency/match-week/"),
        ("rank list deadline", "/residency/rank-order-list/"),
        ("2 year home requirement", "/glossary/#home-country-requirement"),
        ("conrad 30", "/state-30/"),
        ("state30", "/state-30/"),
        ("obgyn", "/glossary/#ob-gyn"),
        ("queens county", "/get-involved/"),
        ("MBBS", "/glossary/#md"),
    ],
)
def test_what_they_need_is_among_the_first_three(client: Client, query: str, wanted: str) -> None:
    assert wanted in urls(client, query)[:3]


@pytest.mark.parametrize(
    "kind", ["Guidance", "Step on the way to residency", "Glossary", "Date", "Other site", "County"]
)
def test_every_kind_of_thing_is_found(client: Client, kind: str) -> None:
    queries = {"Date": "match day", "Other site": "world directory", "County": "queens", "Glossary": "FCVS"}
    assert kind in {result.kind_label for result in ask(client, queries.get(kind, "residency"))}


def test_a_goal_leads_to_the_committee(client: Client) -> None:
    assert ("Goal of the IMG committee", "/committee/") in {(r.kind_label, r.url) for r in ask(client, "fair policies")}


# ------------------------------------------------------------------------------------------------ words
@pytest.mark.parametrize(
    "forms",
    [
        "license licenses licensing licensed licence licences licensure",
        "residency residencies",
        "programme program programmes programs",
        "organisation organization organisations organizing",
        "certificate certification certified certifies",
        "apply applies applied applying application applicant",
        "fee fees",
        "mentor mentors mentoring mentorship",
        "match matched matching matches",
        "register registered registration",
        "notary notaries notarized notarised",
        "enrolment enrollment enrol enrolled",
        "paediatrics pediatrics",
        "favourable favorable",
        "centre center",
        "J-1 J1 j1",
        "H-1B h1b H1-B",
        "DS-2019 DS2019 ds2019",
    ],
)
def test_forms_of_a_word_are_one(forms: str) -> None:
    assert len({tuple(stems(form)) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("state", "status"), ("residency", "resident"), ("J-1", "J-2"), ("fee", "fed")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert stems(one) != stems(other)


def test_word_forms_and_spellings_find_the_same(client: Client, publish: Publish) -> None:
    publish("/zebra/", body="## Zebras\n\nZebra licences of the organisation.\n")
    for query in ("zebra license", "zebras licensing", "zebra licence organization", "ZEBRA LICENSED organisations"):
        assert urls(client, query) == ["/zebra/"], query


def test_acronym_name_and_other_words_lead_to_each_other(client: Client, publish: Publish, amina: User) -> None:
    term = Term(slug="zqx", acronym="ZQX", name="Zebra Quality Exchange", meaning="Nothing.", also="striped office")
    actions.save_reference(instance=term, by=amina)
    pages = {
        text: publish(f"/zebra-{n}/", body=text + ".").address
        for n, text in enumerate(("Write to the ZQX", "Ask the Zebra Quality Exchange", "Call the striped office"))
    }
    for query in ("zqx", "zebra quality exchange", "Striped Office"):
        assert set(urls(client, query)) == {*pages.values(), "/glossary/#zqx"}, query


def test_a_wider_acronym_does_not_come_back(client: Client) -> None:
    """USMLE finds Step 3, but Step 3 does not find all that says USMLE."""
    assert "/glossary/#step-3" in urls(client, "USMLE")
    assert "/glossary/#usmle" not in urls(client, "step 3")


def test_the_words_of_a_name_stand_together(client: Client, publish: Publish, amina: User) -> None:
    term = Term(slug="zqx", acronym="ZQX", name="Zebra Quality", meaning="Nothing.")
    actions.save_reference(instance=term, by=amina)
    publish("/apart/", body="Quality is no zebra.")
    assert "/apart/" not in urls(client, "zqx")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("resdency", "residency"), ("waivr", "waiver"), ("waiverr", "waiver"), ("vias", "visa"), ("ecgmg", "ecfmg")],
)
def test_one_wrong_letter_is_mended(client: Client, typed: str, meant: str) -> None:
    response = client.get("/search/", {"q": typed})
    assert response.context["corrected"] == meant
    assert urls(client, typed) == urls(client, meant) != []
    assert f"Showing results for <strong>{meant}</strong>" in response.content.decode()


def test_only_the_wrong_word_is_mended(client: Client) -> None:
    response = client.get("/search/", {"q": "How to get a resdency in New York?"})
    assert response.context["corrected"] == "How to get a residency in New York?"


def test_nothing_is_mended_when_something_is_found(client: Client, publish: Publish) -> None:
    publish("/odd/", body="Here somebody wrote waivr.")
    response = client.get("/search/", {"q": "waivr"})
    assert (response.context["corrected"], response.context["total"]) == ("", 1)


def test_a_word_of_no_page_does_not_spoil_the_others(client: Client) -> None:
    assert "/residency/" in urls(client, "qqqqzz residency new york")[:3]
    assert ask(client, "qqqqzz") == []


# ------------------------------------------------------------------------------------------------ order
def test_title_before_summary_before_body(client: Client, publish: Publish) -> None:
    publish("/a-body/", body="One zebra.")
    publish("/b-often/", body="Zebra, zebra, zebra and zebra.")
    publish("/c-summary/", summary="About a zebra.")
    publish("/d-title/", title="The zebra and other animals")
    publish("/e-name/", title="Zebra")
    assert urls(client, "zebra") == ["/e-name/", "/d-title/", "/c-summary/", "/b-often/", "/a-body/"]


def test_all_words_before_some(client: Client, publish: Publish) -> None:
    publish("/one/", body="A zebra.")
    publish("/both/", body="A zebra and a giraffe.")
    assert urls(client, "zebra giraffe") == ["/both/"]
    assert urls(client, "zebra giraffe okapi") == ["/both/", "/one/"]


def test_the_order_is_always_the_same(client: Client, publish: Publish) -> None:
    addresses = [publish(f"/zebra-{n}/", body="Zebra.").address for n in range(5)]
    assert urls(client, "zebra") == addresses
    index_all()
    index_row(Page.objects.select_related("live").get(address=addresses[0]))
    assert urls(client, "zebra") == addresses


# ------------------------------------------------------------------------------------------------ what readers see
def test_the_passage_is_marked_and_escaped(client: Client, publish: Publish) -> None:
    filler = "Words that say nothing of it. " * 30
    publish("/zebra/", body=f"{filler}\n\nIf a < b & c, two **zebras** say `<b>`.\n\n{filler}")
    (result,) = ask(client, "zebra")
    assert "If a &lt; b &amp; c, two <mark>zebras</mark> say &lt;b&gt;." in result.snippet
    assert len(re.sub("<[^>]*>", "", result.snippet)) < 300
    assert result.snippet.startswith("… ") and result.snippet.endswith(" …")


def test_a_query_is_never_html(client: Client) -> None:
    page = client.get("/search/", {"q": "<script>alert(1)</script> residency"}).content.decode()
    assert "<script>alert" not in page


def test_a_full_name_is_marked_as_one(client: Client, publish: Publish) -> None:
    publish("/zebra/", body="The zebra of the Federation Credentials Verification Service.")
    (result,) = ask(client, "zebra FCVS")
    assert "<mark>Federation Credentials Verification Service</mark>" in result.snippet


def test_a_result_shows_todays_figure_and_its_caveat(client: Client, publish: Publish, amina: User) -> None:
    publish("/zebra/", body="A zebra costs {fcvs.initial_fee}.")
    fact = Fact.objects.get(key="fcvs.initial_fee")
    change_fact(fact=fact, by=amina, value="98765", to_confirm=True, confirm_with="the zoo")
    (result,) = ask(client, "zebra")
    assert "costs $98,765 (to be confirmed with the zoo)" in result.snippet


def test_a_new_figure_is_found_after_the_hourly_run(client: Client, publish: Publish, amina: User) -> None:
    publish("/zebra/", body="A zebra costs {fcvs.initial_fee}.")
    change_fact(fact=Fact.objects.get(key="fcvs.initial_fee"), by=amina, shown_as="seven giraffes")
    assert urls(client, "giraffes") == []
    refresh_search()
    assert "/zebra/" in urls(client, "giraffes")


def test_headers(client: Client) -> None:
    response = client.get("/search/", {"q": "visa"})
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Cache-Control"] == "no-cache"


def test_an_empty_search_says_what_can_be_searched(client: Client) -> None:
    for address in ("/search/", "/search/?q=", "/search/?q=+++"):
        assert "What you can search for" in client.get(address).content.decode()


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/search/", {"q": "visa"}).status_code == 405


@pytest.fixture
def many(publish: Publish) -> int:
    """More things that say “zebra” than are ever listed."""
    links = ExternalLink.objects.bulk_create(
        ExternalLink(url=f"https://zebra.example/{n}/", label=f"Zebra number {n}", is_listed=True) for n in range(130)
    )
    index_all()
    return len(links)


def test_twenty_on_a_page_and_no_more_than_sixty(client: Client, many: int) -> None:
    response = client.get("/search/", {"q": "zebra"})
    assert len(response.context["results"]) == 20
    assert "more than 60 results for" in response.content.decode()
    pages = [urls_of(client, page) for page in range(1, 4)]
    assert len({url for page in pages for url in page}) == 60


def urls_of(client: Client, page: object) -> list[str]:
    return [result.url for result in ask(client, "zebra", page=page)]


@pytest.mark.parametrize(("page", "same_as"), [("0", 3), ("-1", 3), ("999", 3), ("x", 1), ("", 1), ("9" * 5000, 1)])
def test_a_page_that_does_not_exist_is_the_first_or_the_last(
    client: Client, many: int, page: str, same_as: int
) -> None:
    assert urls_of(client, page) == urls_of(client, same_as) != []


# ----------------------------------------------------------------------------------------- in step with the pages
def test_a_draft_is_not_found(client: Client, draft: Edition) -> None:
    assert draft.page.address not in urls(client, draft.title)


def test_published_found_replaced_moved_withdrawn_gone(client: Client, publish: Publish, amina: User) -> None:
    page = publish("/zebra/", body="A zebra.")
    assert urls(client, "zebra") == ["/zebra/"]
    page = publish("/zebra/", body="A giraffe.")
    assert (urls(client, "zebra"), urls(client, "giraffe")) == ([], ["/zebra/"])
    page = actions.change_page(page=page, by=amina, address="/giraffe/")
    assert urls(client, "giraffe") == ["/giraffe/"]
    actions.withdraw(edition=page.live, by=amina, reason="It is about an animal.")
    assert urls(client, "giraffe") == []


def test_reference_rows_are_found_as_they_are_saved(client: Client, amina: User) -> None:
    link = ExternalLink(url="https://zebra.example/", label="Zebra society", is_listed=True)
    actions.save_reference(instance=link, by=amina)
    assert urls(client, "zebra") == ["https://zebra.example/"]
    link.is_listed = False
    actions.save_reference(instance=link, by=amina)
    assert urls(client, "zebra") == []


def test_a_removed_row_is_not_found(client: Client, amina: User) -> None:
    term = Term(slug="zebra", acronym="Zebra", meaning="An animal.")
    actions.save_reference(instance=term, by=amina)
    assert urls(client, "zebra") == ["/glossary/#zebra"]
    actions.remove_reference(instance=term, by=amina)
    assert urls(client, "zebra") == []


def test_nobody_is_sent_to_a_dead_link(client: Client) -> None:
    link = ExternalLink.objects.create(url="https://zebra.example/", label="Zebra", is_listed=True)
    index_all()
    assert urls(client, "zebra") == [link.url]
    ExternalLink.objects.filter(pk=link.pk).update(state=LinkState.DEAD)
    index_all()
    assert urls(client, "zebra") == []
    link.refresh_from_db()
    index_row(link)
    assert urls(client, "zebra") == []


def test_the_run_writes_only_what_differs(amina: User) -> None:
    index_all()
    assert index_all() == 0
    Term.objects.filter(acronym="FCVS").update(meaning="Zebra.")
    assert index_all() == 1


def test_the_run_mends_what_was_lost(client: Client) -> None:
    before = urls(client, "visa")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM content_search_words")
    assert urls(client, "visa") == []
    index_all()
    assert urls(client, "visa") == before


def test_the_run_removes_what_was_left() -> None:
    SearchEntry.objects.all().delete()
    assert search_engine.size() > 0
    index_all()
    assert search_engine.size() == SearchEntry.objects.count() > 0


def test_what_cannot_be_found_is_left_alone(amina: User) -> None:
    before = SearchEntry.objects.count()
    index_row(amina)
    forget_row(amina)
    assert SearchEntry.objects.count() == before


def test_words_are_known_once_written(publish: Publish) -> None:
    publish("/zebra/", body="A zebra.")
    assert SearchWord.objects.filter(word="zebra").exists()


# ------------------------------------------------------------------------------------------------ how many queries
@pytest.mark.parametrize(("query", "most"), [("zebra", 4), ("zebrra", 6), ("qqqqzz zebra", 6), ("qqqqzz", 3)])
def test_queries_do_not_grow_with_the_results(client: Client, publish: Publish, query: str, most: int) -> None:
    publish("/zebra-1/", body="Zebra, {fcvs.initial_fee}.")
    with CaptureQueriesContext(connection) as for_one:
        client.get("/search/", {"q": query})
    for n in (2, 3):
        publish(f"/zebra-{n}/", body="Zebra, {eras.season}.")
    with CaptureQueriesContext(connection) as for_three:
        client.get("/search/", {"q": query})
    assert len(for_one) == len(for_three) <= most
