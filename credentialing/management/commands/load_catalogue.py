from typing import Any

from django.core.management.base import BaseCommand

from credentialing.loading import load_catalogue


class Command(BaseCommand):
    help = (
        "Load the checklist's catalogue that ships with the portal. Leaves what staff have written. Facts come first."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        catalogue = load_catalogue()
        if options["verbosity"]:
            self.stdout.write(f"{catalogue}: {catalogue.specs.count()} items.")
