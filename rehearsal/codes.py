"""The second factor of the demonstration accounts: a code that the banner shows to whoever plays them. Rehearsal only."""

import hmac
import time
from base64 import b32encode
from dataclasses import dataclass

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import CodeGuard, User
from accounts.policy import Visitor, needs_second_factor
from accounts.second_factor import code_at, ensure_codes, has_factor, keep_secret
from rehearsal.policy import is_rehearsal

DOMAIN = "@repetition.example"


@dataclass(frozen=True)
class DemoCode:
    """The code to type now; ``wait`` seconds first when the next one is not valid yet."""

    code: str
    wait: int = 0


def is_of_the_cast(user: Visitor) -> bool:
    """Whether it is a demonstration account that proves a second factor."""
    return is_rehearsal() and needs_second_factor(user) and user.email.endswith(DOMAIN)


def _secret(user: User) -> str:
    """Always the same for an account of this site, and told by nothing else than the site's key."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"rehearsal.codes:{user.email}".encode(), "sha256")
    return b32encode(digest[:20]).decode()


def equip(user: User) -> None:
    """Give a demonstration account its application, unless it has a factor. Raises PermissionDenied outside a rehearsal."""
    if not is_of_the_cast(user):
        raise PermissionDenied
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if not has_factor(user):
            keep_secret(user=user, secret=_secret(user))
            ensure_codes(user=user)


def current(user: Visitor) -> DemoCode | None:
    """The first code that the account has not used yet; None for any other account, or one that changed its application."""
    if not isinstance(user, User) or not is_of_the_cast(user):
        return None
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        return None
    guard = CodeGuard.objects.filter(user=user).first()
    now, period = time.time(), app_settings.TOTP_PERIOD
    step = max(int(now) // period, guard.last_step + 1 if guard else 0)
    ahead = step - app_settings.TOTP_TOLERANCE
    return DemoCode(code_at(_secret(user), step), max(0, int(ahead * period - now) + 1) if ahead * period > now else 0)
