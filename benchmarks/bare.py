"""The smallest Django site there is: settings, address and view. It returns the very bytes of one page of the portal.

No middleware, no database, no template: what is left is the price of Django and of the web server.
"""

import os
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import re_path

SECRET_KEY = "nothing is signed here"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = __name__
MIDDLEWARE: list[str] = []
INSTALLED_APPS: list[str] = []
DATABASES: dict[str, object] = {}
USE_TZ = True

CONTENT = Path(os.environ["BARE_PAGE"]).read_bytes()


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(CONTENT, headers={"Content-Length": str(len(CONTENT))})


urlpatterns = [re_path("", page)]
