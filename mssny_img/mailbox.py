"""The mails this machine would have sent, for whoever tries the portal at home: /dev/mailbox/, never in production."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
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
    """Newest first. The file backend writes one file a connection, with a line between its mails."""
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime) if folder.is_dir() else []
    found = [(path, part) for path in files for part in path.read_bytes().split(_BETWEEN_MAILS) if part.strip()]
    return [_read(number, path, part) for number, (path, part) in enumerate(found)][::-1]


def _read(number: int, path: Path, raw: bytes) -> LocalMail:
    message = message_from_bytes(raw.lstrip(), policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what policy.default makes; for the type checker
    body = message.get_body(("plain", "html"))
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
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
