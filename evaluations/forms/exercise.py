"""What HR types of the written exercise, and what a candidate writes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.exercises import LONGEST, SHORTEST, SUBJECT_LENGTH, Annex, Terms
from evaluations.forms.interviews import DateInput, DayField, TimeInput
from evaluations.models import Exercise, Opening
from evaluations.models.exercise import TEXT_LENGTH
from evaluations.subjects import Subject
from journal import clock

#: Documents that the form has room for; a folder loaded by command may have more.
ROOM = 8


class ExerciseForm(forms.Form):
    """The exercise whole: its terms, its subject, and the documents of its file."""

    title = forms.CharField(label=_("Intitulé"), max_length=200)
    minutes = forms.IntegerField(label=_("Durée, en minutes"), min_value=SHORTEST, max_value=LONGEST)
    opening = forms.ChoiceField(label=_("Ouverture"), choices=Opening.choices, widget=forms.RadioSelect())
    day = DayField(label=_("Jour d’ouverture"), widget=DateInput())
    hour = forms.TimeField(label=_("Heure d’ouverture"), widget=TimeInput(), help_text=_("À l’heure de Casablanca."))
    until_day = DayField(
        label=_("Dernier jour pour commencer"),
        widget=DateInput(),
        required=False,
        help_text=_("Seulement si chacun choisit son moment."),
    )
    until_hour = forms.TimeField(label=_("Dernière heure pour commencer"), widget=TimeInput(), required=False)
    instructions = forms.CharField(
        label=_("Consignes"),
        max_length=4000,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Lues par les candidats avant l’épreuve : elles ne disent rien du sujet."),
    )
    subject = forms.CharField(label=_("Sujet"), max_length=SUBJECT_LENGTH, widget=forms.Textarea({"rows": 14}))

    def __init__(self, data: Mapping[str, Any] | None = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        for n in range(1, ROOM + 1):
            self.fields[f"title_{n}"] = forms.CharField(label=_("Titre"), max_length=200, required=False)
            words = forms.CharField(label=_("Texte"), max_length=20_000, required=False)
            words.widget = forms.Textarea({"rows": 8})
            self.fields[f"text_{n}"] = words

    @property
    def documents(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        """The fields of each document, numbered."""
        return [(n, self[f"title_{n}"], self[f"text_{n}"]) for n in range(1, ROOM + 1)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("opening") == Opening.WINDOW and not (cleaned.get("until_day") and cleaned.get("until_hour")):
            self.add_error("until_day", _("Dites jusqu’à quand chacun peut commencer."))
        for n in range(1, ROOM + 1):
            if bool(cleaned.get(f"title_{n}", "").strip()) != bool(cleaned.get(f"text_{n}", "").strip()):
                self.add_error(f"title_{n}", _("Un document a un titre et un texte."))
        return cleaned

    def terms(self) -> Terms:
        cleaned = self.cleaned_data
        window = cleaned["opening"] == Opening.WINDOW
        return Terms(
            minutes=cleaned["minutes"],
            opening=cleaned["opening"],
            opens_at=_instant(cleaned["day"], cleaned["hour"]),
            closes_at=_instant(cleaned["until_day"], cleaned["until_hour"]) if window else None,
        )

    def annexes(self) -> list[Annex]:
        cleaned = self.cleaned_data
        pairs = [(cleaned[f"title_{n}"], cleaned[f"text_{n}"]) for n in range(1, ROOM + 1)]
        return [Annex(title, text) for title, text in pairs if title.strip()]


def _instant(day: Any, hour: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))


def _local(instant: datetime | None, day: str, hour: str) -> dict[str, Any]:
    if instant is None:
        return {}
    local = timezone.localtime(instant)
    return {day: local.date(), hour: local.time()}


def as_kept(exercise: Exercise) -> dict[str, Any]:
    """The form of an exercise as it stands; once sealed, without its subject."""
    documents = [Annex(row["title"], row["text"]) for row in exercise.documents]
    return {
        "title": exercise.title,
        "minutes": exercise.minutes,
        "opening": exercise.opening,
        "instructions": exercise.instructions,
        "subject": exercise.subject,
        **_local(exercise.opens_at, "day", "hour"),
        **_local(exercise.closes_at, "until_day", "until_hour"),
        **_rows(documents),
    }


def as_shipped(subject: Subject) -> dict[str, Any]:
    """The form filled with a subject that ships with the project; its hour is HR's to choose."""
    return {
        "title": subject.title,
        "minutes": subject.minutes,
        "instructions": subject.instructions,
        "subject": subject.subject,
        **blank(),
        **_rows(subject.documents),
    }


def blank() -> dict[str, Any]:
    """What an empty form proposes: one hour for all, in a week."""
    day = timezone.localdate(clock.now()) + timedelta(days=7)
    return {"opening": Opening.TOGETHER, "day": day, "hour": "09:00"}


def _rows(documents: list[Annex]) -> dict[str, str]:
    rows: dict[str, str] = {}
    for n, annex in enumerate(documents[:ROOM], 1):
        rows |= {f"title_{n}": annex.title, f"text_{n}": annex.text}
    return rows


class ExtraTimeForm(forms.Form):
    """How much more time a candidate has: so many minutes, or a share of the length, rounded up to the minute."""

    minutes = forms.IntegerField(label=_("Minutes de plus"), min_value=0, max_value=900, required=False)
    percent = forms.IntegerField(
        label=_("ou pour cent de la durée"),
        min_value=0,
        max_value=150,
        required=False,
        help_text=_("Le tiers temps : 34."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and (cleaned.get("minutes") is None) == (cleaned.get("percent") is None):
            raise ValidationError(_("Indiquez des minutes, ou un pourcentage."))
        return cleaned

    def granted(self, exercise: Exercise) -> int:
        minutes, percent = self.cleaned_data["minutes"], self.cleaned_data["percent"]
        return minutes if minutes is not None else -(-exercise.minutes * percent // 100)


class PaperForm(forms.Form):
    """Where a candidate sits on paper; nothing puts them back online."""

    place = forms.CharField(label=_("Lieu et heure d’accueil"), max_length=200, required=False)


class TranscriptionForm(forms.Form):
    """A composition on paper, copied word for word."""

    text = forms.CharField(
        label=_("Transcription de la copie"), max_length=TEXT_LENGTH, strip=False, widget=forms.Textarea({"rows": 16})
    )
