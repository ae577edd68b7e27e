"""A notice's words: its snapshot, ready for the templates of its kind."""

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils import translation

from journal.models import Checkpoint
from notices.models import Notice

#: Fields that hold an instant, beside those that end in ``_at``.
_INSTANTS = frozenset({"at", "previous"})


def _parsed(name: str, value: Any) -> Any:
    if isinstance(value, str) and value and (name.endswith("_at") or name in _INSTANTS):
        return datetime.fromisoformat(value)
    return value


def context(notice: Notice) -> dict[str, Any]:
    """The notice's fields with their instants parsed, and what every letter and mail may show."""
    checkpoint = Checkpoint.objects.first()
    return {
        **{name: _parsed(name, value) for name, value in notice.context.items()},
        "notice": notice,
        "checkpoint": checkpoint and {"size": checkpoint.size, "root": bytes(checkpoint.root).hex()[:16]},
        **site(),
    }


def site() -> dict[str, Any]:
    """What every text may name of this installation."""
    return {
        "rehearsal": settings.PMP_REHEARSAL,
        "base_url": settings.PMP_BASE_URL,
        "contact_email": settings.PMP_CONTACT_EMAIL,
        "LANGUAGE_CODE": settings.LANGUAGE_CODE,
    }


def render(template: str, values: dict[str, Any]) -> str:
    """A template's text, in the institution's language; a ``.txt`` is not escaped."""
    with translation.override(settings.LANGUAGE_CODE):
        found = Engine.get_default().get_template(template)
        return found.render(Context(values, autoescape=not template.endswith(".txt")))


def preview(*, kind: str, context_of: dict[str, Any]) -> tuple[str, str]:
    """The subject and the plain text that a message of this kind would have, for who reads it before it leaves."""
    draft = Notice(kind=kind, context=context_of)
    values = context(draft)
    return subject(draft, values), render(f"notices/{kind}/body.txt", values).strip()


def subject(notice: Notice, values: dict[str, Any]) -> str:
    """The one line of the message's subject: no line break reaches a header."""
    mark = "[RÉPÉTITION] " if settings.PMP_REHEARSAL else ""
    line = re.sub(r"[^\S\u00a0\u202f]+", " ", render(f"notices/{notice.kind}/subject.txt", values))
    return mark + line.strip(" ")
