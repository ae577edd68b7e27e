"""What production refuses to start without."""

from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured


def refuse_unless(needs: Mapping[str, bool]) -> None:
    """Raise ImproperlyConfigured, naming every need that isn't met: an engineer mends them all at once."""
    unmet = [need for need, met in needs.items() if not met]
    if unmet:
        raise ImproperlyConfigured("Production needs:\n" + "\n".join(f"  - {need}" for need in unmet))
