"""What the search looks through. Made from the other tables by search_index.py and worth nothing by itself."""

from django.db import models


class SearchKind(models.TextChoices):
    STEP = "step", "Step on the way to residency"
    PAGE = "page", "Guidance"
    TERM = "term", "Glossary"
    DATE = "date", "Date"
    GOAL = "goal", "Goal of the IMG committee"
    LINK = "link", "Other site"
    COUNTY = "county", "County"


class SearchEntry(models.Model):
    """One thing a search can find. Its words, split and without endings, stand in the table of search_engine.py."""

    key = models.CharField(max_length=40, unique=True, help_text="What it was made from, such as page:12.")
    kind = models.CharField(max_length=10, choices=SearchKind)
    title = models.CharField(max_length=250)
    url = models.CharField(max_length=1000)
    # Title, short title, acronym, full name, other words, each on a line: what somebody types to get exactly this.
    names = models.TextField()
    # Facts are named, not filled in, so that a result never shows a figure older than the page does.
    text = models.TextField()
    # Of two that fit equally well, the lower one comes first.
    place = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    PERSONAL_FIELDS = ()

    def __str__(self) -> str:
        return self.key


class SearchWord(models.Model):
    """A word that is written somewhere, as written: what a misspelled word may have been meant to be."""

    word = models.CharField(max_length=60, unique=True)

    PERSONAL_FIELDS = ()

    def __str__(self) -> str:
        return self.word
