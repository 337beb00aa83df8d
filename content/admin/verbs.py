"""The buttons of this app: who may press them, when, what they ask for, and the one action each calls."""

import time
from datetime import datetime
from datetime import time as clock_time
from typing import Any

from django import forms
from django.conf import settings
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.timezone import override

from accounts.models import User
from audit.acting import ReasonFields, Verb, VerbFields
from content import actions
from content.link_actions import check_link
from content.models import FROZEN_STATUSES, Comment, Edition, ExternalLink, LinkState, Page, Status

NEW_YORK = "America/New_York"
OFFICE_OPENS = clock_time(9)
# Checking stops here and leaves the rest to the portal's own run: nobody looks at a white page for longer.
PATIENCE_SECONDS = 45
EDIT, APPROVE = "content.change_edition", "content.approve_edition"


# ------------------------------------------------------------------------------------------------ what they ask for
class ApproveFields(VerbFields):
    publish_on = forms.DateField(
        required=False,
        label="Publish on",
        help_text="Leave empty to publish now.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    publish_time = forms.TimeField(
        required=False,
        label="At (New York time)",
        help_text="Empty: at nine in the morning.",
        widget=forms.TimeInput(attrs={"type": "time"}),
    )
    reason = forms.CharField(
        required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text="A sentence. It is kept."
    )

    def __init__(self, *args: Any, subject: Edition, by: User, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, by=by, **kwargs)
        why = why_a_reason(subject, by)
        if why:
            self.fields["reason"].label = why
        else:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        on, at = data.pop("publish_on", None), data.pop("publish_time", None)
        data["publish_at"] = self._moment(on, at or OFFICE_OPENS) if on else None
        if at and not on and not self.errors:
            self.add_error("publish_on", "Give the day too, or leave both empty to publish now.")
        return data

    def _moment(self, on: Any, at: clock_time) -> datetime | None:
        try:
            with override(NEW_YORK):
                moment = from_current_timezone(datetime.combine(on, at))
        except forms.ValidationError:
            self.add_error("publish_time", "The clocks change in that hour. Choose another one.")
            return None
        if moment <= timezone.now():
            self.add_error("publish_on", "That time has passed. Choose a later one, or leave both empty.")
        return moment


def why_a_reason(edition: Edition, by: User) -> str:
    """The question a reason answers; empty when none is needed."""
    alone = not settings.TWO_PERSON_REVIEW and by.pk in (edition.asked_by_id, edition.written_by_id)
    unsure = edition.links.filter(state=LinkState.NO_ANSWER).exists()
    questions = {"Why you approve your own work": alone, "Why it goes out although links could not be checked": unsure}
    return "; ".join(question for question, is_asked in questions.items() if is_asked)


# ------------------------------------------------------------------------------------------------ what they call
def _ask_for_review(edition: Edition, by: User) -> Edition:
    return actions.ask_for_review(edition=edition, by=by)


def _approve(edition: Edition, by: User, publish_at: datetime | None = None, reason: str = "") -> Edition:
    return actions.approve(edition=edition, by=by, reason=reason, publish_at=publish_at)


def _send_back(edition: Edition, by: User, reason: str) -> Edition:
    return actions.send_back(edition=edition, by=by, reason=reason)


def _withdraw(edition: Edition, by: User, reason: str) -> Edition:
    return actions.withdraw(edition=edition, by=by, reason=reason)


def _restore(edition: Edition, by: User) -> Edition:
    return actions.restore_edition(edition=edition, by=by)


def _check_links(edition: Edition, by: User) -> Edition:
    stop_at = time.monotonic() + PATIENCE_SECONDS
    for link in edition.links.all():
        if time.monotonic() > stop_at:
            raise actions.ContentRefused("The other links take long. The portal checks them by itself within minutes.")
        check_link(link_id=link.pk, by=by)
    return edition


def _check_one_link(link: ExternalLink, by: User) -> ExternalLink:
    if not check_link(link_id=link.pk, by=by):
        raise actions.ContentRefused("It is being checked at this moment, or no page names it and it is not listed.")
    return link


def _mark_reviewed(page: Page, by: User) -> Page:
    return actions.mark_reviewed(page=page, by=by)


def _close_comment(comment: Comment, by: User, reason: str) -> None:
    actions.close_comment(comment=comment, by=by, reason=reason)


# ------------------------------------------------------------------------------------------------ the buttons
MARK_REVIEWED = Verb(
    name="reviewed",
    label="I read the whole page against its sources: reviewed today",
    says="Readers see today as the day of the review, and the next one is counted from today.",
    done="{it}: reviewed today.",
    run=_mark_reviewed,
    permissions=("content.change_page",),
    offered=lambda page: page.live_id is not None,
)
CHECK_LINK = Verb(
    name="check",
    label="Check now",
    says="The portal calls the address and keeps what it finds. This can take half a minute for each link.",
    done="{it}: checked.",
    run=_check_one_link,
    permissions=("content.change_externallink", EDIT),
    is_bulk=True,
)
CLOSE_COMMENT = Verb(
    name="close",
    label="Close with a reason",
    says="Say what was done about it, or why nothing is. The reader has left no name and gets no answer.",
    done="Closed.",
    run=_close_comment,
    permissions=("content.change_comment",),
    form=ReasonFields,
    offered=lambda comment: comment.closed_at is None,
    is_bulk=True,
)
EDITION_VERBS = (
    Verb(
        name="check-links",
        label="Check links now",
        says="The portal calls every address this edition names. This can take a minute.",
        done="The links were checked: see their states below.",
        run=_check_links,
        permissions=(EDIT, APPROVE),
        offered=lambda edition: edition.is_open,
    ),
    Verb(
        name="ask",
        label="Ask for review",
        says="A second person reads it against its sources and publishes it. Changing a word takes it back to draft.",
        done="{it} is waiting for review.",
        run=_ask_for_review,
        permissions=(EDIT,),
        offered=lambda edition: edition.status == Status.DRAFT,
    ),
    Verb(
        name="approve",
        label="Approve and publish",
        says="You have read it and its sources. Readers see it at once, or from the time you give.",
        done="Done: {it}",
        run=_approve,
        permissions=(APPROVE,),
        form=ApproveFields,
        offered=lambda edition: edition.status == Status.IN_REVIEW,
    ),
    Verb(
        name="send-back",
        label="Send back",
        says="It becomes a draft again, and is taken off the schedule. Say what should change.",
        done="{it} is a draft again.",
        run=_send_back,
        permissions=(EDIT, APPROVE),
        form=ReasonFields,
        offered=lambda edition: edition.status in (Status.IN_REVIEW, Status.SCHEDULED),
    ),
    Verb(
        name="withdraw-draft",
        label="Withdraw this draft",
        says="The draft is put away. Readers notice nothing, and its words stay in the list of editions.",
        done="{it} is withdrawn.",
        run=_withdraw,
        permissions=(EDIT, APPROVE),
        form=ReasonFields,
        offered=lambda edition: edition.status == Status.DRAFT,
    ),
    Verb(
        name="withdraw",
        label="Withdraw from readers",
        says="The page disappears for readers at once. Its address answers that there is no such page.",
        done="{it} is withdrawn: readers do not see the page any more.",
        run=_withdraw,
        permissions=(APPROVE,),
        form=ReasonFields,
        offered=lambda edition: edition.status == Status.PUBLISHED,
    ),
    Verb(
        name="restore",
        label="Restore as a draft",
        says="A new draft begins with the words of this edition. Readers see it after review, like any other.",
        done="{it} begins with the words you chose.",
        run=_restore,
        permissions=(EDIT,),
        offered=lambda edition: edition.status in FROZEN_STATUSES,
    ),
)
