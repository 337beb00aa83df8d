"""What is owed: `notices --days 30` shows who gets what; `notices --check` fails when the scheduler is silent."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from notices.models import Heartbeat, Notice, State


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30)
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
        else:
            self._preview(options["days"])

    def _check(self) -> None:
        heartbeat = Heartbeat.objects.filter(name="beat").first()
        if heartbeat is None or heartbeat.is_silent:
            last = f"last heard at {heartbeat.at:%Y-%m-%d %H:%M} UTC" if heartbeat else "never heard"
            raise CommandError(f"The scheduler is silent: {last}. Start celery beat and a worker.")
        self.stdout.write(f"The scheduler was heard at {heartbeat.at:%Y-%m-%d %H:%M} UTC.")

    def _preview(self, days: int) -> None:
        until = timezone.now() + timedelta(days=days)
        owed = (
            Notice.objects.filter(state=State.OWED, send_after__lte=until)
            .select_related("person")
            .order_by("send_after")
        )
        for notice in owed.iterator():
            self.stdout.write(
                f"{notice.send_after:%Y-%m-%d %H:%M} UTC  {notice.person.email}  {notice.kind}  {notice.about}"
            )
        self.stdout.write(f"Messages in the next {days} days: {owed.count()}.")
