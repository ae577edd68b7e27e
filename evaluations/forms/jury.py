"""What the jury and HR type beside the marks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from evaluations.models import PanelMember
from evaluations.panels import MemberSeat


class DeclarationForm(forms.Form):
    """No conflict of interest, or one and which."""

    conflict = forms.TypedChoiceField(
        label=_("Votre déclaration"),
        choices=[
            ("no", _("Je n'ai aucun lien qui puisse influencer mon jugement sur ce dossier.")),
            ("yes", _("J'ai un lien avec cette candidature : je me récuse.")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect({"class": "form-check-input"}),
        error_messages={"required": _("Choisissez l'une des deux déclarations.")},
    )
    reason = forms.CharField(
        label=_("Nature du lien"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3, "class": "form-control"}),
        help_text=_("Seulement si vous vous récusez : famille, amitié, collègue, litige, intérêt."),
    )


class ReasonForm(forms.Form):
    """Why a weighty act is done."""

    reason = forms.CharField(
        label=_("Motif"), required=False, max_length=500, widget=forms.Textarea({"rows": 2, "class": "form-control"})
    )


class DiscussionForm(forms.Form):
    """What two markers far apart concluded."""

    outcome = forms.CharField(
        label=_("Conclusion de l'échange"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4, "class": "form-control"}),
        help_text=_(
            "Ce qui expliquait l'écart, et si les notes sont maintenues. Pour changer une note, la présidence rouvre la grille."
        ),
    )


class MemberChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj)


class ReassignForm(forms.Form):
    """Who marks the file instead."""

    to = MemberChoice(
        label=_("Nouveau correcteur"),
        queryset=PanelMember.objects.none(),
        to_field_name="user__public_id",
        widget=forms.Select({"class": "form-select"}),
        error_messages={
            "required": _("Choisissez un membre."),
            "invalid_choice": _("Cette personne ne peut pas noter ce dossier."),
        },
    )

    def __init__(self, data: Any = None, *, members: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["to"].queryset = members  # type: ignore[attr-defined]


SEATS = [
    ("", _("ne siège pas")),
    ("chair", _("préside")),
    ("member", _("membre")),
    ("outsider", _("membre extérieur")),
    ("outside_chair", _("préside, extérieur")),
]


class CompositionForm(forms.Form):
    """A seat, or none, for each account of the jury."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.people = list(User.objects.filter(role=Role.JUROR, is_active=True).order_by("full_name", "email"))
        for user in self.people:
            widget = forms.Select({"class": "form-select"})
            label = f"{user.full_name} ({user.email})" if user.full_name else user.email
            self.fields[f"seat-{user.public_id}"] = forms.ChoiceField(
                label=label, choices=SEATS, required=False, widget=widget
            )

    def seats(self) -> list[MemberSeat]:
        """The composition that was chosen, the chair first."""
        chosen = [(user, self.cleaned_data[f"seat-{user.public_id}"]) for user in self.people]
        seats = [MemberSeat(user, chair="chair" in seat, outsider="outsid" in seat) for user, seat in chosen if seat]
        return sorted(seats, key=lambda seat: not seat.chair)
