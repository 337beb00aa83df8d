from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts import local_sign_in


class Command(BaseCommand):
    help = "How to sign in on your own machine, and what the demonstration accounts' second factor shows now."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("Demonstration accounts are for a person's own machine. They exist only with LOCAL=1.")
        local_sign_in.make_ready(email=f"administrator@{local_sign_in.DOMAIN}", name="Demonstration Administrator")
        self.stdout.write(local_sign_in.how_to())
        for person, code in local_sign_in.codes():
            self.stdout.write(f"{code}  {person.email}")
