"""The signed-in person behind a request."""

from typing import cast

from django.http import HttpRequest

from accounts.models import User


def person(request: HttpRequest) -> User:
    """The user of a view that :func:`accounts.policy.requires` guards, so never an anonymous one."""
    return cast(User, request.user)
