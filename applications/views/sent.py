"""What a step's page sent: the words, what it had been drawn with, and which of two versions the person chose."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from applications.forms import BaseRows
from applications.merging import Kept, Seen, mark, plain

#: The hidden inputs: the marks of what the page was drawn with, and the words that it sent without an answer.
SEEN, UNSURE = "seen", "unsure"


def fields_of(form: forms.BaseForm | None, formset: BaseRows | None) -> dict[str, BoundField]:
    """Every field of a page by the name that the draft gives it: a row's is ``<key>.<field>``."""
    fields = {name: form[name] for name in form.fields} if form else {}
    for row in formset.forms if formset else []:
        key = _row_key(row)
        fields |= {f"{key}.{name}": row[name] for name in row.fields if name != "key"}
    return fields


def _row_key(row: forms.BaseForm) -> str:
    if not row.is_bound:
        return str(row.initial["key"])
    cleaned: dict[str, Any] = getattr(row, "cleaned_data", {})
    cleaned["key"] = cleaned.get("key") or uuid4()
    return str(cleaned["key"])


def marks_drawn(fields: Mapping[str, BoundField]) -> dict[str, str]:
    """The marks of what a page shows as it is drawn; empty fields are left out."""
    found = {name: mark(field.initial) for name, field in fields.items()}
    return {name: digits for name, digits in found.items() if digits}


def _read(text: str) -> dict[str, list[str]]:
    """A hidden input's record; a forged one is none, and then nothing stored is overwritten."""
    try:
        record = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(record, dict):
        return {}
    lists = {name: found if isinstance(found, list) else [found] for name, found in record.items()}
    return {name: [text for text in texts if isinstance(text, str)] for name, texts in lists.items()}


class Sent:
    """One POST of a step, once its form and rows were judged; ``alone`` when the page saves without its button."""

    def __init__(
        self, words: QueryDict, form: forms.BaseForm | None, formset: BaseRows | None, *, alone: bool = False
    ) -> None:
        self.words, self.alone = words, alone
        self.form, self.formset = form, formset
        self.fields = fields_of(form, formset)
        self.seen = self._seen()

    def _seen(self) -> Seen | None:
        if SEEN not in self.words:
            return None
        shown = {name: {*digits} for name, digits in _read(self.words.get(SEEN, "")).items()}
        owned = {name: {*map(mark, texts)} for name, texts in _read(self.words.get(UNSURE, "")).items()}
        verb, _space, rest = self.words.get("choice", "").partition(" ")
        digits, _space, chosen = rest.partition(" ")
        if verb == "mine":  # what was stored then is overwritten knowingly
            owned.setdefault(chosen, set()).add(digits.strip("-"))
        elif verb == "theirs" and chosen in self.fields:  # what is typed here counts as not typed
            shown.setdefault(chosen, {""}).add(mark(self.fields[chosen].value()))
        return Seen(*({name: frozenset(digits) for name, digits in marks.items()} for marks in (shown, owned)))

    def values(self) -> dict[str, Any]:
        """What is right in the form; of a page that saves by itself, only what it sent."""
        if self.form is None:
            return {}
        cleaned: dict[str, Any] = self.form.cleaned_data
        return {name: value for name, value in cleaned.items() if not self.alone or name in self.words}

    def rows(self) -> list[dict[str, Any]]:
        """What is right in the rows, which are always sent whole."""
        return self.formset.rows() if self.formset else []

    def errors(self) -> dict[str, list[str]]:
        """What is wrong with what was sent, by the names that the page has."""
        found = {
            field.html_name: [str(error) for error in field.errors] for field in self.fields.values() if field.errors
        }
        return {name: errors for name, errors in found.items() if not self.alone or name in self.words}

    def others(self) -> list[str]:
        """What is wrong and belongs to no field."""
        general = [*self.form.non_field_errors()] if self.form else []
        if self.formset:
            general += [*self.formset.non_form_errors(), *(e for row in self.formset for e in row.non_field_errors())]
        return [str(error) for error in general]

    def refresh(self, kept: Kept) -> None:
        """Show what another page saved where nobody typed here; the page drawn again knows it."""
        for name, stored in kept.elsewhere.items():
            form, html_name = self.fields[name].form, self.fields[name].html_name
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data[html_name] = plain(stored)  # type: ignore[index]
            kept.settled[name] = mark(stored)

    def seen_now(self, kept: Kept | None) -> str:
        """The record for the same page drawn again: what was settled is known, what was not still isn't."""
        old = _read(self.words.get(SEEN, ""))
        new = {name: [digits] for name, digits in kept.settled.items()} if kept else {}
        return json.dumps({name: digits for name, digits in {**old, **new}.items() if digits != [""]})


def told(field: BoundField, stored: object) -> dict[str, str]:
    """A stored value for the page: as it reads, and its mark."""
    shown = field.field.widget.format_value(field.field.prepare_value(stored))
    return {"stored": plain(shown), "mark": mark(stored) or "-"}
