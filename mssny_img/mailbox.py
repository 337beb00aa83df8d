"""The mails this machine would have sent, for whoever tries the portal at home: /dev/mailbox/, never in production."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SHOWN = 50
_BETWEEN_MAILS = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True)
class LocalMail:
    number: int
    to: str
    subject: str
    at: datetime
    text: str


def mails() -> list[LocalMail]:
    """Newest first; a mail keeps its number when others come."""
    read = [_read(number, at, raw) for number, (at, raw) in enumerate(_written())]
    return read[::-1]


def _written() -> Iterator[tuple[datetime, bytes]]:
    """The file backend writes a file a connection, with a line between the mails."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    files = Path(folder).glob("*.log") if folder else ()
    for path in sorted(files, key=lambda file: file.stat().st_mtime_ns):
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        yield from ((at, part.lstrip()) for part in path.read_bytes().split(_BETWEEN_MAILS) if part.strip())


def _read(number: int, at: datetime, raw: bytes) -> LocalMail:
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain", "html"))
    return LocalMail(number, str(message["To"]), str(message["Subject"]), at, body.get_content() if body else "")


@login_not_required
@never_cache
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    return render(request, "dev/mailbox.html", {"mails": mails()[:SHOWN]})


@login_not_required
@never_cache
@require_safe
def mail(request: HttpRequest, number: int) -> HttpResponse:
    found = next((mail for mail in mails() if mail.number == number), None)
    if found is None:
        raise Http404("There is no such mail.")
    return render(request, "dev/mail.html", {"mail": found})
