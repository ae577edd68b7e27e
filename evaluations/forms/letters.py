"""What HR types about the letters: when they leave, and the words that they are made with."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.forms.interviews import DateInput, DayField, TimeInput


class ReleaseForm(forms.Form):
    """A day and an hour in the institution's zone; neither: as soon as the hold is over."""

    day = DayField(label=_("Jour du départ"), required=False, widget=DateInput)
    hour = forms.TimeField(
        label=_("Heure du départ"),
        required=False,
        widget=TimeInput,
        help_text=_("Heure de Casablanca. Sans jour ni heure, les lettres partent dès la fin du délai de rappel."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and bool(cleaned.get("day")) != (cleaned.get("hour") is not None):
            self.add_error(
                "hour" if cleaned.get("day") else "day", _("Indiquez le jour et l’heure, ou aucun des deux.")
            )
        return cleaned

    def release_at(self) -> datetime | None:
        """The instant that was typed; None where none was."""
        if not self.cleaned_data["day"]:
            return None
        return timezone.make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data["hour"]))


class WordsForm(forms.Form):
    """A version of a text, as HR writes it."""

    opening = forms.CharField(
        label=_("Annonce"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "true"}),
        help_text=_("Un seul paragraphe : le message et la lettre le disent tous deux, en premier."),
    )
    sequel = forms.CharField(
        label=_("Suite"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "true"}),
        help_text=_("Dans la lettre seule, après l’annonce. Une ligne vide sépare deux paragraphes."),
    )


class PostForm(forms.Form):
    """The day on which ticked letters were put in the post."""

    letters = forms.MultipleChoiceField(
        label=_("Lettres postées"), error_messages={"required": _("Cochez les lettres que vous avez postées.")}
    )
    posted_on = DayField(label=_("Jour du dépôt à la poste"), widget=DateInput)
    reference = forms.CharField(label=_("Numéro d’envoi recommandé, s’il y en a un"), max_length=60, required=False)

    def __init__(self, *args: Any, waiting: list[int], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["letters"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the type alone
        field.choices = [(str(pk), str(pk)) for pk in waiting]
