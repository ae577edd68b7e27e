"""The two pages of a change of address."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AddressForm(forms.Form):
    """The new address."""

    email = forms.EmailField(
        label=_("Nouvelle adresse électronique"),
        max_length=254,
        error_messages={
            "required": _("Saisissez la nouvelle adresse."),
            "invalid": _("Cette adresse n’est pas complète. Exemple : prenom.nom@exemple.ma"),
        },
    )


def _code(label: Any, missing: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=20, error_messages={"required": missing})


class CodesForm(forms.Form):
    """The two codes, as they were copied: spaces don't count."""

    old_code = _code(_("Code reçu à l’adresse actuelle"), _("Saisissez le code reçu à l’adresse actuelle."))
    new_code = _code(_("Code reçu à la nouvelle adresse"), _("Saisissez le code reçu à la nouvelle adresse."))

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        return {name: re.sub(r"\s", "", value) for name, value in found.items()}
