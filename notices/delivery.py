"""One connection to the mail server for a whole batch, and what each of its answers means."""

import smtplib
from dataclasses import dataclass
from types import TracebackType

from django.core.mail import EmailMultiAlternatives, get_connection

from .models import Mail

BAD_ADDRESS_CODES = {550, 551, 553, 521, 556}


@dataclass(frozen=True)
class Outcome:
    is_sent: bool = False
    is_permanent: bool = False
    address_is_bad: bool = False
    server_is_down: bool = False
    problem: str = ""


SENT = Outcome(is_sent=True)


class Post:
    """Use as a context manager. `is_up` turns false when the server cannot be reached: the rest waits for the next try."""

    def __init__(self) -> None:
        self.connection = get_connection()
        self.is_up = True
        self._is_open = False

    def __enter__(self) -> "Post":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._is_open:
            try:
                self.connection.close()
            except OSError:
                pass

    def send(self, mail: Mail) -> Outcome:
        try:
            self._open()
            self.connection.send_messages([as_message(mail)])
        except Exception as error:  # noqa: BLE001 - sorted by `judge`; a mail must never stop the others
            outcome = judge(error)
            self._after_failure(outcome)
            return outcome
        return SENT

    def _open(self) -> None:
        if not self._is_open:
            self.connection.open()
            self._is_open = True

    def _after_failure(self, outcome: Outcome) -> None:
        """A refused recipient leaves the connection usable only after a reset; opening it anew is the surest one."""
        try:
            self.connection.close()
        except (OSError, smtplib.SMTPException):
            pass
        self._is_open = False
        self.is_up = not outcome.server_is_down


def judge(error: Exception) -> Outcome:
    """What to do about it: the server is away, try later; this address is bad; this mail is refused for good."""
    problem = f"{type(error).__name__}: {error}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _ in error.recipients.values()}
        bad = bool(codes & BAD_ADDRESS_CODES)
        return Outcome(is_permanent=bad, address_is_bad=bad, problem=problem)
    if isinstance(error, smtplib.SMTPResponseException) and not isinstance(error, smtplib.SMTPConnectError):
        down = isinstance(error, (smtplib.SMTPAuthenticationError, smtplib.SMTPHeloError)) or error.smtp_code == 421
        return Outcome(is_permanent=error.smtp_code >= 500 and not down, server_is_down=down, problem=problem)
    if isinstance(error, (OSError, smtplib.SMTPException)):
        return Outcome(server_is_down=True, problem=problem)
    return Outcome(is_permanent=True, problem=problem)


def as_message(mail: Mail) -> EmailMultiAlternatives:
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    if mail.in_reply_to:
        headers |= {"In-Reply-To": mail.in_reply_to, "References": mail.in_reply_to}
    if mail.unsubscribe_url:
        headers |= {
            "List-Unsubscribe": f"<{mail.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.address], headers=headers)
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message
