"""What a test types as a second factor."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt

from accounts import second_factor
from accounts.models import User


def step(ahead: int = 0) -> int:
    """The thirty-second step of now, or of as many steps later."""
    return int(time.time()) // 30 + ahead


def enrolled(user: User) -> str:
    """Give the person an application, as enrolling does but for the guard: their first code is still to be used. Its secret."""
    secret = second_factor.new_secret()
    second_factor.keep_secret(user=user, secret=secret)
    second_factor.ensure_codes(user=user)
    return secret


def secret_of(user: User) -> str:
    """What the person's application holds."""
    return str(decrypt(Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).data["secret"]))


def code(user: User, ahead: int = 0) -> str:
    """The code that the person's application shows now; with ``ahead=1`` the next one, which is accepted already."""
    return second_factor.code_at(secret_of(user), step(ahead))
