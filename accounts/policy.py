"""Who a person is, for every other room's policy. A person who is signed out or inactive is nobody."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeGuard, cast

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import Role, User

Visitor = User | AnonymousUser | None


def _has(user: Visitor, *roles: Role) -> TypeGuard[User]:
    return isinstance(user, User) and user.is_active and user.role in roles


def is_candidate(user: Visitor) -> TypeGuard[User]:
    """Whether the person applies."""
    return _has(user, Role.CANDIDATE)


def is_hr(user: Visitor) -> TypeGuard[User]:
    """Whether the person works on the files and runs the campaign: an officer, or their head."""
    return _has(user, Role.HR, Role.HR_HEAD)


def is_hr_head(user: Visitor) -> TypeGuard[User]:
    """Whether the person answers for the campaign: what can't be taken back leaves HR by them alone."""
    return _has(user, Role.HR_HEAD)


def is_secretary(user: Visitor) -> TypeGuard[User]:
    """Whether the person keeps the jury's papers: its seats, its sittings and its agenda, never a file or a mark."""
    return _has(user, Role.SECRETARY)


def runs_the_jury(user: Visitor) -> TypeGuard[User]:
    """Whether the person convenes the jury and those whom it hears: its secretary, or HR."""
    return is_secretary(user) or is_hr(user)


def is_juror(user: Visitor) -> TypeGuard[User]:
    """Whether the person may sit on a jury."""
    return _has(user, Role.JUROR)


def is_authority(user: Visitor) -> TypeGuard[User]:
    """Whether the person decides."""
    return _has(user, Role.AUTHORITY)


def is_auditor(user: Visitor) -> TypeGuard[User]:
    """Whether the person reads the record without writing."""
    return _has(user, Role.AUDITOR)


def is_administrator(user: Visitor) -> TypeGuard[User]:
    """Whether the person opens and closes accounts."""
    return _has(user, Role.ADMINISTRATOR)


#: Who works here, whatever at: everyone but those who apply.
WORKING_ROLES = frozenset(Role) - {Role.CANDIDATE}
#: Who proves a second factor beside the code by mail, at each sign-in, before any page of theirs opens.
SECOND_FACTOR_ROLES = WORKING_ROLES


def works_here(user: Visitor) -> TypeGuard[User]:
    """Whether the person sees other people's files or decides on them, so that what they open is recorded."""
    return _has(user, *WORKING_ROLES)


def needs_second_factor(user: Visitor) -> TypeGuard[User]:
    """Whether the code by mail isn't enough for this person."""
    return _has(user, *SECOND_FACTOR_ROLES)


P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def requires(predicate: Callable[[Visitor], bool]) -> Callable[[View[P]], View[P]]:
    """Open a view to those whom ``predicate`` accepts: others are asked to sign in, or refused (403)."""

    def decorator(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not predicate(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorator


def person(request: HttpRequest) -> User:
    """The user of a view that :func:`requires` or the admin guards, so never an anonymous one."""
    return cast(User, request.user)
