from .comments import Comment
from .pages import FROZEN_STATUSES, MOVES, OPEN_STATUSES, Edition, Journey, MovedPage, Page, Section, Status
from .reference import County, ExternalLink, Goal, GoalStatus, KeyDate, LinkState, Term
from .search import SearchEntry, SearchKind, SearchWord

__all__ = [
    "FROZEN_STATUSES",
    "MOVES",
    "OPEN_STATUSES",
    "Comment",
    "County",
    "Edition",
    "ExternalLink",
    "Goal",
    "GoalStatus",
    "Journey",
    "KeyDate",
    "LinkState",
    "MovedPage",
    "Page",
    "SearchEntry",
    "SearchKind",
    "SearchWord",
    "Section",
    "Status",
    "Term",
]
