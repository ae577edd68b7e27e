"""Passkeys: a second key to one's own door, added, named and taken away by its person. The code by mail always remains."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import second_factor
from accounts.models import User
from accounts.policy import needs_second_factor
from journal import clock
from journal.append import append

MOST = 5
NAME_LENGTH = 60


class PasskeyAdapter(DefaultMFAAdapter):
    """What a key is told of this site and of its person."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "Cette clé n’a pas été reconnue. Recommencez, ou demandez un code par courriel."
        ),
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {
            **super().get_public_key_credential_rp_entity(),
            "name": _("Présidence du parquet général, recrutement"),
        }

    def get_totp_issuer(self) -> str:
        """What the application writes above its code."""
        return _("Présidence du parquet général")

    def encrypt(self, text: str) -> str:
        """A copy of the database alone opens nothing: what makes codes is enciphered with the site's own key."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises InvalidToken when the site's key was changed without keeping the former among the fallbacks."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet(
        [Fernet(urlsafe_b64encode(sha256(f"accounts.second_factor:{key!s}".encode()).digest())) for key in keys]
    )


def passkeys_of(user: User) -> QuerySet[Authenticator]:
    """The person's passkeys, the oldest first."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).order_by("pk")


def get_own_or_404(user: User, pk: int) -> Authenticator:
    """One of the person's passkeys."""
    found = passkeys_of(user).filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


def name_of(key: Authenticator) -> str:
    """What its person called it."""
    return str(key.data.get("name", ""))


def add(*, name: str, credential: dict[str, Any], by: User) -> Authenticator:
    """Keep a credential that the browser has proved. Raises ValidationError when there are as many as one may have."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        if passkeys_of(by).count() >= MOST:
            raise ValidationError(_("Vous avez déjà %(most)d clés : retirez-en une d’abord.") % {"most": MOST})
        key: Authenticator = auth.WebAuthn.add(by, name, credential).instance
        if needs_second_factor(by):
            second_factor.ensure_codes(user=by)
        append("account.passkey_added", at=clock.now(), actor=by.actor, subject=by.actor, facts={})
    return key


def rename(*, key: Authenticator, name: str, by: User) -> None:
    """Give one of one's own keys another name. It tells nobody else anything, so the journal doesn't have it."""
    with transaction.atomic():
        found = get_own_or_404(by, key.pk)
        found.data["name"] = name
        found.save(update_fields=["data"])


def remove(*, key: Authenticator, by: User) -> None:
    """Take one of one's own keys away: it opens nothing any more. Twice is once.

    Raises ValidationError for the only second factor of a person who needs one: the next sign-in would do without.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        alone = passkeys_of(by).count() == 1 and not second_factor.has_application(by)
        if alone and needs_second_factor(by):
            raise ValidationError(
                _("C’est votre seul second facteur : ajoutez d’abord une application ou une autre clé.")
            )
        if passkeys_of(by).filter(pk=key.pk).delete()[0]:
            append("account.passkey_removed", at=clock.now(), actor=by.actor, subject=by.actor, facts={})
            get_adapter().send_notification_mail("mfa/email/webauthn_removed", by)
