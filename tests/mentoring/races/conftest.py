"""What these show needs a real PostgreSQL: only the run that has one collects them."""

from django.conf import settings

collect_ignore_glob = [] if settings.REDIS_URL else ["test_*.py"]
