from django.conf import settings

# What these show needs a real PostgreSQL: only the run that has one collects them. SQLite has one writer at a time.
collect_ignore = [] if settings.REDIS_URL else ["test_actions_race.py"]
