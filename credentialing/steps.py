"""What a physician can say next about an item, in their words: “I sent it” and “they confirmed it” are two things."""

from dataclasses import dataclass, replace

from .models import MOVES, Item, Rule, Spec, Status


@dataclass(frozen=True)
class Step:
    """`day` is the label of the day field, `hint` what follows from recording it."""

    to: str
    title: str
    day: str
    button: str
    hint: str = ""
    asks_words: bool = False


SENT = Step(Status.SENT, "I sent it, or asked for it", "Day on which you did", "Record that it is with them")
AGAIN = replace(SENT, title="I sent it again", button="Record that I sent it again")
ANSWERED = replace(SENT, title="I answered their question", button="Record that I answered")
RECEIVED = Step(
    Status.RECEIVED,
    "They say that they have received it",
    "Received on",
    "Record that they have received it",
    "Received is not yet verified: the portal keeps following it up.",
)
VERIFIED = Step(
    Status.VERIFIED,
    "They confirmed it",
    "Confirmed on",
    "Record that they confirmed it",
    "This finishes the item.",
)
DONE = Step(Status.VERIFIED, "It is done", "Done on", "Record that it is done", "This finishes the item.")
QUERY = Step(
    Status.QUERY,
    "They asked me something",
    "Asked on",
    "Record their question",
    "It then waits for you until you answer. An open question can stop everything else.",
    asks_words=True,
)
REJECTED = Step(
    Status.REJECTED,
    "They refused it",
    "Refused on",
    "Record that they refused it",
    "It then waits for you: find out what was wrong, and send it again.",
    asks_words=True,
)
ORDER = (SENT, RECEIVED, VERIFIED, QUERY, REJECTED)


def steps_of(spec: Spec, status: str) -> list[Step]:
    """All that can ever be said of such an item, in the words that fit its present status."""
    if spec.is_own_task:
        return [DONE]
    return [_worded(step, spec, status) for step in ORDER if not _is_beyond(step, spec)]


def steps_for(spec: Spec, status: str) -> list[Step]:
    """What may come next, the likely thing first; a way back is a correction and not among them."""
    return [step for step in steps_of(spec, status) if step.to in MOVES[status] and not _is_way_back(step, status)]


def _is_way_back(step: Step, status: str) -> bool:
    return status in (Status.RECEIVED, Status.VERIFIED) and step.to in (Status.SENT, Status.RECEIVED)


def _is_beyond(step: Step, spec: Spec) -> bool:
    return spec.receipt_is_enough and step.to == Status.VERIFIED


def _worded(step: Step, spec: Spec, status: str) -> Step:
    if step.to == Status.RECEIVED and spec.receipt_is_enough:
        return replace(step, hint="This finishes the item.")
    if step.to != Status.SENT:
        return step
    fitting = {Status.REJECTED: AGAIN, Status.QUERY: ANSWERED}.get(Status(status), SENT)
    return replace(fitting, hint=f"From that day on it waits for {spec.get_passes_to_display()}.")


def corrections_for(item: Item, spec: Spec) -> list[tuple[str, str]]:
    """Every state that the item may be put into because what was recorded is wrong."""
    words = {
        Status.TO_DO: "Nothing has happened yet: it is still to do",
        Status.SENT: "It was sent or asked for",
        Status.QUERY: "They asked me something, and I have not answered",
        Status.RECEIVED: "They have received it",
        Status.VERIFIED: "It is done" if spec.is_own_task else "They confirmed it",
        Status.REJECTED: "They refused it",
    }
    fitting = {Status.TO_DO, Status.VERIFIED} if spec.is_own_task else set(words)
    return [
        (to, f"{text} (as recorded, but on another day)" if to == item.status else text)
        for to, text in words.items()
        if to in fitting and (to in MOVES[item.status] or to == item.status != Status.TO_DO)
    ]


RULE_DAYS: dict[str, tuple[str, str]] = {
    Rule.DRAFT_LOST: (
        "Day on which you saved the draft",
        "A form that is not sent is lost some time after this day.",
    ),
    Rule.VALID_FOR: ("Day on which it was issued", "It is valid for a limited time, counted from this day."),
    Rule.RENEWED_EVERY: ("Day on which you completed it", "It must be renewed some years after this day."),
}
