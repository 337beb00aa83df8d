"""The kinds of message a checklist owes: what waits, opens or runs out; what staff answered; who needs help."""

from typing import Any

from django.urls import reverse

from facts.models import day_text
from notices.kinds import Kind, Words, declare
from notices.models import Notice
from notices.mornings import local_day

from . import changed_facts, reminding, replying
from .following import DRAFT_LOST, FOLLOW_UP, OPENS, OWN_TURN, RENEW, REPORT_ENDS
from .models import HelpRequest, Item
from .telling import ANSWERED, NEEDS_HELP, RIGHT

WHY = "you keep a license checklist in the portal."
ASKED_AGAIN = (7, 14)

_DONE, _STUCK = replying.acting(replying.done), replying.acting(replying.stuck)
_ENDS_WITH_THE_ITEM: dict[str, Any] = {
    "why": WHY,
    "still_true": reminding.is_followed,
    "escalation": reminding.steps_of,
    "lock_first": replying.lock_first,
    "reminded": replying.reminded,
}

# ------------------------------------------------------------------------------------------------ about one item
declare(
    Kind(
        name=FOLLOW_UP,
        label="Items of your license checklist that wait for others",
        words=reminding.waits_words,
        tell_staff=replying.tell_staff,
        answers={"done": _DONE, "waiting": replying.waiting, "stuck": _STUCK},
        **_ENDS_WITH_THE_ITEM,
    )
)
declare(
    Kind(
        name=OWN_TURN,
        label="Items of your license checklist that wait for you",
        words=reminding.own_words,
        answers={"done": _DONE, "stuck": _STUCK},
        **_ENDS_WITH_THE_ITEM,
    )
)
declare(
    Kind(
        name=DRAFT_LOST,
        label="A saved form of your license application that will be deleted",
        words=reminding.draft_words,
        can_be_switched_off=False,
        any_day=True,  # the draft is lost on a Sunday, too
        answers={"done": _DONE, "stuck": _STUCK},
        **_ENDS_WITH_THE_ITEM,
    )
)
declare(
    Kind(
        name=REPORT_ENDS,
        label="A report of your license application that ends",
        words=reminding.report_words,
        can_be_switched_off=False,
        # “Done” would need the day of the new report, and a mail's button has none.
        answers={"stuck": _STUCK},
        **_ENDS_WITH_THE_ITEM,
    )
)
declare(
    Kind(
        name=OPENS,
        label="Items of your license checklist that can be done from a day on",
        words=reminding.opens_words,
        answers={"done": _DONE, "stuck": _STUCK},
        **_ENDS_WITH_THE_ITEM,
    )
)
declare(
    Kind(
        name=RENEW,
        label="Courses for your license that have to be renewed",
        words=reminding.renew_words,
        answers={"stuck": _STUCK},
        **_ENDS_WITH_THE_ITEM,
    )
)


# ------------------------------------------------------------------------------------------------ what staff answered
def _request_of(notice: Notice) -> HelpRequest | None:
    return HelpRequest.objects.select_related("item").filter(pk=notice.about.partition(":")[2]).first()


def _is_answered(notice: Notice) -> bool:
    request = _request_of(notice)
    return request is not None and request.answered_at is not None


def _answer_words(notice: Notice) -> Words:
    request = _request_of(notice)
    asked_on = local_day(request.asked_at, notice.person.time_zone)
    return Words(
        heading="The society answered your question",
        paragraphs=(f"You asked on {day_text(asked_on)}. This is the answer:", request.answer),
        what_next="The item is followed up again as before. If the answer does not help, ask once more.",
        link=reverse("credentialing:item", args=(request.item_id,)),
    )


declare(
    Kind(
        name=ANSWERED,
        label="Answers to your questions about the license checklist",
        why="you asked for help.",
        still_true=_is_answered,
        words=_answer_words,
        transactional=True,
        can_be_switched_off=False,
    )
)


# ------------------------------------------------------------------------------------------------ what has changed
def _still_concerns(notice: Notice) -> bool:
    return changed_facts.still_concerns(notice.about, notice.person)


def _changed_words(notice: Notice) -> Words:
    heading, paragraphs = changed_facts.words_about(notice.about, notice.person)
    what_next = "Nothing that you recorded has changed. Look at the items that are named here."
    return Words(heading, paragraphs, what_next, reverse("credentialing:checklist"))


declare(
    Kind(
        name=changed_facts.CHANGED,
        label="Changes that concern open items of your license checklist",
        why=WHY,
        still_true=_still_concerns,
        words=_changed_words,
    )
)


# ------------------------------------------------------------------------------------------------ the helpers
def _needs_help(notice: Notice) -> bool:
    if not notice.person.has_perm(RIGHT):
        return False
    if notice.about.startswith(HelpRequest._meta.label_lower):
        request = _request_of(notice)
        return request is not None and request.answered_at is None
    return _waits_for_helpers(notice)


def _waits_for_helpers(notice: Notice) -> bool:
    """Nobody has looked at it since, and nothing has happened to it."""
    item = Item.objects.opened().filter(pk=notice.about.partition(":")[2]).first()
    if item is None or item.moves.filter(recorded_at__gt=notice.owed_at).exists():
        return False
    return item.staff_seen_at is None or item.staff_seen_at < notice.owed_at


def _help_words(notice: Notice) -> Words:
    """No name and no words of the physician: a mail may be read over a shoulder."""
    is_request = notice.about.startswith(HelpRequest._meta.label_lower)
    desk = reverse(f"admin:credentialing_{'helprequest' if is_request else 'item'}_changelist")
    if is_request:
        heading, says = "A physician is stuck and asks for help", "Somebody asked for help with a license checklist."
    else:
        heading, says = "An item has waited through all reminders", "An item of a checklist still waits for somebody."
    return Words(heading, (says,), "Open the desk, look at it, and answer or mark it as seen.", desk)


declare(
    Kind(
        name=NEEDS_HELP,
        label="Physicians who need help with their license checklist",
        why="helping with license checklists is part of your role.",
        still_true=_needs_help,
        words=_help_words,
        escalation=ASKED_AGAIN,
    )
)
