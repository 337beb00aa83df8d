"""What somebody typed, as it is kept."""

from django.db import models

from .refusals import MentoringRefused


def fitting(model: type[models.Model], name: str, words: str, *, field: str = "", missing: str = "") -> str:
    """Without the space around it. `missing` is the sentence for nothing at all; without it, nothing is fine too.

    Raises MentoringRefused for `field`, which is the model's own field unless the form calls it otherwise.
    """
    kept, most = words.strip(), getattr(model._meta.get_field(name), "max_length", None) or 0
    if missing and not kept:
        raise MentoringRefused(missing, field=field or name)
    if len(kept) > most:
        raise MentoringRefused(f"This is too long: {len(kept)} characters, and {most} fit.", field=field or name)
    return kept
