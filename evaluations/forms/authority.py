"""What the authority types: an outcome and reasons for each, and why it departs from the jury's order if it does."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from evaluations.decisions import Choice
from evaluations.models import DecisionDraft, DecisionOutcome


def _written(draft: DecisionDraft | None) -> dict[str, Any]:
    """What HR prepared, field by field."""
    if draft is None:
        return {}
    fields: dict[str, Any] = {"departure": draft.departure}
    for choice in draft.choices:
        code = choice["dossier"]
        fields |= {f"{name}_{code}": choice[name] for name in ("outcome", "rank", "reasons")}
    return fields


class DecisionForm(forms.Form):
    """One group of fields for each candidate, in the jury's order."""

    departure = forms.CharField(
        label=_("Motif de l'écart avec l'ordre du jury"),
        max_length=3000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_(
            "À remplir si vous ne suivez pas l'ordre proposé, ou si vous ne retenez personne. "
            "Ces mots restent au dossier de la procédure."
        ),
    )

    def __init__(self, *args: Any, files: list[Application], draft: DecisionDraft | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _written(draft)
        super().__init__(*args, **kwargs)
        self.ranked = files
        for file in files:
            self._add(file)
        self.order_fields([*(name for name in self.fields if name != "departure"), "departure"])

    def _add(self, file: Application) -> None:
        code, name = file.dossier_code, file.full_name
        self.fields[f"outcome_{code}"] = forms.ChoiceField(
            label=_("Décision pour %(name)s") % {"name": name},
            choices=DecisionOutcome.choices,
            widget=forms.RadioSelect,
        )
        self.fields[f"rank_{code}"] = forms.IntegerField(
            label=_("Rang sur la liste complémentaire"),
            min_value=1,
            max_value=len(self.ranked),
            required=False,
            widget=forms.NumberInput({"class": "form-number"}),
        )
        self.fields[f"reasons_{code}"] = forms.CharField(
            label=_("Motifs pour %(name)s") % {"name": name},
            max_length=3000,
            widget=forms.Textarea({"rows": 3}),
            help_text=_("Le candidat lira ces mots dans sa lettre."),
        )

    def groups(self) -> list[dict[str, Any]]:
        """Each candidate with their fields, for the page."""
        names = ("outcome", "rank", "reasons")
        return [
            {"file": file, "fields": [self[f"{name}_{file.dossier_code}"] for name in names]} for file in self.ranked
        ]

    def choices(self) -> list[Choice]:
        """What was chosen; a rank typed beside another outcome than the complementary list is left out."""
        cleaned = self.cleaned_data
        chosen = []
        for code in (file.dossier_code for file in self.ranked):
            outcome = cleaned[f"outcome_{code}"]
            rank = cleaned[f"rank_{code}"] if outcome == DecisionOutcome.RESERVE else None
            chosen.append(Choice(code, outcome, cleaned[f"reasons_{code}"], rank))
        return chosen
