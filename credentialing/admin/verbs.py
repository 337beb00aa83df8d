"""The buttons of this desk: who may press them, when, what they ask for, and the one action each calls."""

from typing import Any

from django import forms
from django.db import models

from audit.acting import Verb, VerbFields
from credentialing import staff_actions
from credentialing.models import HelpRequest, Item

ANSWER, NOTE = "credentialing.change_helprequest", "credentialing.add_staffnote"


def _box(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "cols": 60})


class AnswerFields(VerbFields):
    asked = forms.CharField(label="What they asked", disabled=True, required=False, widget=_box(5))
    answer = forms.CharField(
        label="Your answer", max_length=4000, widget=_box(8), help_text="They read it in the portal and in a mail."
    )

    def __init__(self, *args: Any, subject: HelpRequest, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        self.fields["asked"].initial = subject.words

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data.pop("asked", None)
        return data


class NoteFields(VerbFields):
    words = forms.CharField(
        label="Note",
        max_length=2000,
        widget=_box(5),
        help_text="For your colleagues. It belongs to the physician's data: they get it when they ask for a copy.",
    )


def _answer(request: HelpRequest, by: models.Model, answer: str) -> HelpRequest:
    staff_actions.answer_help(request=request, by=by, answer=answer)
    return request


def _note(item: Item, by: models.Model, words: str) -> Item:
    staff_actions.add_note(item=item, by=by, words=words)
    return item


def _seen(item: Item, by: models.Model) -> Item:
    staff_actions.mark_seen(item=item, by=by)
    return item


def _is_unseen(item: Item) -> bool:
    return item.staff_told_at is not None and (item.staff_seen_at is None or item.staff_seen_at < item.staff_told_at)


ANSWER_HELP = Verb(
    name="answer",
    label="Answer",
    says="The physician is told, and the item is no longer marked as stuck.",
    done="Answered: {it}.",
    run=_answer,
    permissions=(ANSWER,),
    form=AnswerFields,
    offered=lambda request: request.answered_at is None,
)
ADD_NOTE = Verb(
    name="note",
    label="Add a note",
    says="Write what a colleague has to know about this item. The physician is not told.",
    done="The note is kept with {it}.",
    run=_note,
    permissions=(NOTE,),
    form=NoteFields,
)
MARK_SEEN = Verb(
    name="seen",
    label="Mark as seen",
    says="Its reminders have ended and we were told. Marked as seen, it leaves the list of what needs us;"
    " the physician is not told. An item that is stuck stays there until it is answered.",
    done="Seen: {it}.",
    run=_seen,
    permissions=(ANSWER,),
    offered=_is_unseen,
    is_bulk=True,
)
