"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The rehearsal flag, the contact address and the public base URL."""
    return {
        "rehearsal": settings.PMP_REHEARSAL,
        "contact_email": settings.PMP_CONTACT_EMAIL,
        "base_url": settings.PMP_BASE_URL,
    }
