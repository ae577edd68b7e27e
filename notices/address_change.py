"""Moving an account to another address, confirmed at both. Here, and not in accounts, since it owes messages.

Whether the new address is known is told to nobody but its reader: the page is the same, and so is the number of mails.
"""

import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.deletion import Collector, ProtectedError
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts import sessions
from accounts.models import AddressChange, Role, User
from accounts.roles import find_account
from journal import clock
from journal.append import append
from notices import delivery, outbox
from notices.kinds import KINDS
from notices.models import Notice, NoticeState

ATTEMPTS = 5


class WrongCodes(Exception):
    """One of the two codes, or both: it isn't said which. ``left`` is how many tries are left."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class ChangeOver(Exception):
    """No change waits for codes: none was asked for, its time is up, or its tries are."""


def pending(user: User) -> AddressChange | None:
    """The change that waits for its codes."""
    return AddressChange.objects.filter(user=user, expires_at__gt=clock.real(), failures__lt=ATTEMPTS).first()


def ask(*, email: str, by: User) -> AddressChange:
    """Send a code to the account's address and one to the new; a change asked for before is forgotten.

    Raises ValidationError for what is no address, and for one's own.
    """
    email = email.strip().lower()
    validate_email(email)
    if email == by.email:
        raise ValidationError(_("C’est déjà l’adresse de votre compte."))
    old_code, new_code = _code(), _code()
    with transaction.atomic():
        taken = not _gives_way(find_account(email))
        change, _created = AddressChange.objects.update_or_create(
            user=by,
            defaults={
                "email": email,
                "old_code": _hash(by, old_code),
                "new_code": "" if taken else _hash(by, new_code),
                "failures": 0,
                "expires_at": clock.real() + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
            },
        )
        owed = [_owe("address_change_old", by, {"code": old_code, "new_address": email})]
        owed.append(
            _owe("address_change_taken", email) if taken else _owe("address_change_new", email, {"code": new_code})
        )
    for notice in owed:
        delivery.deliver(notice.pk)
    return change


def confirm(*, old_code: str, new_code: str, by: User, session_key: str | None) -> User:
    """Move the account, once both codes are right: letters not sent yet follow, and every other session ends.

    Raises WrongCodes, ChangeOver; ValidationError when somebody has opened an account at the new address meanwhile.
    """
    with transaction.atomic():
        account = User.objects.select_for_update().get(pk=by.pk)
        change = AddressChange.objects.select_for_update().filter(user=account).first()
        if change is None or change.expires_at <= clock.real() or change.failures >= ATTEMPTS:
            raise ChangeOver
        right = _is_right(change.old_code, by, old_code) & _is_right(change.new_code, by, new_code)
        if right:
            _move(account, change, session_key)
        else:
            change.failures = F("failures") + 1
            change.save(update_fields=["failures"])
            change.refresh_from_db()
    if not right:
        # After the transaction, so that the failure stays counted.
        raise WrongCodes(ATTEMPTS - change.failures)
    return account


def _move(account: User, change: AddressChange, session_key: str | None) -> None:
    old, new, at = account.email, change.email, clock.now()
    _make_room(find_account(new))
    account.email = new
    try:
        with transaction.atomic():
            account.save(update_fields=["email"])
    except IntegrityError as taken:
        raise ValidationError(_taken()) from taken
    change.delete()
    _redirect_letters(account)
    append("account.address_changed", at=at, actor=account.actor, subject=account.actor, facts={})
    for address in (old, new):
        _owe("address_changed", address, {"at": at.isoformat()})
    sessions.end_others(by=account, current=session_key)


def _code() -> str:
    return f"{secrets.randbelow(10**6):06}"


def _hash(user: User, code: str) -> str:
    """Under the installation's key: a million codes are soon tried by who reads the table alone."""
    return salted_hmac("accounts.address_change", f"{user.public_id}:{code}", algorithm="sha256").hexdigest()


def _is_right(kept: str, user: User, typed: str) -> bool:
    return constant_time_compare(kept, _hash(user, typed))


def _owe(kind: str, to: User | str, context: dict[str, str] | None = None) -> Notice:
    return outbox.enqueue(key=f"{kind}:{uuid.uuid4()}", kind=kind, to=to, context=context or {})


def _taken() -> str:
    return _("Cette adresse a déjà un compte. Si les deux sont à vous, écrivez à %(contact)s.") % {
        "contact": settings.PMP_CONTACT_EMAIL
    }


def _gives_way(account: User | None) -> bool:
    """Whether the address is free, or its account a candidate's that holds nothing: opened by a sign-in, and left."""
    if account is None:
        return True
    if account.role != Role.CANDIDATE or not account.is_active:
        return False
    try:
        Collector(using="default", origin=account).collect([account])
    except ProtectedError as held:
        return all(isinstance(row, Notice) and KINDS[row.kind].ephemeral for row in held.protected_objects)
    return True


def _make_room(account: User | None) -> None:
    """Delete the empty account at the new address. Raises ValidationError when it holds something by now."""
    if account is None:
        return
    if not _gives_way(account):
        raise ValidationError(_taken())
    Notice.objects.filter(recipient=account).update(recipient=None)
    account.delete()


def _redirect_letters(account: User) -> None:
    """What has not left yet goes to the new address; one that a worker is sending at this moment still goes to the old."""
    waiting = Notice.objects.filter(recipient=account).exclude(state__in=[NoticeState.SENT, NoticeState.SENDING])
    secrets_of_before = [kind for kind, rule in KINDS.items() if rule.ephemeral]
    waiting.exclude(kind__in=secrets_of_before).exclude(leased_until__gt=clock.real()).update(address=account.email)
