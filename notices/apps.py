from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = "Messages owed and sent"

    def ready(self) -> None:
        """Each app declares the kinds of message it owes in its notices.py."""
        autodiscover_modules("notices")
