"""The staff desk of the checklists and of the catalogue they follow."""

from . import catalogue_desk, checklists, desk

__all__ = ["catalogue_desk", "checklists", "desk"]
