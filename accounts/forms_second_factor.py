"""The code of an application, or a recovery code."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """Six digits that an application shows, or eight that were kept on paper; spaces don't matter."""

    code = forms.CharField(
        label=_("Code de l’application"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": _("Saisissez le code que montre votre application.")},
    )
