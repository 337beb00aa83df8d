from typing import Any

from django.core.management.base import BaseCommand

from mentoring.loading import load_ground_rules


class Command(BaseCommand):
    help = "Load the ground rules that ship with the portal. A version that somebody has accepted is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = load_ground_rules()
        if options["verbosity"]:
            self.stdout.write(f"Ground rules: {changed} added or changed.")
