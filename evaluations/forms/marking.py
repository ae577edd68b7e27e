"""A member's sheet as a form: one mark and one comment for each criterion, saved field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluations.models import Score, ScoreSheet
from evaluations.scoring import (
    APPRECIATION_LENGTH,
    COMMENT_LENGTH,
    NOTE_LENGTH,
    parse_mark,
    save_appreciation,
    save_note,
    save_score,
    wants_comment,
)
from postings.models import Criterion, InterviewQuestion, Question, Stage


class MarkInput(forms.TextInput):
    """Text, not a number field: those refuse the decimal comma, and change when a finger scrolls over them."""

    def __init__(self) -> None:
        attributes = {
            "inputmode": "decimal",
            "autocomplete": "off",
            "maxlength": 5,
            "data-mark": "",
            "class": "form-control",
        }
        super().__init__(attributes)


class MarkField(forms.CharField):
    """0 to 20 by half points, with a comma or a point; empty as long as there is no mark."""

    def prepare_value(self, value: Any) -> Any:
        return mark_text(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        try:
            return parse_mark(value)
        except ValidationError as error:
            raise ValidationError(error.messages) from error


def _notes(rows: int, limit: int) -> forms.CharField:
    widget = forms.Textarea({"rows": rows, "class": "form-control", "maxlength": limit})
    return forms.CharField(label=_("Commentaire"), widget=widget, required=False, max_length=limit, strip=False)


def note_name(question: InterviewQuestion) -> str:
    """The field of a member's notes on a question."""
    return f"note-{question.position}"


def _asked(sheet: ScoreSheet) -> list[InterviewQuestion]:
    """What is asked of every candidate in interview, in the same order for all; nothing on a blind sheet."""
    if sheet.stage != Stage.INTERVIEW:
        return []
    return list(InterviewQuestion.objects.filter(posting_id=sheet.application.posting_id).order_by("position"))


@dataclass(frozen=True)
class Row:
    """What the page shows of one criterion."""

    criterion: Criterion
    questions: list[tuple[Question, str]]
    value: forms.BoundField
    comment: forms.BoundField
    #: Whether the kept mark is so low or so high that the posting wants a comment beside it.
    wants_comment: bool
    commented: bool
    heard: list[tuple[InterviewQuestion, forms.BoundField]] = field(default_factory=list)

    @property
    def lacks_comment(self) -> bool:
        return self.wants_comment and not self.commented

    @property
    def percent(self) -> str:
        """The weight in hundredths: « 25 », « 12,5 »."""
        return mark_text(self.criterion.weight * 100)

    @property
    def anchors(self) -> list[tuple[str, str]]:
        return sorted(self.criterion.anchors.items(), key=lambda pair: Decimal(pair[0]))


class SheetForm(forms.Form):
    """All of one sheet. Posted in part (autosave) or whole; what is absent stands as it is kept."""

    def __init__(self, sheet: ScoreSheet, posted: Mapping[str, Any] | None = None) -> None:
        self.sheet = sheet
        self.scores: list[Score] = list(
            sheet.scores.select_related("criterion").prefetch_related("criterion__questions")
        )
        kept: dict[str, Any] = {"appreciation": sheet.appreciation}
        for score in self.scores:
            kept |= {
                f"value-{score.criterion.code}": mark_text(score.value),
                f"comment-{score.criterion.code}": score.comment,
            }
        self.asked = _asked(sheet)
        noted = dict(sheet.notes.values_list("question_id", "text")) if self.asked else {}
        kept |= {note_name(question): noted.get(question.pk, "") for question in self.asked}
        data = None if posted is None else {name: posted.get(name, value) for name, value in kept.items()}
        super().__init__(data, initial=kept)
        for score in self.scores:
            code = score.criterion.code
            self.fields[f"value-{code}"] = MarkField(label=score.criterion.label, required=False, widget=MarkInput())
            self.fields[f"comment-{code}"] = _notes(2, COMMENT_LENGTH)
        for question in self.asked:
            self.fields[note_name(question)] = _notes(2, NOTE_LENGTH)
            self.fields[note_name(question)].label = _("Mes notes")
        self.fields["appreciation"] = _notes(4, APPRECIATION_LENGTH)
        self.fields["appreciation"].label = _("Appréciation générale")

    def rows(self, answers: Mapping[int, str] = MappingProxyType({})) -> list[Row]:
        """One for each criterion, its questions with the candidate's ``answers`` by the question's key."""
        return [self._row(score, answers) for score in self.scores]

    def _row(self, score: Score, answers: Mapping[int, str]) -> Row:
        criterion = score.criterion
        questions = [(question, answers.get(question.pk, "")) for question in criterion.questions.all()]
        heard = [(asked, self[note_name(asked)]) for asked in self.asked if asked.criterion_id == criterion.pk]
        value, comment = self[f"value-{criterion.code}"], self[f"comment-{criterion.code}"]
        wanted = wants_comment(self.sheet.application.posting, score.value)
        return Row(criterion, questions, value, comment, wanted, bool(score.comment.strip()), heard)

    def save(self, *, by: User) -> datetime | None:
        """Keep every field that changed and is right, whatever the others; returns when, if anything was kept.

        Raises what :func:`evaluations.scoring.save_score` raises.
        """
        self.is_valid()
        saved_at = self.sheet.saved_at
        for score in self.scores:
            names = value, comment = f"value-{score.criterion.code}", f"comment-{score.criterion.code}"
            if self._changed(*names):
                saved_at = save_score(
                    sheet=self.sheet,
                    criterion=score.criterion,
                    value=self.cleaned_data.get(value, score.value) if value not in self.errors else score.value,
                    comment=self.cleaned_data.get(comment, score.comment),
                    by=by,
                )
        for question in self.asked:
            if self._changed(note_name(question)):
                text = self.cleaned_data[note_name(question)]
                saved_at = save_note(sheet=self.sheet, question=question, text=text, by=by)
        if self._changed("appreciation"):
            saved_at = save_appreciation(sheet=self.sheet, text=self.cleaned_data["appreciation"], by=by)
        return saved_at

    def _changed(self, *names: str) -> bool:
        return any(name in self.changed_data and name not in self.errors for name in names)


def mark_text(value: Decimal | None) -> str:
    """A kept mark as it is typed: « 13,5 », or nothing."""
    return "" if value is None else number_format(value.normalize(), use_l10n=True)
