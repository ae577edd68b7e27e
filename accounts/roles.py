"""Opening, closing and naming accounts."""

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext as _

from accounts.models import AddressChange, CodeGuard, Role, Session, User
from accounts.policy import WORKING_ROLES, is_administrator
from journal import clock
from journal.append import append
from journal.models import Entry


def find_account(email: str) -> User | None:
    """The account of an address, whatever its letters' case."""
    return User.objects.filter(email=email.strip().lower()).first()


def open_account(*, email: str, full_name: str = "", role: str = Role.CANDIDATE, by: User | None = None) -> User:
    """Open an account, once per address: a second call returns the first's, unchanged.

    ``by=None`` is the system: a command, a rehearsal. Otherwise an administrator; raises
    PermissionDenied for others, ValidationError for an invalid address, an unknown role, or a role that
    is not that of the account which the address already has. One that nobody ever signed in to gives way to
    an administrator: anybody can have typed that address at the sign-in.
    """
    if by is not None and not is_administrator(by):
        raise PermissionDenied
    if role not in Role.values:
        raise ValidationError({"role": _("Ce rôle n’existe pas.")})
    try:
        validate_email(email.strip())
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    account = find_account(email) or _create(email.strip(), full_name, role, by)
    if account.role != role and by is not None:
        account = _give(account, full_name, role, by)
    if account.role != role:
        raise ValidationError({"email": _("Cette adresse a déjà un compte, avec un autre rôle.")})
    return account


def _create(email: str, full_name: str, role: str, by: User | None, *, recorded: bool = True) -> User:
    try:
        with transaction.atomic():
            account = User.objects.create_user(email, full_name=full_name, role=role)
            if recorded:
                _record(account, by)
            return account
    except IntegrityError:
        # Two at once: the other one opened it.
        return User.objects.get(email=email.lower())


def _record(account: User, by: User | None) -> None:
    actor, facts = by.actor if by else "system", {"role": str(account.role)}
    append("account.created", at=clock.now(), actor=actor, subject=account.actor, facts=facts)


def await_account(*, email: str) -> User:
    """The account of an address typed at the sign-in; a newcomer's waits for its first code.

    Nothing is said of it in the journal before :func:`record_first_signin`: the register's size is public, and would
    tell who watches it that the address was new.
    """
    return find_account(email) or _create(email.strip(), "", Role.CANDIDATE, None, recorded=False)


def record_first_signin(*, account: User) -> None:
    """Say in the journal that an account was opened, once its person proved the address. In the sign-in's transaction."""
    if account.last_login is None and not Entry.objects.filter(kind="account.created", subject=account.actor).exists():
        _record(account, None)


def is_unused(account: User) -> bool:
    """Whether the account was opened by an address typed at the sign-in, and by nothing else."""
    return account.role == Role.CANDIDATE and account.last_login is None


def _give(account: User, full_name: str, role: str, by: User) -> User:
    """The account with its role, if nobody ever signed in to it; else as it is."""
    with transaction.atomic():
        found = User.objects.select_for_update().get(pk=account.pk)
        if is_unused(found):
            found.full_name, found.role = full_name, role
            found.save(update_fields=["full_name", "role"])
            _record(found, by)
    return found


def change_role(*, account: User, role: str, by: User) -> User:
    """Give somebody who works here another part, and end their sessions: no page of the former one stays open.

    Raises PermissionDenied for anyone but an administrator, and for one's own account; ValidationError for a candidate's
    account, which stays one for good (who applied must never read the others' files), and for a role that is no worker's.
    """
    if not is_administrator(by) or account.pk == by.pk:
        raise PermissionDenied
    with transaction.atomic():
        found = User.objects.select_for_update().get(pk=account.pk)
        if found.role not in WORKING_ROLES or role not in WORKING_ROLES:
            raise ValidationError({"role": _("Un compte de candidat le reste, et aucun autre ne le devient.")})
        if found.role != role:
            facts = {"from": str(found.role), "to": str(Role(role))}
            found.role = Role(role)
            found.save(update_fields=["role"])
            Session.objects.filter(user=found).delete()
            append("account.role_changed", at=clock.now(), actor=by.actor, subject=found.actor, facts=facts)
    return found


def set_active(*, account: User, active: bool, by: User) -> User:
    """Close an account, or open it again; nobody closes their own.

    Raises PermissionDenied for anyone but an administrator, and for one's own account.
    """
    if not is_administrator(by) or account.pk == by.pk:
        raise PermissionDenied
    with transaction.atomic():
        found = User.objects.select_for_update().get(pk=account.pk)
        if found.is_active != active:
            found.is_active = active
            found.save(update_fields=["is_active"])
            kind = "account.reopened" if active else "account.closed"
            append(kind, at=clock.now(), actor=by.actor, subject=found.actor, facts={})
    return found


def erase_account(*, account: User) -> None:
    """Delete an account; one that a row of history still names is left without address, name or way in.

    The caller has authorised it and appended to the journal, in its own transaction.
    """
    for rows in (Session, Authenticator, AddressChange, CodeGuard):
        rows.objects.filter(user=account).delete()
    try:
        with transaction.atomic():
            account.delete()
    except ProtectedError:
        account.email, account.full_name = f"{account.public_id}@efface.invalid", ""
        account.is_active, account.last_login = False, None
        account.save(update_fields=["email", "full_name", "is_active", "last_login"])
