"""The steps of a draft. Nothing is required here: a draft may be incomplete, and submission says what lacks."""

from datetime import date
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Field, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.draft_rows import CAREER_ROW, REFEREE_ROW, referee_faults
from applications.drafts import CAREER_FIELDS, IDENTITY_FIELDS, POSTS_MAX
from applications.models import Application, CareerEntry, Referee
from journal import clock
from postings.models import Posting


def _field(name: str) -> Field:
    """A field, and under it what another page saved in it meanwhile."""
    return Field(name, template="applications/field.html")


def _helper(*rows: tuple[str, ...] | str) -> FormHelper:
    """Fields in rows of two on a wide page, one under the other on a narrow one; the page writes the form's tag."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    columns = [
        _field(row) if isinstance(row, str) else Row(*(Column(_field(name), css_class="col-md-6") for name in row))
        for row in rows
    ]
    helper.layout = Layout(*columns)
    return helper


class Text(forms.CharField):
    """A long text, whose length is counted as the browser counts it."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str | None:
        # Browsers count a new line as one character and send two.
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class IdentityForm(forms.ModelForm):
    """Who the candidate is, and how to reach them."""

    class Meta:
        model = Application
        fields = IDENTITY_FIELDS
        field_classes = {"address": Text}
        widgets = {
            "family_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "given_names": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "birth_date": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"}),
            "national_id": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "address": forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
            "city": forms.TextInput(attrs={"autocomplete": "address-level2"}),
        }
        help_texts = {
            "national_id": _("Carte nationale d’identité électronique ou passeport."),
            "phone": _("Avec l’indicatif, par exemple +212 6 12 34 56 78."),
        }

    helper = _helper(
        ("given_names", "family_name"), ("birth_date", "nationality"), ("national_id", "phone"), "address", ("city",)
    )

    def clean_birth_date(self) -> date | None:
        born: date | None = self.cleaned_data["birth_date"]
        if born and not 16 <= clock.now().year - born.year <= 100:
            raise ValidationError(_("Vérifiez l’année de votre naissance."))
        return born


class CareerForm(forms.ModelForm):
    """The career in short."""

    class Meta:
        model = Application
        fields = CAREER_FIELDS
        widgets = {"current_position": forms.TextInput(attrs={"autocomplete": "organization-title"})}
        labels = {
            "current_position": _("Fonction actuelle (facultatif)"),
            "current_employer": _("Employeur actuel (facultatif)"),
            "years_of_experience": _("Années d’expérience professionnelle"),
        }

    helper = _helper(("current_position", "current_employer"), ("highest_degree", "years_of_experience"))

    def clean_years_of_experience(self) -> int | None:
        years: int | None = self.cleaned_data["years_of_experience"]
        if years is not None and years > 70:
            raise ValidationError(_("Indiquez un nombre d’années, 70 au plus."))
        return years


class KeyField(forms.UUIDField):
    """The key of a row; a forged one is none."""

    def __init__(self, **kwargs: Any) -> None:
        # No browser may fill it with what it held before.
        super().__init__(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), **kwargs)

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError:
            return None


class RowForm(forms.ModelForm):
    """One row. The act holds its table's constraints: Django would ask the database about them, row by row."""

    key = KeyField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.validate_constraints = lambda exclude=None: None


class PostForm(RowForm):
    """One post held."""

    class Meta:
        model = CareerEntry
        fields = CAREER_ROW
        field_classes = {"duties": Text}
        widgets = {
            "started": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "ended": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "duties": forms.Textarea(attrs={"rows": 4}),
        }
        labels = {
            "started": _("Depuis le"),
            "ended": _("Jusqu’au"),
            "duties": _("Missions (facultatif)"),
        }
        help_texts = {"ended": _("Laissez vide pour un poste que vous occupez aujourd’hui.")}

    helper = _helper("key", ("title", "employer"), ("started", "ended"), "duties")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = self.cleaned_data
        started, ended = values.get("started"), values.get("ended")
        if started and ended and ended < started:
            self.add_error("ended", _("La fin précède le début : vérifiez les deux dates."))
        return values


class RefereeForm(RowForm):
    """A person who can speak of the candidate's work."""

    class Meta:
        model = Referee
        fields = REFEREE_ROW
        labels = {"phone": _("Téléphone (facultatif)")}
        help_texts = {
            "relationship": _("Par exemple : supérieur hiérarchique de 2018 à 2022."),
            "email": _("Une adresse professionnelle : la demande de référence y sera envoyée."),
        }
        widgets = {"phone": forms.TextInput(attrs={"type": "tel"})}

    helper = _helper("key", ("name", "title"), ("organisation", "relationship"), ("email", "phone"))


class BaseRows(forms.BaseFormSet):
    """Rows of a draft; a row left empty isn't there."""

    def rows(self) -> list[dict[str, Any]]:
        """What is right in each row, with the row's key."""
        return [getattr(form, "cleaned_data", {}) for form in self.forms]


class BaseReferees(BaseRows):
    """Two or three referees, each with an address of their own."""

    own_email = ""

    def clean(self) -> None:
        for place, words in referee_faults(self.rows(), self.own_email).items():
            self.forms[place].add_error("email", words)


Posts = cast(
    "type[BaseRows]",
    # Never a thousand rows, which Django would draw for a forged count.
    forms.formset_factory(
        PostForm, formset=BaseRows, extra=0, max_num=POSTS_MAX, validate_max=True, absolute_max=POSTS_MAX + 1
    ),
)


def referees_formset(posting: Posting) -> type[BaseReferees]:
    """As many rows as the posting takes referees."""
    most = posting.referees_max
    formset = forms.formset_factory(
        RefereeForm,
        formset=BaseReferees,
        extra=0,
        min_num=most,
        max_num=most,
        validate_max=True,
        absolute_max=most + 1,
    )
    return cast("type[BaseReferees]", formset)


class AnswersForm(forms.Form):
    """One text for each question, by the question's code."""

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, question in enumerate(posting.questions.all(), start=1):
            self.fields[question.code] = Text(
                label=f"{number}. {question.text}",
                required=False,
                max_length=question.max_characters,
                widget=forms.Textarea(attrs={"rows": 10}),
            )
        self.helper = _helper(*self.fields)


class DeclarationForm(forms.Form):
    """On honour."""

    sworn = forms.BooleanField(
        required=False,
        label=_(
            "Je déclare sur l’honneur que les renseignements de ce dossier sont exacts et que les pièces jointes sont "
            "conformes aux originaux."
        ),
    )
    consented = forms.BooleanField(
        required=False, label=_("J’ai lu l’information ci-dessus sur le traitement de mes données personnelles.")
    )
    helper = _helper("sworn", "consented")


class CodeField(forms.ModelChoiceField):
    """A choice by its code. No database is asked for a text that it can't hold."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and "\x00" in value:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": ""})
        return super().to_python(value)
