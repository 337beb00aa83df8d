from typing import Any

from django.core.management.base import BaseCommand

from accounts.roles import ROLES, load_roles


class Command(BaseCommand):
    help = "Make the staff's roles read and may exactly what accounts/roles.py says. Run after each migrate."

    def handle(self, *args: Any, **options: Any) -> None:
        load_roles()
        if options["verbosity"]:
            self.stdout.write(f"Roles: {len(ROLES)} are as described.")
