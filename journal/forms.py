"""The form that takes a proof."""

import re
from hashlib import sha256
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


class ComparisonForm(forms.Form):
    """A manifest, or its hash; ``cleaned_data["digest"]`` is the SHA-256 to compare."""

    MAX_BYTES = 1_000_000

    manifest = forms.FileField(
        label=_("Le manifeste du dossier"),
        required=False,
        allow_empty_file=True,
        help_text=_("Le fichier manifeste-….json, tel que téléchargé."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json", "class": "form-control"}),
    )
    digest = forms.CharField(
        label=_("ou son empreinte"),
        required=False,
        max_length=200,
        help_text=_("64 caractères ; les espaces ne comptent pas."),
        widget=forms.TextInput(
            attrs={"class": "form-control", "spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"}
        ),
    )

    def clean_manifest(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["manifest"]
        if file is not None and (file.size or 0) > self.MAX_BYTES:
            raise ValidationError(_("Ce fichier est trop gros pour être un manifeste."))
        return file

    def clean_digest(self) -> str:
        text = re.sub(r"\s", "", self.cleaned_data["digest"]).lower()
        if text and not re.fullmatch(r"[0-9a-f]{64}", text, re.ASCII):
            raise ValidationError(_("Une empreinte a 64 caractères, chiffres de 0 à 9 et lettres de a à f."))
        return text

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            file = self.cleaned_data["manifest"]
            if file is not None:
                self.cleaned_data["digest"] = sha256(file.read()).hexdigest()
            elif not self.cleaned_data["digest"]:
                raise ValidationError(_("Choisissez le manifeste, ou collez son empreinte."))
        return self.cleaned_data
