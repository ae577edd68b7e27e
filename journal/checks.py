"""What must be right before the site starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from journal import keys


@register
def signing_key_is_usable(**kwargs: Any) -> list[CheckMessage]:
    """A register that can't sign would only be noticed when a candidate asks for a proof."""
    if not (settings.PRODUCTION or settings.PMP_JOURNAL_KEY):
        return []
    try:
        keys.signing_key()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="journal.E001")]
    return []


@register
def origin_names_a_key(**kwargs: Any) -> list[CheckMessage]:
    """The origin is also the key's name in a signed note, which allows neither spaces nor plus signs."""
    origin = settings.PMP_JOURNAL_ORIGIN
    if not origin or "+" in origin or origin.split() != [origin] or not origin.isprintable():
        return [Error("PMP_JOURNAL_ORIGIN must be one word without a plus sign.", id="journal.E002")]
    return []
