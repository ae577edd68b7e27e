"""HR's forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models.events import Ground

DAY: dict[str, Any] = {"type": "date", "aria-label": _("Jour de la nouvelle date limite")}
HOUR: dict[str, Any] = {"type": "time", "step": "60", "aria-label": _("Heure de la nouvelle date limite")}


class RefusalForm(forms.Form):
    """Why a file is not admissible."""

    ground = forms.ChoiceField(label=_("Motif"), choices=[("", _("Choisissez un motif")), *Ground.choices])
    reason = forms.CharField(
        label=_("Motivation"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Le candidat lira ces mots dans sa lettre."),
    )


class ExtensionForm(forms.Form):
    """A later deadline, with its reason."""

    closes_at = forms.SplitDateTimeField(
        label=_("Nouvelle date limite"),
        help_text=_("Heure du Maroc. Un report ne peut que retarder la date limite."),
        widget=forms.SplitDateTimeWidget(date_attrs=DAY, time_attrs=HOUR),
    )
    reason = forms.CharField(
        label=_("Motif du report"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Publié sur l'avis et envoyé à toute personne qui a un brouillon."),
    )
    incident = forms.BooleanField(
        label=_("La date limite est passée : un incident constaté justifie le report"), required=False
    )
