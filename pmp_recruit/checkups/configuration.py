"""Whether the settings are fit for production."""

import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from pmp_recruit.checkups.verdict import NotConfigured


def settings_are_safe() -> Iterator[str]:
    """Secrets, public names, https, cookies; no rehearsal and no debug pages."""
    home = Path(settings.PMP_HOME)
    if home.exists() and home.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        yield f"PMP_HOME ({home}) is open to others: chmod 700 it."
    if not settings.PRODUCTION:
        if settings.PMP_REHEARSAL:
            raise NotConfigured("This is a rehearsal: set PMP_ENV=production before anything real.")
        raise NotConfigured("PMP_ENV is not production: set it before anything real.")
    # The start refuses most of these already (pmp_recruit.production); a process that runs may be older than its settings.
    needs = {
        "PMP_SECRET_KEY is short: 50 random characters at least (deploy/make-secrets).": len(settings.SECRET_KEY) >= 50,
        "PMP_BASE_URL is not https: put a proxy that speaks TLS in front.": settings.PMP_BASE_URL.startswith(
            "https://"
        ),
        "Cookies travel without TLS: PMP_BASE_URL must be https.": settings.SESSION_COOKIE_SECURE
        and settings.CSRF_COOKIE_SECURE,
        "PMP_ALLOWED_HOSTS holds *: name the public names alone.": "*" not in settings.ALLOWED_HOSTS,
        "PMP_REHEARSAL is on: the clock of record could be moved. Unset it.": not settings.PMP_REHEARSAL,
        "PMP_DEBUG is on: it shows the inside to strangers. Unset it.": not settings.DEBUG,
        "PMP_CONTACT_EMAIL is the example's: people would write to nobody.": not settings.PMP_CONTACT_EMAIL.endswith(
            ".example"
        ),
        "PMP_JOURNAL_ORIGIN is the example's: give the journal its own name before its first checkpoint.": (
            not settings.PMP_JOURNAL_ORIGIN.startswith("pmp-recruit.example")
        ),
    }
    yield from (words for words, met in needs.items() if not met)
