from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("includes/on_this_machine.html")
def on_this_machine() -> dict[str, Any]:
    """Where somebody who tries the portal on their own machine finds the codes."""
    return {"is_local": settings.LOCAL}
