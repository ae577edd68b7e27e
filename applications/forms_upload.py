"""Files for a requirement, as the page sends them. The acts say what won't do."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.forms import CodeField
from applications.uploads import MOST
from postings.models import DocumentRequirement, Posting

PDF_TYPES = "application/pdf,.pdf"
PHOTO_TYPES = f"{PDF_TYPES},image/jpeg,image/png,image/heic,image/heif,.jpg,.jpeg,.png,.heic,.heif"


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """The files chosen, in the order in which the browser sent them."""

    widget = SeveralFiles

    def clean(self, data: Sequence[Any] | None, initial: Any = None) -> Any:
        """An empty file is one too: the act says it better."""
        return [super(Files, self).clean(file, initial) for file in data or ()]


class Parts(forms.Field):
    """The files that came in pieces, by their ``public_id``, in the order in which they are to be joined."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Sequence[str] | None) -> list[UUID]:
        try:
            parts = [UUID(one) for one in value or ()]
        except ValueError as error:
            raise ValidationError(_("Cet envoi n’existe plus : choisissez de nouveau le fichier.")) from error
        if len(parts) > MOST or len(set(parts)) < len(parts):
            raise ValidationError(_("Choisissez moins de fichiers à la fois, chacun une seule fois."))
        return parts


class UploadForm(forms.Form):
    """One PDF, or photos of it, for one requirement by its code; ``replaces`` names the document whose place it takes."""

    replaces = forms.UUIDField(required=False, widget=forms.HiddenInput)
    parts = Parts(required=False)
    file = Files(required=False, allow_empty_file=True)

    def __init__(self, *args: Any, posting: Posting, asked: DocumentRequirement | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requirement"] = CodeField(
            posting.requirements.all(), to_field_name="code", widget=forms.HiddenInput
        )
        photos = bool(asked and asked.photos)
        self.fields["file"].label = _("Fichier PDF ou photos") if photos else _("Fichier PDF")
        attributes = {"accept": PHOTO_TYPES if photos else PDF_TYPES, "multiple": photos, "class": "form-control"}
        self.fields["file"].widget.attrs |= attributes

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = self.cleaned_data
        if not self.errors and not values["file"] and not values["parts"]:
            self.add_error("file", _("Choisissez d’abord un fichier."))
        return values
