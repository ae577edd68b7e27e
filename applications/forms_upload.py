"""Files for a requirement, as the page sends them. The acts say what won't do."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from applications.forms import CodeField
from postings.models import Posting


class UploadForm(forms.Form):
    """One file for one requirement, by its code; ``replaces`` names the document whose place it takes."""

    replaces = forms.UUIDField(required=False, widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("Fichier PDF"),
        required=False,  # no asterisk beside the only field
        allow_empty_file=True,  # the act says it better
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requirement"] = CodeField(
            posting.requirements.all(), to_field_name="code", widget=forms.HiddenInput
        )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("requirement", "replaces", "file")

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile | None = self.cleaned_data["file"]
        if upload is None:
            raise ValidationError(_("Choisissez d’abord un fichier."))
        return upload
