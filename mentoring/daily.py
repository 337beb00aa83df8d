"""What the clock does to many rows, one after the other."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import models

logger = logging.getLogger(__name__)
Row = TypeVar("Row", bound=models.Model)


def each(rows: "models.QuerySet[Row]", act: Callable[[Row], object]) -> int:
    """How many acts came true. One row's failure is logged and does not stop the others."""
    done = 0
    for row in rows.order_by("pk").iterator(chunk_size=500):
        try:
            done += bool(act(row))
        except Exception:
            logger.exception("%s: what was due could not be done", row)
    return done
