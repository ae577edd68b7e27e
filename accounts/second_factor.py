"""The second factor of those who judge and decide: an application's code, or a recovery code. A passkey counts as both.

Codes follow RFC 6238, thirty seconds each by the machine's clock; the clock of record, which a rehearsal moves, has no
part in it. The proof is kept in the session, for as long as the session lasts.
"""

import hmac
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt, encrypt
from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import CodeGuard, Session, User
from accounts.policy import Visitor, is_administrator, needs_second_factor
from journal import clock
from journal.append import append

CONFIRMED = "second_factor"
#: How long a proof is fresh enough for a weighty act, a signature for instance.
RECENT = timedelta(minutes=5)
#: Wrong codes in a row before a pause; each further run of as many doubles it, up to a day.
TRIES, PAUSE, LONGEST = 5, timedelta(minutes=5), timedelta(days=1)
Type = Authenticator.Type
FACTORS = (Type.TOTP, Type.WEBAUTHN)


class TooManyTries(ValidationError):
    """Too many wrong codes in a row: the right one is not looked at either before ``until``."""

    def __init__(self, until: datetime) -> None:
        minutes = max(1, -int((timezone.now() - until).total_seconds() // 60))
        super().__init__(_("Trop de codes erronés à la suite. Recommencez dans %(n)d min.") % {"n": minutes})
        self.until = until


def has_factor(user: User) -> bool:
    """Whether the person has an application or a passkey."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def has_application(user: User) -> bool:
    """Whether the person has an application that makes codes."""
    return Authenticator.objects.filter(user=user, type=Type.TOTP).exists()


def codes_left(user: User) -> int:
    """How many recovery codes still open."""
    row = Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(row).get_unused_codes()) if row else 0


def confirm(session: SessionBase, user: User) -> None:
    """Note in the session that its person has just proved their second factor."""
    session[CONFIRMED] = {"user": str(user.public_id), "at": timezone.now().timestamp()}


def is_confirmed(session: SessionBase, user: Visitor) -> bool:
    """Whether the second factor was proved in this session."""
    return _proved(session, user) is not None


def confirmed_recently(session: SessionBase, user: Visitor, within: timedelta = RECENT) -> bool:
    """Whether it was proved less than ``within`` ago: the person is there, not a screen left open."""
    at = _proved(session, user)
    return at is not None and timezone.now().timestamp() - at < within.total_seconds()


def _proved(session: SessionBase, user: Visitor) -> float | None:
    kept = session.get(CONFIRMED)
    if not kept or not isinstance(user, User) or kept["user"] != str(user.public_id):
        return None
    return float(kept["at"])


def _guard(user: User) -> CodeGuard:
    """The person's guard, locked with the person: two tries at once are two tries."""
    User.objects.select_for_update().get(pk=user.pk)
    return CodeGuard.objects.get_or_create(user=user)[0]


def verify(*, user: User, code: str) -> bool:
    """Whether ``code`` is one that only the person can give now: their application's, never twice, or a recovery code.

    Call it outside any transaction: a wrong try must be counted whatever follows. The caller notes a proof in the
    session with :func:`confirm`. Raises TooManyTries, a ValidationError, after several wrong codes in a row.
    """
    typed = "".join(character for character in code if character.isalnum())
    with transaction.atomic():
        guard = _guard(user)
        if guard.wait_until and timezone.now() < guard.wait_until:
            raise TooManyTries(guard.wait_until)
        found = _application_accepts(guard, typed) or _recovery_accepts(user, typed)
        guard.failures = 0 if found else guard.failures + 1
        runs = guard.failures // TRIES
        paused = runs and not guard.failures % TRIES
        guard.wait_until = timezone.now() + min(PAUSE * 2 ** min(runs - 1, 12), LONGEST) if paused else None
        guard.save()
    return found


def _application_accepts(guard: CodeGuard, typed: str) -> bool:
    row = Authenticator.objects.filter(user=guard.user_id, type=Type.TOTP).first()
    if row is None:
        return False
    try:
        secret = decrypt(row.data["secret"])
    except InvalidToken:  # the site's key was changed: an administrator resets the factor
        return False
    step = _step_of(secret, typed, after=guard.last_step)
    if step is None:
        return False
    guard.last_step = step
    row.record_usage()
    return True


def _step_of(secret: str, typed: str, *, after: int) -> int | None:
    """The step, later than ``after``, whose code was typed; None when there is none around now."""
    steps = [step for step in totp.yield_hotp_counters_from_time() if step > after]
    return next((step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), typed.encode())), None)


def code_at(secret: str, step: int) -> str:
    """The six digits of one step of thirty seconds."""
    text: str = totp.format_hotp_value(totp.hotp_value(secret, step))
    return text


def _recovery_accepts(user: User, typed: str) -> bool:
    row = Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).first()
    try:
        if row is None or not RecoveryCodes(row).validate_code(typed):
            return False
    except InvalidToken:
        return False
    facts = {"left": codes_left(user)}
    append("account.recovery_code_used", at=clock.now(), actor=user.actor, subject=user.actor, facts=facts)
    return True


def new_secret() -> str:
    """What an application is given, in base 32."""
    secret: str = totp.generate_totp_secret()
    return secret


def enrol(*, secret: str, code: str, confirmed: bool, by: User) -> None:
    """Keep an application that has just shown that it knows ``secret``; it takes the place of a former one.

    ``confirmed``: whether the session has just proved a factor; only a first factor goes without. Recovery codes are
    made with the first. Raises PermissionDenied, ValidationError for a wrong code.
    """
    if not needs_second_factor(by):
        raise PermissionDenied
    with transaction.atomic():
        guard = _guard(by)
        if has_factor(by) and not confirmed:
            raise PermissionDenied
        step = _step_of(secret, "".join(code.split()), after=0)
        if step is None:
            raise ValidationError({"code": _("Ce n’est pas le code que l’application montre en ce moment.")})
        _drop_application(by)
        keep_secret(user=by, secret=secret)
        ensure_codes(user=by)
        guard.last_step, guard.failures, guard.wait_until = step, 0, None
        guard.save()
        append_and_tell("account.second_factor_added", "mfa/email/totp_activated", by, by)


def keep_secret(*, user: User, secret: str) -> None:
    """Write an application's secret, enciphered. In the caller's transaction, which has authorised it."""
    Authenticator.objects.create(user=user, type=Type.TOTP, data={"secret": encrypt(secret)})


def ensure_codes(*, user: User) -> bool:
    """Make recovery codes unless the person has some; whether they are new. In the caller's transaction."""
    if Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).exists():
        return False
    RecoveryCodes.activate(user)
    return True


def codes_once(*, user: User) -> list[str]:
    """The recovery codes, the first time that they are asked for; nothing afterwards."""
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(user=user, type=Type.RECOVERY_CODES).first()
        if row is None or RecoveryCodes(row).did_view:
            return []
        wrapped = RecoveryCodes(row)
        wrapped.mark_as_viewed()
        return [str(code) for code in wrapped.get_unused_codes()]


def renew_codes(*, confirmed: bool, by: User) -> None:
    """Make ten other recovery codes; the former open nothing. Raises PermissionDenied without a fresh proof."""
    if not needs_second_factor(by) or not confirmed:
        raise PermissionDenied
    with transaction.atomic():
        _guard(by)
        Authenticator.objects.filter(user=by, type=Type.RECOVERY_CODES).delete()
        ensure_codes(user=by)
        append_and_tell("account.recovery_codes_renewed", "mfa/email/recovery_codes_generated", by, by)


def _drop_application(by: User) -> None:
    if Authenticator.objects.filter(user=by, type=Type.TOTP).delete()[0]:
        append_and_tell("account.second_factor_removed", "mfa/email/totp_deactivated", by, by)


def remove_application(*, confirmed: bool, by: User) -> None:
    """Take one's application away. Raises PermissionDenied without a fresh proof, ValidationError for the last factor."""
    if not needs_second_factor(by) or not confirmed:
        raise PermissionDenied
    with transaction.atomic():
        _guard(by)
        if not Authenticator.objects.filter(user=by, type=Type.WEBAUTHN).exists():
            raise ValidationError(_("C’est votre seul second facteur : ajoutez d’abord une clé d’accès."))
        _drop_application(by)


def reset(*, account: User, by: User) -> int:
    """Take every second factor of a person away and end their sessions: their telephone is lost. How many there were.

    They enrol again at their next sign-in. Raises PermissionDenied unless ``by`` is an administrator, and not on themselves.
    """
    if not is_administrator(by) or account.pk == by.pk:
        raise PermissionDenied
    with transaction.atomic():
        guard = _guard(account)
        count: int = Authenticator.objects.filter(user=account, type__in=FACTORS).count()
        Authenticator.objects.filter(user=account).delete()
        Session.objects.filter(user=account).delete()
        guard.delete()
        append_and_tell("account.second_factor_reset", "mfa/email/second_factor_reset", account, by, count=count)
    return count


def append_and_tell(kind: str, mail: str, account: User, by: User, **facts: int) -> None:
    append(kind, at=clock.now(), actor=by.actor, subject=account.actor, facts=facts)
    get_adapter().send_notification_mail(mail, account)
