"""Sign-in by a code sent by mail: one form for those who have an account and those who will."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.core import context, ratelimit
from allauth.core.internal.ratelimit import get_ip
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import await_account

TOO_MANY = "too_many_login_attempts"


def at_network(request: HttpRequest, email: str) -> str:
    """What a limit on an address at one network is counted by."""
    return f"{email} {get_ip(request)}"


class RequestCodeForm(RequestLoginCodeForm):
    """Asks for the address alone; what happens next is the same for a newcomer."""

    email = forms.EmailField(
        label=_("Votre adresse électronique"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={
            "required": _("Saisissez votre adresse électronique."),
            "invalid": _("Cette adresse n’est pas complète. Exemple : prenom.nom@exemple.ma"),
        },
    )

    def clean_email(self) -> str:
        email: str = super().clean_email().lower()
        request = context.request
        if not ratelimit.consume(request, action="request_login_code_here", key=at_network(request, email)):
            raise get_adapter().validation_error(TOO_MANY)
        return email

    def account(self) -> User | None:
        """The account of the address, opened now for a newcomer; None when it was closed."""
        account = await_account(email=self.cleaned_data["email"])
        return account if account.is_active else None


class ConfirmCodeForm(ConfirmLoginCodeForm):
    """Asks for the code."""

    code = forms.CharField(
        label=_("Code reçu par courriel"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": _("Saisissez le code à six chiffres que vous avez reçu.")},
    )
