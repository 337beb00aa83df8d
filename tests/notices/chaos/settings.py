"""The portal's own settings, and one more app: the kinds of notice that the chaos is about."""

from mssny_img.settings import *  # noqa: F403
from mssny_img.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.notices.chaos"]
