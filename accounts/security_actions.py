"""What happens to the ways into an account: every act here is audited, and its owner is told by mail."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import models, transaction

from audit.models import record

from . import second_factor
from .models import User

MIN_REASON = 10
# allauth's mails about the account, and what the audit calls that.
VERBS = {
    "account/email/address_added": "e-mail address added",
    "account/email/email_changed": "main e-mail address changed",
    "account/email/email_deleted": "e-mail address removed",
    "mfa/email/totp_activated": "authenticator app added",
    "mfa/email/totp_deactivated": "authenticator app removed",
    "mfa/email/webauthn_added": "passkey added",
    "mfa/email/webauthn_removed": "passkey removed",
    "mfa/email/recovery_codes_generated": "recovery codes made anew",
}


class SecurityRefused(Exception):
    """The message is fit for the page."""


def without_name(person: User) -> User:
    """An audit entry outlives the account, so it holds its number and no name."""
    return User(pk=person.pk, full_name=f"account {person.pk}")


def know_address(*, person: User) -> EmailAddress:
    """Somebody added by staff, or from before there were codes, has an address that the sign-in does not know yet."""
    address, _ = EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"primary": True})
    return address


def note(*, person: User, mail: str) -> None:
    """The owner changed a way into their account."""
    record(by=person, verb=VERBS[mail], subject=without_name(person))


@transaction.atomic
def replace_addresses(*, person: User, by: User, old: str) -> None:
    """Staff gave the account another address: the earlier ones open nothing any more, and the old one is told."""
    EmailAddress.objects.filter(user=person).delete()
    end_sessions(person=person)
    record(by=by, verb="e-mail address replaced by staff", subject=without_name(person))
    transaction.on_commit(lambda: get_adapter().send_mail("account/email/address_replaced", old, {}))


@transaction.atomic
def end_sessions(*, person: User) -> None:
    """Everywhere, at once. Sessions hold a mark made from this field, so those that were never listed end too."""
    person.set_unusable_password()
    person.save(update_fields=["password"])
    UserSession.objects.filter(user=person).delete()


@transaction.atomic
def reset_second_factor(*, person: User, by: User, reason: str) -> None:
    """For a person who lost the phone and the recovery codes: a second person takes the factors away.

    The next sign-in needs the e-mailed code only; staff must then set up a new factor before the desk opens.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.pk == by.pk:
        raise SecurityRefused("Nobody resets their own second factor. Ask another administrator.")
    if not by.is_superuser:
        raise SecurityRefused("Only an administrator can reset a second factor.")
    if len(reason.strip()) < MIN_REASON:
        raise SecurityRefused("Say in a sentence how you made sure that it is this person who asks.")
    factors = second_factor.factors_of(person)
    if not factors.exists():
        raise SecurityRefused("This person has no second factor.")
    kinds = _take_away(factors)
    end_sessions(person=person)
    data = {"factors": kinds, "reason": reason.strip()}
    record(by=by, verb="second factor reset", subject=without_name(person), data=data)
    transaction.on_commit(lambda: get_adapter().send_mail("account/email/factor_reset", person.email, {}))


def _take_away(factors: models.QuerySet) -> list[str]:
    kinds = sorted(factors.values_list("type", flat=True))
    factors.delete()
    return kinds
