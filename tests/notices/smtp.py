"""A real SMTP server on the loopback that keeps what it takes and answers as a test tells it."""

import asyncio
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from scripts.processes import free_port

OK = "250 OK"


class Sink:
    """`at_recipient` and `at_end` answer by address: a text to say, a list of texts for one try after another."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.connections = 0
        self.at_recipient: dict[str, list[str]] = {}
        self.at_end: dict[str, list[str]] = {}
        self.seconds_to_answer = 0.0
        self.dies_at: set[str] = set()
        self.after: dict[str, Callable[[], None]] = {}
        self.port = free_port()
        self._controller: Controller | None = None

    def __enter__(self) -> "Sink":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, server_hostname="sink")
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller.loop.close()
        self._controller = None

    @property
    def recipients(self) -> list[str]:
        return [str(mail["To"]) for mail in self.mails]

    # ------------------------------------------------------------------------------------------------ what it answers
    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = _next(self.at_recipient, address)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.seconds_to_answer)
        address = envelope.rcpt_tos[0]
        if address in self.dies_at:
            self.dies_at.discard(address)
            server.transport.abort()
            return OK
        answer = _next(self.at_end, address)
        if answer == OK:
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
            self.after.get(address, lambda: None)()
        return answer


def _next(answers: dict[str, list[str]], address: str) -> str:
    left = answers.get(address)
    return left.pop(0) if left else OK
