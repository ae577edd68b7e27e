"""Drawing a step, and saving it by its button or by itself. What is typed comes back, whatever happens."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.views_kept_words import is_autosave, words_of
from applications import policy
from applications.completeness import Step
from applications.drafts import NotEditable
from applications.forms import BaseRows
from applications.merging import Kept
from applications.models import Application
from applications.states import State
from applications.views.page import show, step_after
from applications.views.sent import SEEN, UNSURE, Sent, fields_of, marks_drawn, told

Save = Callable[[Sent], Kept]


@dataclass
class StepPage:
    """One step of one file, as it is asked for or sent."""

    request: HttpRequest
    application: Application
    step: Step
    form: forms.BaseForm | None = None
    formset: BaseRows | None = None

    def draw(self, status: int = 200, kept: Kept | None = None) -> HttpResponse:
        """The page; bound, it shows what was typed."""
        parts = [part for part in (self.form, *(self.formset.forms if self.formset else [])) if part]
        editable = policy.may_edit(self.application)
        for part in parts if not editable else ():
            for field in part.fields.values():
                field.disabled = not part.is_bound
        words = words_of(self.request)
        fields = fields_of(self.form, self.formset)
        context = {
            "form": self.form,
            "formset": self.formset,
            "faulty": [part for part in parts if part.is_bound and part.errors],
            "conflicts": kept.conflicts if kept else {},
            "autosave_key": self.key,
            SEEN: self._seen(words, kept) if words is not None else json.dumps(marks_drawn(fields)),
            UNSURE: words.get(UNSURE, "") if words is not None else "",
        }
        return show(self.request, self.application, f"{self.step}.html", current=self.step, status=status, **context)

    def _seen(self, words: QueryDict, kept: Kept | None) -> str:
        return Sent(words, self.form, self.formset).seen_now(kept) if SEEN in words else ""

    @property
    def key(self) -> str:
        """The name of this page's notes on the device: it tells whose they are."""
        return f"{self.step}-{self.application.dossier_code}-{self.application.candidate.public_id}"

    def keep(self, save: Save, onward: str = "", *, partly: bool = False) -> HttpResponse:
        """Save what was sent; ``onward`` is where to go then.

        The button saves all or, when something is wrong, nothing (422); a page that saves by itself, and one that only
        changes its rows (``partly``), save what is right.
        """
        judged = [part.is_valid() for part in (self.form, self.formset) if part is not None]
        sent = Sent(self.request.POST, self.form, self.formset, alone=is_autosave(self.request))
        partly = partly or sent.alone or "choice" in sent.words
        if not all(judged) and not partly:
            return self.draw(422)
        try:
            kept = save(sent)
        except ValidationError as error:
            return self._refused(sent, " ".join(error.messages), 422)
        except NotEditable:
            self.application.refresh_from_db()
            return self._refused(sent, _not_editable(self.application), 409)
        self._tell(sent, kept)
        errors = sent.errors()
        if sent.alone:
            return _answer(sent, kept, errors)
        if errors or sent.others() or kept.faults:
            sent.refresh(kept)
            return self.draw(409 if kept.conflicts else 422, kept)
        return self._saved(onward)

    def _refused(self, sent: Sent, words: str, status: int) -> HttpResponse:
        if sent.alone:
            return JsonResponse({"errors": {}, "message": words}, status=status)
        messages.error(self.request, words)
        return self.draw(status)

    def _tell(self, sent: Sent, kept: Kept) -> None:
        """Put what could not be kept beside its field."""
        changed = _changed_words(kept)
        for name, field in sent.fields.items():
            words = kept.faults.get(name) or (changed if name in kept.conflicts else "")
            if words:
                field.form.add_error(field.name, words)
            if name in kept.conflicts:
                conflict = {"alias": name, **told(field, kept.conflicts[name])}
                field.field.conflict = conflict  # type: ignore[attr-defined]
        if not sent.alone:
            for name in kept.faults.keys() - sent.fields.keys():
                messages.error(self.request, kept.faults[name])

    def _saved(self, onward: str) -> HttpResponse:
        words = _("Enregistré. Votre dossier reste un brouillon tant que vous ne l’avez pas déposé.")
        messages.success(self.request, words, extra_tags=self.key)
        if not onward:
            step = step_after(self.step) if "continue" in self.request.POST else self.step
            onward = reverse(f"applications:{step}", args=[self.application.posting.slug])
        return redirect(onward)


def _not_editable(application: Application) -> str:
    if application.state == State.DRAFT:
        return _("Rien n’a été enregistré : la date limite est passée. Ce que vous aviez saisi reste affiché ici.")
    return _(
        "Rien n’a été enregistré : ce dossier ne peut plus être modifié. Ce que vous aviez saisi reste affiché ici."
    )


def _changed_words(kept: Kept) -> str:
    today = timezone.localdate(kept.before) == timezone.localdate(kept.at)
    return render_to_string("applications/_changed.txt", {"before": kept.before, "today": today}).strip()


def _answer(sent: Sent, kept: Kept, errors: dict[str, list[str]]) -> HttpResponse:
    """What a page that saves by itself is told: docs/design.md."""
    shown: dict[str, BoundField] = {sent.fields[name].html_name: sent.fields[name] for name in kept.conflicts}
    answer = {
        "saved_at": kept.at.isoformat(),
        "errors": errors,
        "conflicts": {
            name: render_to_string("applications/_conflict.html", {"field": field}) for name, field in shown.items()
        },
        "seen": kept.settled,
    }
    if shown:
        answer["message"] = _("Deux versions d’un même champ : choisissez laquelle garder.")
    return JsonResponse(answer, status=422 if errors else 200)
