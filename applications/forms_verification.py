"""The form that takes a document to verify."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from applications.verification import MAX_BYTES


class DocumentForm(forms.Form):
    """One PDF, looked at and forgotten."""

    file = forms.FileField(
        label=_("Le document (PDF)"),
        allow_empty_file=True,
        help_text=_(
            "Le fichier tel que vous l’avez reçu ou téléchargé, sans l’avoir ouvert et réenregistré. 10 Mo au plus."
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf", "class": "form-control"}),
        error_messages={"required": _("Choisissez le document à vérifier.")},
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if not file.size:
            raise ValidationError(_("Ce fichier est vide."))
        if file.size > MAX_BYTES:
            raise ValidationError(_("Ce fichier dépasse 10 Mo : aucun document que nous délivrons n’est aussi gros."))
        return file
