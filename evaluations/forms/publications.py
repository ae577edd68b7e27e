"""What HR types to publish a list, or to take one down."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.forms.interviews import DateInput, DayField, TimeInput
from evaluations.models import ListStage


class ListForm(forms.Form):
    """Which list, when, and why where it corrects one."""

    stage = forms.ChoiceField(label=_("Liste"), choices=ListStage.choices)
    day = DayField(label=_("Jour de publication"), widget=DateInput())
    hour = forms.TimeField(label=_("Heure de publication"), widget=TimeInput(), help_text=_("À l'heure de Casablanca."))
    reason = forms.CharField(
        label=_("Motif de la correction"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Seulement pour corriger une liste confirmée. Le public lira ces mots : n’y nommez personne."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "day" in cleaned and "hour" in cleaned:
            naive = datetime.combine(cleaned["day"], cleaned["hour"])
            at = timezone.make_aware(naive)
            if timezone.make_naive(at) != naive:
                raise ValidationError({"hour": _("Cette heure n’existe pas ce jour-là : l’horloge change.")})
            cleaned["at"] = at
        return cleaned


class WithdrawalForm(forms.Form):
    """Why a list is taken down."""

    reason = forms.CharField(
        label=_("Motif du retrait"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Le public lira ces mots : n’y nommez personne."),
    )
