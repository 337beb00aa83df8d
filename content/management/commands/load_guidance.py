from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from content.loading import load_guidance
from facts.loading import load_facts


class Command(BaseCommand):
    help = "Load the guidance and facts that ship with the portal. Adds what is missing; leaves what staff edited."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            added, updated = load_facts()
            counts = load_guidance()
        parts = [f"facts {added} added, {updated} updated", *(f"{name} {count}" for name, count in counts.items())]
        if options["verbosity"]:
            self.stdout.write("Guidance: " + "; ".join(parts) + ".")
