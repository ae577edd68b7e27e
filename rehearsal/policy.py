"""What is allowed in a rehearsal, and nowhere else."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeGuard

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User
from accounts.policy import Visitor, is_hr

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def is_rehearsal() -> bool:
    """Whether nothing here has any official value."""
    return bool(settings.PMP_REHEARSAL)


def may_move_clock(user: Visitor) -> TypeGuard[User]:
    """Whether the person moves the clock of record on."""
    return is_rehearsal() and is_hr(user)


def rehearsal_only(view: View[P]) -> View[P]:
    """A page that doesn't exist outside a rehearsal."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not is_rehearsal():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
