"""HR's forms on a campaign itself: its cancellation, its incidents, who answers a recourse."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import dateformat, timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.models import Incident, Objection
from applications.policy_exchanges import may_be_given
from postings.cancelling import REASON_LENGTH
from postings.models import Posting


def add_refusal(form: forms.Form, error: ValidationError) -> None:
    """An act's refusal beside its field; at the top what concerns no field of this form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


class CancellationForm(forms.Form):
    """Why a posting is cancelled."""

    reason = forms.CharField(
        label=_("Motif de l’annulation"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Publié sur la page de l’avis, inscrit au registre et envoyé à chaque candidat. Ne nommez personne."
        ),
    )


def _moment(label: Any, *, required: bool = True, help_text: Any = "") -> forms.SplitDateTimeField:
    day = {"type": "date", "aria-label": _("%(what)s : jour") % {"what": label}}
    hour = {"type": "time", "step": "60", "aria-label": _("%(what)s : heure") % {"what": label}}
    widget = forms.SplitDateTimeWidget(date_attrs=day, time_attrs=hour, date_format="%Y-%m-%d", time_format="%H:%M")
    return forms.SplitDateTimeField(label=label, required=required, help_text=help_text, widget=widget)


def _words(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, max_length=4000, widget=widget, help_text=help_text)


def _said(instant: datetime) -> str:
    return dateformat.format(timezone.localtime(instant), "j F Y à H\u00a0\\h\u00a0i")


class ExtensionField(forms.ModelChoiceField):
    """An extension, by its two hours at Casablanca."""

    def label_from_instance(self, obj: Any) -> str:
        return _("du %(old)s au %(new)s") % {"old": _said(obj.previous), "new": _said(obj.closes_at)}


class IncidentForm(forms.Form):
    """An incident, or what corrects one. The words name nobody: they stand for good."""

    began_at = _moment(_("Début"), help_text=_("Heure du Maroc."))
    ended_at = _moment(_("Fin"), required=False, help_text=_("Laissez vide tant que l’incident dure."))
    what = _words(
        _("Ce qui s’est passé"),
        _("Ces mots ne s’effacent pas et ne se corrigent que par une autre ligne : ne nommez aucun candidat."),
    )
    affected = _words(
        _("Qui a été touché"), _("Par exemple : les candidats qui déposaient entre 15 h 40 et 16 h 05 ; ou personne.")
    )
    done = _words(_("Ce qui a été fait"))
    extension = ExtensionField(
        label=_("Report décidé à la suite"), queryset=None, required=False, empty_label=_("Aucun report")
    )

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["extension"].queryset = posting.extensions.all()  # type: ignore[attr-defined]

    @classmethod
    def of(cls, incident: Incident) -> "IncidentForm":
        """The form that corrects one: with its words, to be changed."""
        names = ("began_at", "ended_at", "what", "affected", "done", "extension")
        return cls(posting=incident.posting, initial={name: getattr(incident, name) for name in names})


class AssignmentForm(forms.Form):
    """Which officer answers a recourse: never who took the act that it disputes."""

    officer: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Confier la réponse à"), queryset=None, empty_label=_("Choisissez une personne")
    )

    def __init__(self, *args: Any, objection: Objection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = [user.pk for user in User.objects.filter(is_active=True) if may_be_given(user, objection)]
        self.fields["officer"].queryset = User.objects.filter(pk__in=able).order_by("full_name")  # type: ignore[attr-defined]
