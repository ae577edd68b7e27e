"""What comes back from a browser's key: untrusted JSON until the key's own signature is checked."""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.passkeys import NAME_LENGTH, PasskeyAdapter

#: A credential is two kilobytes; a key with a long certificate a few more.
MOST_CHARACTERS = 20_000
# What the library raises on what is no credential; its own parsing guards against few of them.
_BROKEN = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError)


def _refused() -> ValidationError:
    return ValidationError(PasskeyAdapter.error_messages["incorrect_code"])


class CredentialField(forms.CharField):
    """A credential as the browser wrote it, as a dict. Whatever isn't one is refused in the same words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MOST_CHARACTERS, widget=forms.HiddenInput, **kwargs)

    def clean(self, value: Any) -> dict[str, Any]:
        text = super().clean(value)
        try:
            found = json.loads(text)
        except _BROKEN:
            raise _refused() from None
        if not isinstance(found, dict):
            raise _refused()
        return found


class NameForm(forms.Form):
    """What a person calls a key."""

    name = forms.CharField(
        label=gettext_lazy("Nom de la clé"),
        max_length=NAME_LENGTH,
        error_messages={"required": gettext_lazy("Donnez un nom à cette clé, par exemple « Mon téléphone ».")},
    )


class AddForm(forms.Form):
    """A new key, already made by the device: it isn't refused for want of a name."""

    name = forms.CharField(label=gettext_lazy("Nom de la clé"), max_length=NAME_LENGTH, required=False)
    credential = CredentialField()

    def clean_credential(self) -> dict[str, Any]:
        credential: dict[str, Any] = self.cleaned_data["credential"]
        try:
            auth.parse_registration_response(credential)
            auth.complete_registration(credential)
        except _BROKEN:
            raise _refused() from None
        return credential

    def name_given(self) -> str:
        return str(self.cleaned_data["name"]).strip() or _("Ma clé")


class LoginForm(forms.Form):
    """A key's answer to what it was asked."""

    credential = CredentialField()

    def key(self) -> Authenticator | None:
        """The key that answered; None when no key of ours did, or not to what was asked in this session."""
        credential = self.cleaned_data["credential"]
        try:
            auth.parse_authentication_response(credential)
            user = auth.extract_user_from_response(credential)
            return auth.complete_authentication(user, credential)
        except (ValidationError, *_BROKEN):
            return None
