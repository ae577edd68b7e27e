"""What passes between a candidate and HR, as each types it. The acts say what won't do."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from applications.checking import PHOTOS_BYTES
from applications.exchanges.contact import CONTACT_FIELDS, version_of
from applications.exchanges.pieces import MOST_DAYS
from applications.forms import CodeField, Text
from applications.forms_upload import PDF_TYPES, PHOTO_TYPES, Files, Parts
from applications.models import Application, ObjectionOutcome, PieceRequest
from postings.models import Posting


def _helper(*fields: str) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*fields)
    return helper


class Seen(forms.Form):
    """A form that remembers what it was drawn with, so that another tab's words are not overwritten unseen."""

    seen = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def renew(self, seen: str) -> None:
        """Keep what was typed, beside what stands now: the next press is made knowingly."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("seen")] = seen
        self.data = data


class ContactForm(Seen):
    """How to reach the candidate."""

    phone = forms.CharField(
        label=_("Téléphone"),
        max_length=30,
        required=False,
        help_text=_("Avec l’indicatif, par exemple +212 6 12 34 56 78."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    address = Text(
        label=_("Adresse postale"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    city = forms.CharField(
        label=_("Ville"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    helper = _helper("seen", *CONTACT_FIELDS)

    def values(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in CONTACT_FIELDS}


def contact_initial(application: Application) -> dict[str, str]:
    """The form as it opens: the details as they stand."""
    return {name: getattr(application, name) for name in CONTACT_FIELDS} | {"seen": version_of(application)}


class AccommodationForm(Seen):
    """What the candidate needs."""

    needs = Text(
        label=_("Ce dont vous avez besoin"),
        max_length=2000,
        required=False,
        help_text=_(
            "Par exemple : un accès sans escalier, un temps majoré, une interprétation en langue des signes, une pause. "
            "Dites l’aménagement utile ; il n’est pas nécessaire de dire pourquoi."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    helper = _helper("seen", "needs")


class ObjectionForm(forms.Form):
    """Why the candidate contests the decision."""

    grounds = Text(
        label=_("Ce que vous contestez, et pourquoi"),
        max_length=10_000,
        required=False,
        help_text=_("Les faits, les notes ou les règles en cause, et ce que vous demandez."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    helper = _helper("grounds")


class PieceForm(forms.Form):
    """The piece that HR asked for: one PDF, or photos of it where the notice takes them."""

    file = Files(required=False, allow_empty_file=True)
    parts = Parts(required=False)
    helper = _helper("file")

    def __init__(self, *args: Any, request: PieceRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        photos = request.requirement.photos
        self.fields["file"].label = _("Fichier PDF, ou photos de la pièce") if photos else _("Fichier PDF")
        self.fields["file"].widget.attrs |= {"accept": PHOTO_TYPES if photos else PDF_TYPES, "multiple": photos}

    def given(self) -> list[tuple[str, bytes]]:
        """Each file's name and bytes, in the order in which the browser sent them."""
        uploads: list[UploadedFile] = self.cleaned_data["file"]
        if not uploads and not self.cleaned_data["parts"]:
            raise forms.ValidationError(_("Choisissez d’abord un fichier."))
        if sum(upload.size or 0 for upload in uploads) > PHOTOS_BYTES:
            raise forms.ValidationError(_("Ces fichiers sont trop lourds ensemble. Envoyez-en moins à la fois."))
        return [(upload.name or "", upload.read()) for upload in uploads]


class PieceRequestForm(forms.Form):
    """HR asks for a piece."""

    message = Text(
        label=_("Ce que le candidat doit envoyer, et pourquoi"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Le candidat lira ces mots dans un courriel et dans son espace."),
    )
    days = forms.IntegerField(
        label=_("Délai, en jours entiers"),
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_("Le jour de la demande ne compte pas ; le dernier jour compte jusqu’à minuit."),
    )

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"days": posting.piece_days}, **kwargs})
        self.fields["requirement"] = CodeField(
            posting.requirements.all(), to_field_name="code", label=_("Pièce"), empty_label=_("Choisissez une pièce")
        )
        self.order_fields(["requirement", "message", "days"])


class AccommodationAnswerForm(Seen):
    """HR answers what a candidate needs."""

    answer = Text(
        label=_("Réponse"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Le candidat la lira dans son espace. Le courriel qui l’en prévient ne dit rien de sa demande."),
    )


class ObjectionAnswerForm(forms.Form):
    """HR answers a recourse."""

    outcome = forms.ChoiceField(
        label=_("Suite donnée"), choices=[("", _("Choisissez une suite")), *ObjectionOutcome.choices]
    )
    answer = Text(
        label=_("Réponse motivée"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Le candidat lira ces mots dans une lettre."),
    )
