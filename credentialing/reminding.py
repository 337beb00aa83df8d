"""The reminders about one item: whether they are still true, when they come again, and what they say."""

from dataclasses import dataclass

from django.urls import reverse

from facts.models import day_text
from notices.actions import today_of
from notices.kinds import Words
from notices.models import Notice

from .dates import strikes_on
from .days import Days
from .following import escalation
from .letters import letter_for
from .models import Item, Party, Spec, Status, Tone
from .settling import days_for, follow_ups, is_licensed


# ------------------------------------------------------------------------------------------------ what it is about
@dataclass(frozen=True)
class Case:
    item: Item
    spec: Spec
    days: Days

    @property
    def title(self) -> str:
        return f"{self.spec.title}: {self.item.source.name}" if self.item.source else self.spec.title

    @property
    def link(self) -> str:
        return reverse("credentialing:item", args=(self.item.pk,))

    def kinds(self) -> set[str]:
        licensed = is_licensed(self.item.checklist_id)
        found = follow_ups(self.spec, self.item, self.item.checklist, self.days, is_licensed=licensed)
        return {one.kind for one in found}


def case_of(notice: Notice) -> Case | None:
    """None when the item is gone, or not asked for any more."""
    items = Item.objects.needed().for_user(notice.person)
    item = items.select_related("checklist", "source").filter(pk=_number(notice)).first()
    spec = item and Spec.objects.filter(catalogue=item.checklist.catalogue_id, key=item.key).first()
    return Case(item, spec, days_for([spec])) if item and spec else None


def _number(notice: Notice) -> str:
    return notice.about.partition(":")[2]


def is_followed(notice: Notice) -> bool:
    """What a move made untrue was withdrawn by it; this is for what changed by itself."""
    case = case_of(notice)
    return case is not None and case.item.follow_up_on is not None and notice.kind in case.kinds()


def steps_of(notice: Notice) -> tuple[int, ...]:
    case = case_of(notice)
    return escalation(case.spec, case.days, notice.kind) if case else ()


# ------------------------------------------------------------------------------------------------ the words
def waits_words(notice: Notice) -> Words:
    """With the finished letter: the first, the second, the third."""
    case, today = case_of(notice), today_of(notice.person)
    item = case.item
    waited, party = item.waited_days(today) or 0, Party(item.waiting_on).label
    letters = case.item.checklist.catalogue.letters.all()
    tone = min(notice.step + 1, Tone.THIRD)
    letter = letter_for(item, case.spec, letters, notice.person.full_name, item.chases.all(), today, tone)
    return Words(
        heading=f"Something on your license checklist has waited for {_days(waited)}",
        paragraphs=(
            f"“{case.title}” waits for {party} since {day_text(item.waiting_since)}.",
            f"Here is a letter to {letter.recipient_label}, ready to be sent. The portal sends nothing itself.",
            letter.subject,
            *letter.body.split("\n\n"),
        ),
        what_next="Send the letter, and record that you asked. Has it arrived? Answer “Done” or record the day.",
        link=case.link,
    )


def own_words(notice: Notice) -> Words:
    case = case_of(notice)
    since = f" since {day_text(case.item.waiting_since)}" if case.item.waiting_since else ""
    says = {
        Status.QUERY: "They asked you something and wait for your answer. Until then nothing else may move.",
        Status.REJECTED: "They refused it. Find out what was wrong, and send it again.",
    }
    return Words(
        heading="Something on your license checklist waits for you",
        paragraphs=(
            f"“{case.title}” waits for you{since}.",
            says.get(Status(case.item.status), "Nothing that comes first is open any more: you can do it now."),
        ),
        what_next="Nobody else moves it. Open it, take the next step, and record the day. “Done” means done today.",
        link=case.link,
    )


def draft_words(notice: Notice) -> Words:
    case = case_of(notice)
    return Words(
        heading="A form that you saved and did not send will be deleted",
        paragraphs=(
            f"“{case.title}”: you saved a draft on {day_text(case.item.rule_from)}.",
            f"It is deleted on {_strikes(case)}. Then you begin again with an empty form.",
        ),
        what_next="Finish the form and send it before that day. Then record here that you sent it.",
        link=case.link,
    )


def report_words(notice: Notice) -> Words:
    case = case_of(notice)
    return Words(
        heading="A report on your license checklist is valid for a limited time",
        paragraphs=(
            f"“{case.title}” was issued on {day_text(case.item.rule_from)}. It is no longer valid from "
            f"{_strikes(case)} on.",
            "If your application is not decided by then, a new report is needed, and it costs its fee once more.",
        ),
        what_next="Ask those who have your file whether it will be decided in time. If you order a new report, record "
        "the day on which it is issued.",
        link=case.link,
    )


def opens_words(notice: Notice) -> Words:
    case = case_of(notice)
    return Words(
        heading="Something on your license checklist can be done from now on",
        paragraphs=(f"“{case.title}” could not be done earlier. Now it can.",),
        what_next="Take the next step, and record the day on which you sent it.",
        link=case.link,
    )


def renew_words(notice: Notice) -> Words:
    case = case_of(notice)
    return Words(
        heading="Something on your license checklist has to be renewed",
        paragraphs=(
            f"“{case.title}”: you completed it on {day_text(case.item.rule_from)}. It has to be renewed by "
            f"{_strikes(case)}.",
        ),
        what_next="Do it again, and record the new day. The portal then reminds you the next time.",
        link=case.link,
    )


def _strikes(case: Case) -> str:
    day = strikes_on(case.spec, case.item, case.days)
    return day_text(day) if day else "a day that the society has to confirm"


def _days(number: int) -> str:
    return f"{number:,} {'day' if number == 1 else 'days'}"
