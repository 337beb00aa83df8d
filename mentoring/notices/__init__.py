"""What mentoring owes people. The names of the kinds stand in kinds.py, so that actions can owe them."""

from . import concerns, desk, ending, enrolment, meetings, proposals, ranking, slots, under_way

__all__ = ["concerns", "desk", "ending", "enrolment", "meetings", "proposals", "ranking", "slots", "under_way"]
