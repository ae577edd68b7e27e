"""allauth's mails, through the outbox. Here, and not in accounts, since accounts stands below notices."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import find_account, record_first_signin
from journal import clock
from notices import delivery, outbox
from notices.kinds import KINDS

#: The messages of sign-in, by the names that allauth gives them, and one of ours.
_KINDS = {"account/email/login_code": "signin_code", "account/email/account_closed": "signin_closed"}


#: What a person is told of their keys, by the names that allauth gives it, and two of ours: the notice, and what changed.
_CHANGES = {
    "mfa/email/webauthn_added": ("passkey_added", ""),
    "mfa/email/webauthn_removed": ("second_factor_changed", "passkey_removed"),
    "mfa/email/totp_activated": ("second_factor_changed", "added"),
    "mfa/email/totp_deactivated": ("second_factor_changed", "removed"),
    "mfa/email/recovery_codes_generated": ("second_factor_changed", "codes"),
    "mfa/email/second_factor_reset": ("second_factor_changed", "reset"),
}


class CodeByMailAdapter(DefaultAccountAdapter):
    """Owes the sign-in code as a notice and tries to send it at once."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _(
            "Ce code n’est pas le bon. Vérifiez le dernier courriel reçu et saisissez ses six chiffres."
        ),
        "too_many_login_attempts": _(
            "Trop d’essais à la suite. Attendez quelques minutes, puis demandez un nouveau code."
        ),
        "rate_limited": _("Un code vient de vous être envoyé. Attendez une minute avant d’en demander un autre."),
    }

    def is_open_for_signup(self, request: Any) -> bool:
        """An account opens with its first code, never through a form of its own."""
        return False

    def get_login_stages(self) -> list[str]:
        """The code, and nothing after it: the second factor of those who need one is asked by :mod:`accounts.middleware`."""
        return ["allauth.account.stages.LoginByCodeStage"]

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Refuse a closed account, and a code that was sent to an address which the account has left since."""
        email = kwargs.get("email")
        if email and email.lower() != user.email:
            return redirect("account_request_login_code")
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def login(self, request: HttpRequest, user: User) -> None:
        """The first one opens the account, and the journal says so."""
        with transaction.atomic():
            record_first_signin(account=user)
            super().login(request, user)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: Any = None, email: str | None = None
    ) -> None:
        """Tell of a key or a second factor that came or went: a stranger's would be seen. Nothing else is told.

        In the caller's transaction, if there is one.
        """
        if template_prefix not in _CHANGES:
            return
        kind, change = _CHANGES[template_prefix]
        at = clock.now()
        told = {"at": at.isoformat(), **({"change": change} if change else {})}
        with transaction.atomic():
            outbox.enqueue(key=f"passkey:{uuid.uuid4()}", kind=kind, to=user, context=told, at=at)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Owe the message, then try in this very process, so that sign-in waits for no worker.

        Raises ValueError for any other mail of allauth's: none is in use.
        """
        if template_prefix not in _KINDS:
            raise ValueError(f"No notice stands for {template_prefix}.")
        kind = _KINDS[template_prefix]
        told = {name: context[name] for name in KINDS[kind].fields}
        with transaction.atomic():
            account = find_account(email)
            notice = outbox.enqueue(key=f"signin:{uuid.uuid4()}", kind=kind, to=account or email, context=told)
        delivery.deliver(notice.pk)
