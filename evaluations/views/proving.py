"""The proof that a form of signature carries: a passkey's answer, or a code."""

from django.http import HttpRequest

from accounts.forms_passkeys import LoginForm
from accounts.policy import person
from notices import reauthentication
from notices.reauthentication import Proof


def proof_of(request: HttpRequest, code: str) -> Proof:
    """What the person has just proved. Raises ValidationError, on ``code``, when it proves nothing."""
    user = person(request)
    if not request.POST.get("credential"):
        return reauthentication.confirm(user=user, code=code)
    form = LoginForm(request.POST)
    return reauthentication.confirm_key(user=user, key=form.key() if form.is_valid() else None)
