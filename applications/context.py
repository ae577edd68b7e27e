"""What every page shows to the owner of a draft."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from applications.last_hour import elsewhere


def last_hour(request: HttpRequest) -> dict[str, Any]:
    """The draft's last hour, read only by a page that draws it; the pages of the file give their own."""
    return {"last_hour": SimpleLazyObject(lambda: elsewhere(getattr(request, "user", None)))}
