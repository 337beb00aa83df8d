"""The letter that the physician sends to whoever is waited for, finished: the first, the second and the third time."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from django.utils.text import get_text_list

from facts.models import day_text

from .days import Days
from .following import escalation
from .models import Chase, Item, Letter, Party, Spec, Tone
from .refusals import ChecklistRefused

# Longer ones are cut off by some mail programs without a word, and half a letter is worse than none.
LONGEST_MAILTO = 2000
_BLANK = re.compile(r"\{(name|asks_for|to|sent_on|days|chases|today)\}")
# How a letter names its reader when the physician has not typed a name.
_READERS = {
    Party.SCHOOL: "the medical school",
    Party.PROGRAM: "the training program",
    Party.HOSPITAL: "the hospital",
    Party.AUTHORITY: "the licensing authority",
    Party.TRANSLATOR: "the translator",
}


@dataclass(frozen=True)
class Written:
    """`mailto` is empty when the letter is too long for such a link."""

    recipient_label: str
    subject: str
    body: str
    mailto: str


def letter_for(
    item: Item,
    spec: Spec,
    letters: Iterable[Letter],
    person_name: str,
    chases: Sequence[Chase],
    today: date,
    tone: int,
) -> Written:
    """Raises ChecklistRefused when nobody else is waited for, or the catalogue has no such letter."""
    sent_on = sent_day(item)
    letter = next((one for one in letters if (one.recipient, one.tone) == (spec.passes_to, tone)), None)
    if letter is None or sent_on is None:
        raise ChecklistRefused("There is no letter to write yet: record first when you sent this on.")
    words = {
        "name": person_name,
        "asks_for": spec.asks_for or spec.title,
        "to": recipient_of(item, spec),
        "sent_on": day_text(sent_on),
        "days": _days(max(0, (today - sent_on).days)),
        "chases": _chases(chases, since=sent_on),
        "today": day_text(today),
    }
    subject, body = _fill(letter.subject, words), _tidy(_fill(letter.body, words))
    return Written(recipient_of(item, spec), subject, body, mailto(subject, body))


def tone_for(item: Item, spec: Spec, days: Days, today: date) -> int:
    """Which of the letters is due: as the reminders rise, so do they."""
    passed = [day for day in (item.waiting_since, item.status_on) if day]
    if not passed:
        return Tone.FIRST
    late = (today - max(passed)).days - days.first(spec)
    return min(Tone.FIRST + sum(late >= more for more in escalation(spec, days)), Tone.THIRD)


def sent_day(item: Item) -> date | None:
    """The day from which the letter counts; none when nobody else is waited for."""
    if item.waiting_on in ("", Party.YOU) or item.closed_on:
        return None
    return item.sent_on or item.waiting_since


def recipient_of(item: Item, spec: Spec) -> str:
    """The program, hospital or authority by its name, everybody else by what they are."""
    if item.source_id and spec.passes_to in (Party.PROGRAM, Party.HOSPITAL, Party.AUTHORITY):
        return str(item.source.name)
    return _READERS.get(Party(spec.passes_to), spec.get_passes_to_display())


def mailto(subject: str, body: str) -> str:
    """No address: whom to write to is for the physician to look up."""
    lines = body.replace("\r\n", "\n").replace("\n", "\r\n")
    link = f"mailto:?subject={quote(' '.join(subject.split()), safe='')}&body={quote(lines, safe='')}"
    return link if len(link) <= LONGEST_MAILTO else ""


def _fill(text: str, words: dict[str, str]) -> str:
    # In one pass, so that braces in what a person typed stay what they are.
    return _BLANK.sub(lambda blank: words[blank[1]], text)


def _tidy(text: str) -> str:
    """A blank that had nothing to say leaves no hole."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text.replace("\r\n", "\n"))).strip()


def _days(number: int) -> str:
    return f"{number:,} day" if number == 1 else f"{number:,} days"


def _chases(chases: Sequence[Chase], *, since: date) -> str:
    """“I have asked on 3 March 2027 by e-mail and on 5 April 2027 by telephone (Ms Ito).” or nothing."""
    asked = [_one(chase) for chase in sorted(chases, key=lambda chase: (chase.on, chase.pk)) if chase.on >= since]
    if not asked:
        return ""
    return f"I have asked {get_text_list(asked, 'and')}."


_BY = {"email": "by e-mail", "phone": "by telephone", "portal": "through your web site", "post": "by post or courier"}


def _one(chase: Chase) -> str:
    whom = f" ({chase.whom})" if chase.whom else ""
    return f"on {day_text(chase.on)} {_BY.get(chase.channel, 'in person')}{whom}"
