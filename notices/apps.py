from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = "Messages owed and sent"

    def ready(self) -> None:
        """Each app declares the kinds of message it owes in its notices.py.

        The tasks are loaded in every process: `owe` names one of them, and a process that has never heard of a task
        cannot run it where there is no worker.
        """
        autodiscover_modules("notices", "tasks")
