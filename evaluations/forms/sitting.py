"""What members type in the session: a vote to open, a voice, and what goes with their signature."""

from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.models import PanelMember, Voice
from notices.reauthentication import Way


class VoteForm(forms.Form):
    """The place proposed for a file, and why."""

    to_rank = forms.IntegerField(
        label=_("Rang proposé"), min_value=1, widget=forms.NumberInput({"class": "form-number"})
    )
    motive = forms.CharField(
        label=_("Motif"),
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Il figure au procès-verbal."),
    )


class VoiceForm(forms.Form):
    """One member's voice."""

    voice = forms.ChoiceField(label=_("Votre vote"), choices=Voice.choices, widget=forms.RadioSelect)


class CodeForm(forms.Form):
    """The fresh code that proves who signs."""

    code = forms.CharField(
        label=_("Code reçu par courriel"),
        max_length=20,
        required=False,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
        help_text=_("Demandez-le ci-dessous : il prouve que c’est bien vous, à cet instant."),
    )

    def speak(self, way: Way) -> Self:
        """Ask for the code that this person has: their application's, or a recovery code; the mail's to who has neither."""
        if way.by_mail:
            return self
        field = self.fields["code"]
        field.label = _("Code de votre application") if way.application else _("Code de secours")
        field.help_text = _("Il prouve que c’est bien vous, à cet instant. Un code de secours le remplace.")
        if not way.application:
            field.help_text = _("Votre clé d’accès en dispense : il ne sert que si elle n’est pas à portée de main.")
        return self


class SignatureForm(CodeForm):
    """A member's signature, or refusal, of the minutes."""

    read = forms.BooleanField(label=_("J’ai lu le procès-verbal en entier."), required=False)
    words = forms.CharField(
        label=_("Observation, ou motifs d’un refus"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_(
            "Facultative si vous signez, obligatoires si vous refusez. Ces mots figurent sur la page des signatures."
        ),
    )
    field_order = ("read", "words", "code")


class UnableForm(CodeForm):
    """The chair's word that a member can't sign."""

    prefix = "unable"
    member = forms.ModelChoiceField(label=_("Membre empêché"), queryset=PanelMember.objects.none())
    words = forms.CharField(label=_("Ce qui l’empêche"), max_length=2000, required=False)
    field_order = ("member", "words", "code")

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]


class RenunciationForm(forms.Form):
    """How a candidate renounced, or why."""

    reason = forms.CharField(label=_("Motif"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3}))
