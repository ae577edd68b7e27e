"""Passkeys: a second key to one's own door, added, named and taken away by its person. The code by mail always remains."""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
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
        append("account.passkey_added", at=clock.now(), actor=by.actor, subject=by.actor, facts={})
    return key


def rename(*, key: Authenticator, name: str, by: User) -> None:
    """Give one of one's own keys another name. It tells nobody else anything, so the journal doesn't have it."""
    with transaction.atomic():
        found = get_own_or_404(by, key.pk)
        found.data["name"] = name
        found.save(update_fields=["data"])


def remove(*, key: Authenticator, by: User) -> None:
    """Take one of one's own keys away: it opens nothing any more. Twice is once."""
    with transaction.atomic():
        if passkeys_of(by).filter(pk=key.pk).delete()[0]:
            append("account.passkey_removed", at=clock.now(), actor=by.actor, subject=by.actor, facts={})
