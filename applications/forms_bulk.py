"""What each act on many files needs to know."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.exchanges.pieces import MOST_DAYS
from applications.models import BulkAct, BulkRun
from applications.officers import officers


class TermsForm(forms.Form):
    """The fields of the run's act, and no other."""

    officer = forms.TypedChoiceField(label=_("Confier à"), coerce=int, empty_value=None)
    officers = forms.TypedMultipleChoiceField(
        label=_("Répartir également entre"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    requirement = forms.TypedChoiceField(label=_("Pièce"), coerce=int, empty_value=None)
    message = forms.CharField(
        label=_("Message"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Le même pour tous : n’y mettez rien qui ne vaille que pour une personne."),
    )
    days = forms.IntegerField(label=_("Délai, en jours entiers"), min_value=1, max_value=MOST_DAYS)

    NEEDED = {
        BulkAct.ADMIT: (),
        BulkAct.ASSIGN: ("officer",),
        BulkAct.SHARE: ("officers",),
        BulkAct.ASK: ("requirement", "message", "days"),
    }

    def __init__(self, run: BulkRun, data: Any = None) -> None:
        super().__init__(data, initial={"days": run.posting.piece_days})
        people = [(officer.pk, str(officer)) for officer in officers()]
        choices: dict[str, list[tuple[Any, Any]]] = {
            "officer": [("", _("Choisissez un agent")), *people],
            "officers": people,
            "requirement": [
                ("", _("Choisissez une pièce")),
                *((row.pk, row.label) for row in run.posting.requirements.all()),
            ],
        }
        for name in list(self.fields):
            if name not in self.NEEDED[BulkAct(run.act)]:
                del self.fields[name]
            elif name in choices:
                self.fields[name].choices = choices[name]  # type: ignore[attr-defined]
