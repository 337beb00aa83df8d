class MentoringRefused(Exception):
    """The message is fit for the page; `field` is the field of the form it belongs to, if any."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class StaleForm(MentoringRefused):
    """What the form was about has changed since the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            "This changed after you opened the page, perhaps in another tab. Nothing was recorded. "
            "What stands now is shown below; your entries are still in the form."
        )
