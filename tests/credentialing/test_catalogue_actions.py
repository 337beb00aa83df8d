"""A draft of the catalogue is written, looked at, and takes the place of what is in use, with everybody."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import User
from audit.models import Entry
from credentialing import actions as items
from credentialing import answers_actions
from credentialing import catalogue_actions as actions
from credentialing.changed_facts import still_concerns, words_about
from credentialing.loading import load_catalogue
from credentialing.models import Catalogue, CatalogueStatus, Checklist, Item, Spec, Status
from credentialing.refusals import ChecklistRefused
from notices.models import Notice

pytestmark = pytest.mark.django_db
ANSWERS = {
    **dict.fromkeys(("ecfmg_certified", "has_ssn", "has_us_address"), "yes"),
    **dict.fromkeys(("other_language", "clerkships_abroad"), "no"),
    "training_ends_on": date(2028, 6, 30),
    "license_wanted_on": None,
}


@pytest.fixture
def in_use(db: None) -> Catalogue:
    return load_catalogue()


@pytest.fixture
def draft(in_use: Catalogue, amina: User) -> Catalogue:
    return actions.start_draft(amina)


@pytest.fixture
def hers(in_use: Catalogue, dolores: User) -> Checklist:
    return answers_actions.start(person=dolores, answers=ANSWERS, sources=[])


def spec(catalogue: Catalogue, key: str) -> Spec:
    return catalogue.specs.get(key=key)


def new_item(**changed: Any) -> dict[str, Any]:
    plain = {
        "key": "photo", "section": "before", "title": "A photograph", "supplier": "you", "passes_to": "you",
        "what_to_do": "Have it taken.\nKeep two prints.", "evidence": "You hold it.",
    }  # fmt: skip
    return plain | changed


def publish(draft: Catalogue, by: User, note: str = "Something is new.") -> Catalogue:
    actions.change_note(draft, by, note)
    return actions.publish(draft, by)


def told(person: User) -> list[Notice]:
    return list(Notice.objects.for_user(person).filter(kind="credentialing.changed", state="owed"))


# ------------------------------------------------------------------------------------------------ drafts
def test_a_draft_is_a_copy_of_what_is_in_use(draft: Catalogue, in_use: Catalogue, amina: User) -> None:
    assert (draft.number, draft.status, draft.written_by) == (2, CatalogueStatus.DRAFT, amina)
    assert list(draft.specs.values(*Spec.WORDS)) == list(in_use.specs.values(*Spec.WORDS))
    assert draft.letters.count() == in_use.letters.count() == 27
    assert set(spec(draft, "ny_form1").facts.all()) == set(spec(in_use, "ny_form1").facts.all()) != set()


def test_there_is_one_draft(draft: Catalogue, boris: User) -> None:
    assert actions.start_draft(boris) == draft
    with pytest.raises(IntegrityError), transaction.atomic():
        Catalogue.objects.create(number=9)


def test_a_discarded_draft_leaves_only_its_audit(draft: Catalogue, amina: User) -> None:
    actions.discard_draft(draft, amina)
    assert not Catalogue.objects.filter(status=CatalogueStatus.DRAFT).exists()
    assert Entry.objects.filter(verb="catalogue draft discarded", actor=amina).exists()
    assert actions.start_draft(amina).number == 2


@pytest.mark.parametrize(
    "act",
    [
        lambda version, by: actions.add_spec(version, by, **new_item()),
        lambda version, by: actions.change_spec(spec(version, "after"), by, title="Another"),
        lambda version, by: actions.remove_spec(spec(version, "after"), by),
        lambda version, by: actions.change_letter(version.letters.first(), by, subject="Hello", body="{name}"),
        lambda version, by: actions.change_note(version, by, "Another note."),
        lambda version, by: actions.discard_draft(version, by),
    ],
)
def test_a_version_in_use_is_never_changed(in_use: Catalogue, amina: User, act: Any) -> None:
    before = list(in_use.specs.values(*Spec.WORDS)), list(in_use.letters.values())
    with pytest.raises(ChecklistRefused, match=r"Catalogue 1 \(in use\) is never changed"):
        act(in_use, amina)
    assert (list(in_use.specs.values(*Spec.WORDS)), list(in_use.letters.values())) == before


# ------------------------------------------------------------------------------------------------ items
def test_a_changed_item_keeps_the_facts_it_names_now(draft: Catalogue, amina: User) -> None:
    changed = actions.change_spec(spec(draft, "after"), amina, what_to_do="Pay {fcvs.initial_fee}.\r\nWait.", traps="")
    assert changed.what_to_do == "Pay {fcvs.initial_fee}.\nWait."
    assert set(changed.facts.values_list("key", flat=True)) == {*changed.fact_keys(), "fcvs.initial_fee"}
    entry = Entry.objects.filter(verb="catalogue item changed").first()
    assert (entry.actor, entry.data) == (amina, {"fields": ["traps", "what_to_do"]})


def test_saving_without_a_change_is_not_a_change(draft: Catalogue, amina: User) -> None:
    actions.change_spec(spec(draft, "after"), amina, title=spec(draft, "after").title)
    assert not Entry.objects.filter(verb="catalogue item changed").exists()


def test_a_loop_is_refused_and_named(draft: Catalogue, amina: User) -> None:
    with pytest.raises(ChecklistRefused) as refused:
        actions.change_spec(spec(draft, "names_check"), amina, depends_on=["fcvs_cid"])
    for title in ("One name on every document", "FCVS application and fee", "Certification of Identification"):
        assert title in str(refused.value)
    assert "wait for each other" in str(refused.value)
    assert spec(draft, "names_check").depends_on == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"key": "other"}, "The key of an item cannot be changed"),
        ({"title": ""}, "Title: This field cannot be blank."),
        ({"what_to_do": "Pay $395."}, "A figure is never typed"),
        ({"evidence": "Within 30 days."}, "A figure is never typed"),
        ({"traps": "It ended in 2024."}, "A figure is never typed"),
        ({"traps": "See {no.such}."}, "There is no fact named {no.such}."),
        ({"traps": "See {}."}, "There is no fact named {}."),
        ({"first_fact": "no.such"}, "There is no fact named no.such."),
        ({"first_fact": "fcvs.initial_fee"}, "First follow-up: fcvs.initial_fee is a fact of another kind."),
        ({"cost_facts": ["fcvs.initial_target"]}, "fcvs.initial_target is a fact of another kind."),
        ({"depends_on": ["no_such"]}, "waits for no_such, which is not in the list."),
        ({"depends_on": ["after"]}, "wait for each other: “After the license” waits for “After the license”"),
        ({"passes_to": "fcvs"}, "Say what a letter asks for"),
        ({"rule": "not_before"}, "A rule and the fact of its days belong together"),
        ({"rule": "valid_for", "rule_fact": "fcvs.initial_target"}, "A fact of the warning belongs to"),
        ({"colour": "blue"}, "An item has no colour."),
    ],
)
def test_what_breaks_a_rule_is_refused_with_a_sentence(
    draft: Catalogue, amina: User, words: dict[str, Any], says: str
) -> None:
    before = list(draft.specs.values(*Spec.WORDS))
    with pytest.raises(ChecklistRefused) as refused:
        actions.change_spec(spec(draft, "after"), amina, **words)
    assert says in str(refused.value)
    assert list(draft.specs.values(*Spec.WORDS)) == before


def test_names_of_forms_are_no_figures(draft: Catalogue, amina: User) -> None:
    changed = actions.change_spec(spec(draft, "after"), amina, traps="Form 2CC, Step 3 and State 30 are names.")
    assert changed.traps == "Form 2CC, Step 3 and State 30 are names."


def test_an_added_item_comes_last_and_its_key_once(draft: Catalogue, amina: User) -> None:
    added = actions.add_spec(draft, amina, **new_item(depends_on=["after"]))
    assert (added.position, draft.specs.last()) == (26, added)
    with pytest.raises(ChecklistRefused, match="already exists"):
        actions.add_spec(draft, amina, **new_item())
    assert draft.specs.count() == 26


def test_an_item_that_others_wait_for_stays(draft: Catalogue, amina: User) -> None:
    with pytest.raises(ChecklistRefused, match="These items wait for it: After the license"):
        actions.remove_spec(spec(draft, "ny_licence"), amina)
    actions.remove_spec(spec(draft, "after"), amina)
    assert draft.specs.count() == 24


@pytest.mark.parametrize(
    ("subject", "body", "says"),
    [
        ("Hello", "Dear {dean}, {name}", "A letter cannot fill in {dean}."),
        ("Hello", "No signature.", "A letter is signed"),
        ("Hello\nBcc: all", "{name}", "The subject is one line."),
        ("", "{name}", "Subject: This field cannot be blank."),
    ],
)
def test_a_letter_that_could_not_be_sent_is_refused(
    draft: Catalogue, amina: User, subject: str, body: str, says: str
) -> None:
    letter = draft.letters.first()
    with pytest.raises(ChecklistRefused) as refused:
        actions.change_letter(letter, amina, subject=subject, body=body)
    assert says in str(refused.value)
    letter.refresh_from_db()
    assert "{asks_for}" in letter.subject


# ------------------------------------------------------------------------------------------------ publishing
def test_every_checklist_follows_the_new_version_and_loses_nothing(
    draft: Catalogue, in_use: Catalogue, hers: Checklist, amina: User, dolores: User
) -> None:
    item = hers.items.get(key="names_check")
    items.move(item=item, by=dolores, to=Status.VERIFIED, on=date(2026, 1, 5), version=item.version)
    kept = {one.key: (one.pk, one.status, one.status_on) for one in hers.items.all()}
    actions.add_spec(draft, amina, **new_item())
    published = publish(draft, amina)
    hers.refresh_from_db()
    in_use.refresh_from_db()
    assert (hers.catalogue, in_use.status) == (published, CatalogueStatus.REPLACED)
    assert (published.published_by, published.published_at is not None) == (amina, True)
    now = {one.key: (one.pk, one.status, one.status_on) for one in hers.items.all()}
    assert now.keys() - kept.keys() == {"photo"}
    assert kept.items() <= now.items()
    assert {name: getattr(hers, name) for name in ANSWERS} == ANSWERS


def test_a_removed_item_is_asked_of_nobody_and_kept(draft: Catalogue, hers: Checklist, amina: User) -> None:
    actions.remove_spec(spec(draft, "after"), amina)
    publish(draft, amina)
    assert not hers.items.get(key="after").is_needed


def test_who_has_it_open_is_told_once_and_nobody_else(
    draft: Catalogue, hers: Checklist, amina: User, dolores: User, chidi: User
) -> None:
    answers_actions.start(person=chidi, answers=ANSWERS, sources=[])
    done = chidi.checklist.items.get(key="names_check")
    items.move(item=done, by=chidi, to=Status.VERIFIED, on=date(2026, 1, 5), version=done.version)
    actions.change_spec(spec(draft, "names_check"), amina, evidence="Every record agrees.")
    effect = actions.effect_of(draft)
    assert (effect.people, [str(change) for change in effect.changed]) == (
        1,
        ["“One name on every document”: done when"],
    )
    published = publish(draft, amina)
    (notice,) = told(dolores)
    assert (notice.about, told(chidi)) == (f"credentialing.catalogue:{published.pk}", [])
    heading, paragraphs = words_about(notice.about, dolores)
    assert heading == "Your checklist has changed"
    assert paragraphs[:2] == ("Something is new.", "“One name on every document” reads differently: done when.")
    assert still_concerns(notice.about, dolores)
    mine = hers.items.get(key="names_check")
    items.move(item=mine, by=dolores, to=Status.VERIFIED, on=date(2026, 1, 5), version=mine.version)
    assert not still_concerns(notice.about, dolores)


@pytest.mark.parametrize(
    "words", [{"position": 90}, {"read_more": "/credentialing/"}], ids=["another place", "another page to read"]
)
def test_what_changes_nothing_to_do_tells_nobody(
    draft: Catalogue, hers: Checklist, amina: User, dolores: User, words: dict[str, Any]
) -> None:
    actions.change_spec(spec(draft, "names_check"), amina, **words)
    assert actions.effect_of(draft) == actions.Effect(0, [])
    publish(draft, amina)
    assert told(dolores) == []


def test_who_gets_an_item_more_is_told_of_it(draft: Catalogue, hers: Checklist, amina: User, dolores: User) -> None:
    actions.add_spec(draft, amina, **new_item())
    actions.change_spec(spec(draft, "fcvs_translations"), amina, need="always")
    assert actions.effect_of(draft).people == 1
    publish(draft, amina)
    _, paragraphs = words_about(told(dolores)[0].about, dolores)
    assert "“A photograph” is new on your list." in paragraphs
    assert "“Translations” reads differently: for whom." in paragraphs


def test_who_has_done_what_is_now_asked_of_others_too_is_not_told(
    draft: Catalogue, hers: Checklist, amina: User, dolores: User
) -> None:
    item = hers.items.get(key="infection_control")
    items.move(item=item, by=dolores, to=Status.VERIFIED, on=date(2026, 1, 5), version=item.version)
    actions.change_spec(spec(draft, "infection_control"), amina, need="current_training")
    assert actions.effect_of(draft).people == 0
    publish(draft, amina)
    assert told(dolores) == []


def test_an_item_for_others_tells_nobody_else(draft: Catalogue, hers: Checklist, amina: User, dolores: User) -> None:
    actions.add_spec(draft, amina, **new_item(need="translations"))
    assert actions.effect_of(draft).people == 0
    publish(draft, amina)
    assert told(dolores) == []


def test_who_loses_an_item_is_told_that_nothing_is_lost(
    draft: Catalogue, hers: Checklist, amina: User, dolores: User
) -> None:
    actions.remove_spec(spec(draft, "after"), amina)
    assert actions.effect_of(draft).people == 1
    publish(draft, amina)
    _, paragraphs = words_about(told(dolores)[0].about, dolores)
    assert "“After the license” is no longer asked of you. What you recorded is kept." in paragraphs


def test_other_days_of_a_follow_up_hold_for_what_waits_already(
    draft: Catalogue, hers: Checklist, amina: User, dolores: User
) -> None:
    with time_machine.travel("2026-11-23 12:00", tick=False):
        item = hers.items.get(key="names_check")
        items.move(item=item, by=dolores, to=Status.VERIFIED, on=date(2026, 11, 1), version=item.version)
        item = hers.items.get(key="fcvs_account")
        items.move(item=item, by=dolores, to=Status.SENT, on=date(2026, 11, 20), version=item.version)
        assert hers.items.get(key="fcvs_account").follow_up_on == date(2026, 11, 27)
        actions.change_spec(spec(draft, "fcvs_account"), amina, first_fact="fcvs.followup.fcvs_meded")
        publish(draft, amina)
        assert hers.items.get(key="fcvs_account").follow_up_on == date(2026, 12, 20)


def test_publishing_needs_a_sentence_for_the_physicians(draft: Catalogue, amina: User) -> None:
    with pytest.raises(ChecklistRefused, match="Say in a sentence what is different"):
        actions.publish(draft, amina)


def test_publishing_twice_is_refused(draft: Catalogue, amina: User) -> None:
    publish(draft, amina)
    with pytest.raises(ChecklistRefused, match="published already"):
        actions.publish(draft, amina)


def test_a_version_without_a_letter_to_somebody_is_not_published(
    draft: Catalogue, in_use: Catalogue, hers: Checklist, amina: User
) -> None:
    draft.letters.filter(recipient="school", tone=3).delete()
    with pytest.raises(ChecklistRefused, match="There is no third letter to your medical school"):
        publish(draft, amina)
    hers.refresh_from_db()
    assert hers.catalogue == in_use


def test_the_audit_says_who_published_what_for_how_many(
    draft: Catalogue, hers: Checklist, amina: User, dolores: User
) -> None:
    actions.change_spec(spec(draft, "after"), amina, evidence="All of it is done.")
    published = publish(draft, amina)
    entry = Entry.objects.about(published).filter(verb="catalogue published").get()
    assert (entry.actor, entry.data) == (amina, {"items": 1, "people": 1})
    assert Item.objects.for_user(dolores).opened().filter(key="after").exists()
