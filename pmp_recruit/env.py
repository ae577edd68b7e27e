"""Settings from the environment, read strictly: nonsense is refused, never guessed at."""

import binascii
import os
from base64 import b64decode
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_YES = {"1", "true", "yes", "on"}
_NO = {"", "0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """The value of ``name``, or the content of the file that ``name_FILE`` points to.

    Raises ImproperlyConfigured when both are set or the file can't be read.
    """
    path = os.environ.get(f"{name}_FILE")
    if path is None:
        return os.environ.get(name, default)
    if name in os.environ:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: keep one of them.")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE: can't read {path}: {error}") from error


def flag(name: str, *, default: bool = False) -> bool:
    """A yes or no. Raises ImproperlyConfigured for anything that is neither."""
    value = text(name, "1" if default else "0").strip().lower()
    if value in _YES:
        return True
    if value in _NO:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes (1) nor no (0).")


def content(name: str) -> bytes:
    """The bytes of the file that ``name_FILE`` points to; or ``name`` itself, a PEM text or base64. Empty: none.

    Raises as :func:`text`, and ImproperlyConfigured for what is neither.
    """
    path = os.environ.get(f"{name}_FILE")
    if path and name not in os.environ:
        try:
            return Path(path).read_bytes()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE: can't read {path}: {error}") from error
    value = text(name)
    if value.startswith("-----BEGIN"):
        return value.replace("\\n", "\n").encode()
    try:
        return b64decode(value, validate=True)
    except binascii.Error as error:
        raise ImproperlyConfigured(f"{name} is neither PEM nor base64.") from error


def number(name: str, default: int, *, least: int = 0) -> int:
    """A whole number, ``least`` at least. Raises ImproperlyConfigured otherwise."""
    value = text(name, str(default)).strip()
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.")
    if int(value) < least:
        raise ImproperlyConfigured(f"{name} must be {least} at least.")
    return int(value)


def names(name: str, default: str = "") -> list[str]:
    """A list separated by commas, without the empty items."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def choice(name: str, allowed: tuple[str, ...], default: str) -> str:
    """One of ``allowed``. Raises ImproperlyConfigured otherwise."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name}={value!r} must be one of: {', '.join(allowed)}.")
    return value
