"""The form that takes a proof."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from journal.proofs import MAX_BYTES


class ProofForm(forms.Form):
    """A proof as a file or as text; ``cleaned_data["proof"]`` is what was given, not yet read."""

    file = forms.FileField(
        label=_("Le fichier de preuve"),
        required=False,
        allow_empty_file=True,
        help_text=_("Le fichier .json que vous avez téléchargé."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json", "class": "form-control"}),
    )
    text = forms.CharField(
        label=_("ou son texte"),
        required=False,
        strip=False,
        help_text=_("Ouvrez le fichier, copiez tout et collez-le ici."),
        widget=forms.Textarea(
            attrs={"rows": 6, "class": "form-control", "spellcheck": "false", "autocapitalize": "off"},
        ),
    )

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > MAX_BYTES:
            raise ValidationError(_("Ce fichier est trop gros : une preuve fait quelques kilo-octets."))
        return file

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if len(text) > MAX_BYTES:
            raise ValidationError(_("Ce texte est trop long : une preuve fait quelques milliers de caractères."))
        return text

    def clean(self) -> dict[str, Any]:
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text", "")
        if not self.errors:
            if file is not None:
                self.cleaned_data["proof"] = file.read()
            elif text.strip():
                self.cleaned_data["proof"] = text
            else:
                raise ValidationError(_("Choisissez un fichier de preuve, ou collez son texte."))
        return self.cleaned_data
