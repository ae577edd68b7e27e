"""What HR types to set interviews."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.states import State
from evaluations.models import Interview
from journal import clock
from postings.models import Posting


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class DayField(forms.DateField):
    """A day within a year of now: a slip of the year is asked about, and none is beyond the calendar."""

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and abs(day - timezone.localdate(clock.now())) > timedelta(days=366):
            raise ValidationError(_("Vérifiez l'année."))
        return day


def _instant(cleaned: dict[str, Any]) -> datetime:
    """The day and hour that were typed, in the institution's zone."""
    return timezone.make_aware(datetime.combine(cleaned["day"], cleaned["hour"]))


class _Somewhere(forms.Form):
    """A length, and a place or a link."""

    minutes = forms.IntegerField(label=_("Durée de chaque entretien, en minutes"), min_value=20, max_value=240)
    place = forms.CharField(label=_("Lieu"), max_length=200, required=False)
    link = forms.URLField(label=_("Lien de visioconférence"), required=False, assume_scheme="https")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("place") and not cleaned.get("link") and not self.errors.get("link"):
            self.add_error("place", _("Indiquez un lieu, ou un lien de visioconférence."))
        return cleaned


class SlotsForm(_Somewhere):
    """Several slots of one day, one after the other."""

    day = DayField(label=_("Jour"), widget=DateInput())
    hour = forms.TimeField(
        label=_("Heure du premier entretien"), widget=TimeInput(), help_text=_("À l'heure de Casablanca.")
    )
    count = forms.IntegerField(label=_("Nombre de créneaux"), min_value=1, max_value=20)
    pause = forms.IntegerField(label=_("Pause entre deux, en minutes"), min_value=0, max_value=120, initial=10)
    lunch_from = forms.TimeField(label=_("Pause de midi, de"), required=False, widget=TimeInput())
    lunch_until = forms.TimeField(
        label=_("Pause de midi, à"),
        required=False,
        widget=TimeInput(),
        help_text=_("Facultative : aucun créneau ne la touche, la suite reprend après."),
    )
    field_order = ("day", "hour", "count", "minutes", "pause", "lunch_from", "lunch_until", "place", "link")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        begins, ends = cleaned.get("lunch_from"), cleaned.get("lunch_until")
        if bool(begins) != bool(ends) and not {"lunch_from", "lunch_until"} & set(self.errors):
            self.add_error(
                "lunch_until" if begins else "lunch_from", _("Donnez les deux heures de la pause, ou aucune.")
            )
        elif begins and ends and ends <= begins:
            self.add_error("lunch_until", _("La pause finit après avoir commencé."))
        if not self.errors and timezone.localdate(self.starts()[-1]) != cleaned["day"]:
            self.add_error("count", _("Cette série dépasse la journée : réduisez le nombre de créneaux."))
        return cleaned

    def starts(self) -> list[datetime]:
        """When each slot begins, one after the other; none that touches the pause at midday."""
        cleaned = self.cleaned_data
        length, pause = timedelta(minutes=cleaned["minutes"]), timedelta(minutes=cleaned["pause"])
        lunch = self._lunch()
        starts: list[datetime] = []
        next_one = _instant(cleaned)
        while len(starts) < cleaned["count"]:
            if lunch and next_one < lunch[1] and next_one + length > lunch[0]:
                next_one = lunch[1]
            starts.append(next_one)
            next_one += length + pause
        return starts

    def _lunch(self) -> tuple[datetime, datetime] | None:
        cleaned = self.cleaned_data
        if not cleaned.get("lunch_from") or not cleaned.get("lunch_until"):
            return None
        begins, ends = (
            _instant({"day": cleaned["day"], "hour": cleaned[name]}) for name in ("lunch_from", "lunch_until")
        )
        return begins, ends


class RescheduleForm(_Somewhere):
    """Another time for an interview, and why."""

    day = DayField(label=_("Nouveau jour"), widget=DateInput())
    hour = forms.TimeField(label=_("Nouvelle heure"), widget=TimeInput(), help_text=_("À l'heure de Casablanca."))
    reason = forms.CharField(
        label=_("Motif du report"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Le candidat lira ces mots."),
    )
    field_order = ("day", "hour", "minutes", "place", "link", "reason")

    def starts_at(self) -> datetime:
        return _instant(self.cleaned_data)


class CandidateChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.dossier_code} – {obj.full_name}"


class GiveSlotForm(forms.Form):
    """Who is heard in a free slot."""

    application = CandidateChoice(label=_("Candidat"), queryset=Application.objects.none())

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["application"].queryset = waiting_for_a_slot(posting)  # type: ignore[attr-defined]


def waiting_for_a_slot(posting: Posting) -> Any:
    """The shortlisted who have no interview yet."""
    found = Application.objects.filter(posting=posting, state=State.SHORTLISTED, interview=None)
    return found.order_by("family_name", "given_names")


def reschedule_initial(interview: Interview) -> dict[str, Any]:
    """The form as it opens: the interview as it stands."""
    local = timezone.localtime(interview.starts_at)
    return {
        "day": local.date(),
        "hour": local.time(),
        "minutes": interview.minutes,
        "place": interview.place,
        "link": interview.link,
    }


class ChoiceForm(forms.Form):
    """The slot that a candidate takes instead of theirs."""

    slot = forms.UUIDField(
        label=_("Créneaux libres"),
        error_messages={
            "required": _("Choisissez un créneau."),
            "invalid": _("Choisissez un des créneaux de la liste."),
        },
    )


class UnavailabilityForm(forms.Form):
    """What keeps a candidate from coming, to HR alone."""

    reason = forms.CharField(
        label=_("Ce qui vous empêche, et quand vous pourriez venir"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_(
            "Seul le Bureau des recrutements lit ces mots ; le jury ne les voit pas. 1 000 caractères au plus."
        ),
    )
