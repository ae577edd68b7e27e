"""A notice's words: its snapshot, ready for the templates of its kind."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils import translation
from django.utils.html import strip_tags

from journal.models import Checkpoint
from notices import texts
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
    values = {name: _parsed(name, value) for name, value in notice.context.items()}
    return {
        **values,
        "text": _written(notice, values),
        "notice": notice,
        "checkpoint": checkpoint and {"size": checkpoint.size, "root": bytes(checkpoint.root).hex()[:16]},
        **site(),
    }


def _written(notice: Notice, values: dict[str, Any]) -> dict[str, str] | None:
    """The words that HR wrote for it, with its values; None where the project's own stand. Escaped by whoever shows them."""
    version = notice.text_version
    if version is None or not values:
        return None
    merged = field_values(version.text, values)
    return {"opening": texts.merge(version.opening, merged), "sequel": texts.merge(version.sequel, merged)}


def field_values(text: str, values: dict[str, Any]) -> dict[str, str]:
    """What each field of a text says for these values."""
    with translation.override(settings.LANGUAGE_CODE):
        engine, plain = Engine.get_default(), Context(values, autoescape=False)
        return {name: engine.from_string(said).render(plain) for name, said in texts.TEXTS[text].fields.items()}


#: Told apart from any word, so that the project's own text gives back where its fields stand.
_SAMPLE: dict[str, Any] = {
    **{name: f"\ue000{name}\ue001" for name in ("name", "dossier", "post", "title", "rank", "minutes")},
    "decided_at": datetime(1901, 1, 2, 8, tzinfo=UTC),
    "reserve_ends_at": datetime(1902, 2, 3, 9, tzinfo=UTC),
    "starts_at": datetime(1903, 3, 4, 10, tzinfo=UTC),
    "opens_at": datetime(1904, 4, 5, 11, tzinfo=UTC),
}


def own_words(text: str) -> tuple[str, str]:
    """The project's own opening and sequel of a text, read from its templates, each value written as its field."""
    values = {**site(), **_SAMPLE, **texts.TEXTS[text].sample}
    fields = field_values(text, values)
    opening, sequel = (_plain(render(file, values), fields) for file in texts.TEXTS[text].files)
    return opening, sequel


def _plain(rendered: str, fields: dict[str, str]) -> str:
    plain = unescape(strip_tags(rendered.replace("</p>", "\n\n")))
    for name, said in fields.items():
        plain = plain.replace(said, f"{{{name}}}")
    return re.sub(r"\s*\n\s*\n\s*", "\n\n", plain).strip()


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
