"""Where mail goes and where it comes back to, each in one address."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def server(url: str) -> dict[str, Any]:
    """Django's settings for ``PMP_MAIL_URL``. Raises ImproperlyConfigured for any other scheme."""
    said = urlsplit(url)
    if said.scheme == "disk":
        return {"EMAIL_BACKEND": "notices.mailer.DiskBackend"}
    if said.scheme not in _PORTS:
        raise ImproperlyConfigured("PMP_MAIL_URL must start with disk://, smtp://, smtp+tls:// or smtps://.")
    return {
        "EMAIL_BACKEND": "notices.mailer.SmtpBackend",
        "EMAIL_HOST": said.hostname or "localhost",
        "EMAIL_PORT": said.port or _PORTS[said.scheme],
        "EMAIL_HOST_USER": unquote(said.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(said.password or ""),
        "EMAIL_USE_TLS": said.scheme == "smtp+tls",
        "EMAIL_USE_SSL": said.scheme == "smtps",
    }


def check_box(url: str) -> None:
    """Raises ImproperlyConfigured for a mailbox that can't be read; none is none."""
    if urlsplit(url).scheme not in ("", "imap", "imaps", "maildir"):
        raise ImproperlyConfigured("PMP_BOUNCES_URL must start with imaps://, imap:// or maildir://.")
