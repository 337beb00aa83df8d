"""One connection to the mail server for a whole batch, and what each of its answers means."""

import smtplib
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

from django.core.mail import EmailMultiAlternatives, get_connection

from .models import Mail

BAD_ADDRESS_CODES = {521, 550, 551, 553, 556}
SERVER_LEAVES = 421
# A server that breaks off two mails in a row is ill; one that breaks off a single mail may have had enough of that one.
BROKEN_OFF_IN_A_ROW = 2


@dataclass(frozen=True)
class Outcome:
    """What became of one mail. Neither sent nor permanent: try again, later each time. Server down: try again soon."""

    is_sent: bool = False
    is_permanent: bool = False
    address_is_bad: bool = False
    server_is_down: bool = False
    problem: str = ""


SENT = Outcome(is_sent=True)


class Post:
    """Use as a context manager. `is_up` turns false when the server is not there: the rest waits for the next run."""

    def __init__(self) -> None:
        self.connection = get_connection()
        self.is_up = True
        self._is_open = False
        self._broken_off = 0

    def __enter__(self) -> "Post":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, mail: Mail) -> Outcome:
        """Never raises for what a mail server may do, nor for a mail that cannot be built."""
        try:
            self._open()
        except (OSError, smtplib.SMTPException) as error:
            self.is_up = False
            return Outcome(server_is_down=True, problem=in_words(error))
        try:
            accepted = self.connection.send_messages([as_message(mail)])
        except (OSError, smtplib.SMTPException, ValueError) as error:
            return self._after_failure(error)
        self._broken_off = 0
        return SENT if accepted else Outcome(is_permanent=True, problem="There is no address to send it to.")

    def _open(self) -> None:
        if not self._is_open:
            self.connection.open()
            self._is_open = True

    def _after_failure(self, error: Exception) -> Outcome:
        """A refusal leaves the connection usable only after a reset; opening it anew is the surest one."""
        outcome = judge(error)
        self._close()
        is_broken = isinstance(error, (OSError, smtplib.SMTPServerDisconnected)) and not isinstance(
            error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused
        )
        self._broken_off = self._broken_off + 1 if is_broken else 0
        self.is_up = not outcome.server_is_down and self._broken_off < BROKEN_OFF_IN_A_ROW
        return outcome

    def _close(self) -> None:
        if self._is_open:
            with suppress(OSError, smtplib.SMTPException):
                self.connection.close()
        self._is_open = False


def judge(error: Exception) -> Outcome:
    """What a failure after the connection stood means for this mail."""
    problem = in_words(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _of_answer(*next(iter(error.recipients.values())), problem, at_recipient=True)
    if isinstance(error, smtplib.SMTPSenderRefused):
        # The server does not take mail from us at all: no fault of this mail, and the next one would fare no better.
        return Outcome(server_is_down=True, problem=problem)
    if isinstance(error, smtplib.SMTPResponseException):
        return _of_answer(error.smtp_code, error.smtp_error, problem)
    # Not an SMTP failure but a ValueError, or an address this server cannot write: this mail can never be sent.
    is_permanent = isinstance(error, (ValueError, smtplib.SMTPNotSupportedError))
    return Outcome(is_permanent=is_permanent, problem=problem)


def _of_answer(code: int, answer: bytes | str, problem: str, *, at_recipient: bool = False) -> Outcome:
    if code == SERVER_LEAVES:
        return Outcome(server_is_down=True, problem=problem)
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    # 5.7.x is the server's policy, mostly against the sender: trying later is better than striking out the address.
    is_permanent = 500 <= code < 600 and not text.startswith("5.7.")
    is_bad = at_recipient and is_permanent and code in BAD_ADDRESS_CODES
    return Outcome(is_permanent=is_bad if at_recipient else is_permanent, address_is_bad=is_bad, problem=problem)


def in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


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
