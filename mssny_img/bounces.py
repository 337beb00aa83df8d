"""What a mail provider reports after it took a mail: the address does not exist, or its owner calls the mail spam.

Only where django-anymail is installed and ANYMAIL_WEBHOOK_SECRET is set (docs/operations.md); see urls.py.
"""

from typing import Any

from anymail.signals import AnymailTrackingEvent, tracking
from anymail.urls import urlpatterns as providers
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from notices.actions import mark_bad_address

# A delivery that was only put off is reported as "deferred": the provider goes on trying.
FINAL = {"bounced", "complained"}


def address_is_bad(sender: Any, event: AnymailTrackingEvent, esp_name: str, **more: Any) -> None:
    if event.event_type in FINAL and event.recipient:
        mark_bad_address(address=event.recipient, problem=f"{event.event_type}: {event.description or ''}", by=esp_name)


# The one signal in the portal: it is how the library tells, whichever provider it speaks to.
tracking.connect(address_is_bad)

# The library itself asks the provider for the secret.
for pattern in providers:
    login_not_required(pattern.callback)

urlpatterns = [path("anymail/", include((providers, "anymail")))]
