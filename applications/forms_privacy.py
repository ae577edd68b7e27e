"""What a candidate says about their own data."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications import equality


class ErasureRequestForm(forms.Form):
    """A wish for erasure; why is theirs to say or not."""

    message = forms.CharField(
        label=_("Ce que vous souhaitez préciser (facultatif)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class EqualityForm(forms.Form):
    """Four questions, none of which asks for an answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (words, choices) in equality.QUESTIONS.items():
            options = [*choices.choices, ("", _("Je préfère ne pas répondre"))]
            self.fields[name] = forms.ChoiceField(
                label=str(words),
                choices=options,
                required=False,
                initial="",
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
            )


class ErasureAnswerForm(forms.Form):
    """HR's answer, in words."""

    answer = forms.CharField(
        label=_("Réponse au candidat"),
        max_length=2000,
        help_text=_(
            "Dites ce qui est gardé, pourquoi, et jusqu’à quand. Le candidat la reçoit telle quelle, par courriel."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Répondez en quelques mots : le candidat les recevra par courriel.")},
    )
