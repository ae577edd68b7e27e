"""What the chair types: who is there, and what the jury says."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.models import PanelMember
from postings.models import Posting


class MembersChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        role = _("préside") if obj.chair else _("membre extérieur") if obj.outsider else _("membre")
        return f"{obj.user} ({role})"


class AttendanceForm(forms.Form):
    """Who sits."""

    present = MembersChoice(
        label=_("Membres présents"), queryset=PanelMember.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = PanelMember.objects.filter(panel__posting=posting).select_related("user", "panel")
        self.fields["present"].queryset = members  # type: ignore[attr-defined]


class ClosingForm(forms.Form):
    """The jury's appreciation of each, and what its discussion came to."""

    outcome = forms.CharField(
        label=_("Relevé de la discussion"),
        max_length=6000,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Ce que le jury a débattu et ce qu'il en conclut. Ces mots figurent au procès-verbal."),
    )

    def __init__(self, *args: Any, dossiers: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dossiers = dossiers
        for code, name in dossiers.items():
            self.fields[f"appreciation_{code}"] = forms.CharField(
                label=_("Appréciation : %(name)s, dossier %(dossier)s") % {"name": name, "dossier": code},
                max_length=2000,
                widget=forms.Textarea({"rows": 3}),
            )
        self.order_fields([*(f"appreciation_{code}" for code in dossiers), "outcome"])

    def appreciations(self) -> dict[str, str]:
        """The jury's words by dossier code."""
        return {code: self.cleaned_data[f"appreciation_{code}"] for code in self.dossiers}
