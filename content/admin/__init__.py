"""The desk of the guidance: pages, their editions, what they refer to, and what readers answer."""

from . import comments, editions, pages, reference

__all__ = ["comments", "editions", "pages", "reference"]
