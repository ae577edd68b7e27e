"""Proving oneself again, at the moment of a signature: by one's second factor, or, for who has none, by a fresh code sent by mail.

The one seam between what is signed and how its signer is known. A mailbox opens the first door already: whoever has a
telephone or a key enrolled signs with that, and no code is sent to them.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import second_factor
from accounts.models import User
from accounts.passkeys import passkeys_of
from journal import clock
from notices import delivery, outbox
from notices.models import FreshCode

ATTEMPTS = 5
#: A second press within this sends no second code: the first is on its way.
PAUSE = timedelta(seconds=30)


@dataclass(frozen=True)
class Proof:
    """That this person has just proved who they are. Only :func:`confirm` and :func:`confirm_key` make one."""

    user: User


@dataclass(frozen=True)
class Way:
    """With what a person proves themselves again: what a page asks for."""

    application: bool
    passkey: bool

    @property
    def by_mail(self) -> bool:
        return not (self.application or self.passkey)


def way_of(user: User) -> Way:
    """The person's second factors, as they stand."""
    return Way(second_factor.has_application(user), passkeys_of(user).exists())


def ask(*, user: User) -> FreshCode | None:
    """Send a fresh code, valid once and for a quarter of an hour; the one before is forgotten. None to who has a second factor."""
    if second_factor.has_factor(user):
        return None
    code = f"{secrets.randbelow(10**6):06}"
    with transaction.atomic():
        # The account's row first: two presses send one code.
        User.objects.select_for_update().get(pk=user.pk)
        now = clock.real()
        sent = FreshCode.objects.filter(user=user, sent_at__gt=now - PAUSE, failures__lt=ATTEMPTS).first()
        if sent is not None:
            return sent
        life = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
        values = {"code": _hash(user, code), "failures": 0, "sent_at": now, "expires_at": now + life}
        sent, _created = FreshCode.objects.update_or_create(user=user, defaults=values)
        notice = outbox.enqueue(key=f"fresh_code:{uuid.uuid4()}", kind="fresh_code", to=user, context={"code": code})
    delivery.deliver(notice.pk)
    return sent


def confirm(*, user: User, code: str) -> Proof:
    """The proof, for the right code, which serves once. Raises ValidationError, on ``code``, for any other.

    The application's code, or a recovery code, of who has a second factor; the mail's of who has none. Call it outside any
    transaction: a wrong try must be counted whatever follows.
    """
    if second_factor.has_factor(user):
        return _confirm_factor(user, code)
    with transaction.atomic():
        kept = FreshCode.objects.select_for_update().filter(user=user).first()
        if kept is None or kept.expires_at <= clock.real() or kept.failures >= ATTEMPTS:
            raise ValidationError({"code": _("Aucun code n’est valable : demandez-en un nouveau.")})
        right = constant_time_compare(kept.code, _hash(user, code.strip()))
        if right:
            kept.delete()
        else:
            FreshCode.objects.filter(pk=kept.pk).update(failures=F("failures") + 1)
    if not right:
        # After the transaction, so that the failure stays counted.
        left = ATTEMPTS - kept.failures - 1
        text = ngettext(
            "Ce code n’est pas le bon. Il reste %(n)d essai.", "Ce code n’est pas le bon. Il reste %(n)d essais.", left
        )
        raise ValidationError({"code": text % {"n": left}})
    return Proof(user)


def _confirm_factor(user: User, code: str) -> Proof:
    try:
        right = second_factor.verify(user=user, code=code)
    except second_factor.TooManyTries as error:
        raise ValidationError({"code": error.messages}) from error
    if not right:
        raise ValidationError({"code": _("Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant.")})
    return Proof(user)


def confirm_key(*, user: User, key: Authenticator | None) -> Proof:
    """The proof, for a passkey that has just answered what this session asked it. Raises ValidationError, on ``code``, for none.

    The view has checked the key's own signature; another person's key proves another person.
    """
    if key is None or key.user_id != user.pk:
        raise ValidationError({"code": _("Cette clé n’a pas été reconnue. Recommencez, ou saisissez un code.")})
    return Proof(user)


def _hash(user: User, code: str) -> str:
    """Under the installation's key: a million codes are soon tried by who reads the table alone."""
    return salted_hmac("notices.reauthentication", f"{user.public_id}:{code}", algorithm="sha256").hexdigest()
