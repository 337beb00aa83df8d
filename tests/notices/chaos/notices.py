"""What workers in these tests send."""

from notices.kinds import Kind, Words, declare
from notices.models import Notice


def _words(notice: Notice) -> Words:
    return Words("Your file has waited", (f"It is ({notice.about}).",), "You hear from us again.", "/my/")


def _poison(notice: Notice) -> Words:
    raise RuntimeError("this notice is poisoned")


def _plain(name: str, **changed: object) -> Kind:
    plain = {"label": name, "why": "you asked.", "still_true": lambda notice: True, "words": _words, "any_day": True}
    return Kind(name=name, **plain | changed)


declare(_plain("chaos.plain", escalation=(30, 60)))
declare(_plain("chaos.poisoned", words=_poison))
declare(_plain("chaos.wrong_template", text_template="emails/there_is_none.txt"))
