"""HR's forms."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.checklist import Line
from applications.models import Verdict
from applications.models.events import Ground
from applications.officers import officers

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


class NoteForm(forms.Form):
    """An internal note."""

    prefix = "note"
    text = forms.CharField(
        label=_("Nouvelle note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Pour le bureau seul. Une note ne se corrige pas : ajoutez-en une autre."),
    )


class ReopeningForm(forms.Form):
    """Why an examination is begun again."""

    prefix = "reouverture"
    reason = forms.CharField(
        label=_("Motif de la réouverture"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class SendingBackForm(forms.Form):
    """Why a proposed refusal is sent back."""

    prefix = "renvoi"
    remark = forms.CharField(
        label=_("Remarque pour son auteur"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class OfficerForm(forms.Form):
    """Who looks after a file."""

    officer = forms.ModelChoiceField(
        label=_("Confier à"), queryset=User.objects.none(), required=False, empty_label=_("personne")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = officers()  # type: ignore[attr-defined]


class ChecklistForm(forms.Form):
    """Two fields a line: what was found, and a remark. The act says what won't do."""

    def __init__(self, lines: Iterable[Line], data: Any = None) -> None:
        super().__init__(data)
        for line in lines:
            verdict = forms.ChoiceField(
                label=_("Constat : %(line)s") % {"line": line.label},
                choices=[("", _("non examiné")), *Verdict.choices],
                required=False,
                initial=line.check.verdict if line.check else "",
            )
            remark = forms.CharField(
                label=_("Remarque : %(line)s") % {"line": line.label},
                required=False,
                initial=line.check.remark if line.check else "",
                widget=forms.TextInput(attrs={"placeholder": _("Remarque")}),
            )
            self.fields |= {line.code: verdict, f"{line.code}-remarque": remark}

    def found(self) -> dict[str, tuple[str, str]]:
        """Verdict and remark by the line's code, of the lines that were sent."""
        codes = [name for name in self.fields if not name.endswith("-remarque") and name in self.data]
        values = self.cleaned_data
        return {code: (values.get(code, ""), values.get(f"{code}-remarque", "")) for code in codes}


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
