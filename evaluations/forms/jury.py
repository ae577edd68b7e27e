"""What the jury and HR type beside the marks."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from evaluations.models import PanelMember, Substitute
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
    """A seat, named in the form by its person's public id."""

    def prepare_value(self, value: Any) -> Any:
        return str(value.user.public_id) if isinstance(value, (PanelMember, Substitute)) else value

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


#: As many substitutes, at most, as the form offers.
SUBSTITUTES = 3


def _substitute(rank: int) -> list[tuple[str, Any]]:
    """What the substitute of that rank may be."""
    return [
        (f"substitute-{rank}", format_lazy(_("suppléant n° {n}"), n=rank)),
        (f"substitute-{rank}-outsider", format_lazy(_("suppléant n° {n}, extérieur"), n=rank)),
        (f"substitute-{rank}-chair", format_lazy(_("suppléant n° {n}, peut présider"), n=rank)),
        (f"substitute-{rank}-outside-chair", format_lazy(_("suppléant n° {n}, extérieur, peut présider"), n=rank)),
    ]


SEATS: list[tuple[Any, Any]] = [
    ("", _("ne siège pas")),
    ("chair", _("préside")),
    ("member", _("membre")),
    ("outsider", _("membre extérieur")),
    ("outside_chair", _("préside, extérieur")),
    *(choice for rank in range(1, SUBSTITUTES + 1) for choice in _substitute(rank)),
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

    def clean(self) -> dict[str, Any]:
        """Two substitutes of one rank are an order that nobody could follow."""
        cleaned = super().clean() or {}
        ranks = [seat.split("-")[1] for seat in cleaned.values() if seat.startswith("substitute")]
        if len(set(ranks)) != len(ranks):
            raise forms.ValidationError(_("Deux suppléants ont le même rang : donnez à chacun le sien."))
        return cleaned

    def _chosen(self) -> list[tuple[User, str]]:
        return [(user, seat) for user in self.people if (seat := self.cleaned_data[f"seat-{user.public_id}"])]

    def seats(self) -> list[MemberSeat]:
        """The composition that was chosen, the chair first."""
        chosen = [(user, seat) for user, seat in self._chosen() if not seat.startswith("substitute")]
        return sorted((_seat(user, seat) for user, seat in chosen), key=lambda seat: not seat.chair)

    def substitutes(self) -> list[MemberSeat]:
        """The substitutes, in the order in which they are called."""
        chosen = [(user, seat) for user, seat in self._chosen() if seat.startswith("substitute")]
        return [_seat(user, seat) for user, seat in sorted(chosen, key=lambda pair: pair[1])]


def _seat(user: User, seat: str) -> MemberSeat:
    return MemberSeat(user, chair="chair" in seat, outsider="outsid" in seat)


class SubstituteChoice(MemberChoice):
    def label_from_instance(self, obj: Any) -> str:
        told = [str(obj), *([_("extérieur")] if obj.outsider else []), *([_("peut présider")] if obj.chair else [])]
        return f"{obj.rank}. {', '.join(str(part) for part in told)}"


class ReplacementForm(forms.Form):
    """Who can no longer sit, who takes the seat, and why."""

    member = MemberChoice(
        label=_("Membre qui ne peut plus siéger"),
        queryset=PanelMember.objects.none(),
        to_field_name="user__public_id",
        empty_label=_("Choisir un membre"),
        widget=forms.Select({"class": "form-select"}),
        error_messages={
            "required": _("Choisissez un membre."),
            "invalid_choice": _("Cette personne ne siège pas dans ce jury."),
        },
    )
    substitute = SubstituteChoice(
        label=_("Suppléant qui prend le siège"),
        queryset=Substitute.objects.none(),
        to_field_name="user__public_id",
        empty_label=_("Choisir un suppléant"),
        widget=forms.Select({"class": "form-select"}),
        help_text=_("Dans l’ordre arrêté à la composition ; passez au suivant si le premier est empêché."),
        error_messages={
            "required": _("Choisissez un suppléant."),
            "invalid_choice": _("Cette personne n'est pas un suppléant disponible de ce jury."),
        },
    )
    reason = forms.CharField(
        label=_("Motif"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3, "class": "form-control"}),
        help_text=_(
            "Démission, maladie, empêchement. Le motif reste aux ressources humaines ; il n’est pas au registre."
        ),
    )

    def __init__(self, data: Any = None, *, members: Any, substitutes: Any) -> None:
        super().__init__(data)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]
        self.fields["substitute"].queryset = substitutes  # type: ignore[attr-defined]
