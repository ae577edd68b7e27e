"""Where each role lands after sign-in: names of addresses only, since the rooms above are not this one's to import."""

from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, reverse

from accounts.models import Role, User

LANDINGS = {
    Role.CANDIDATE: "applications:mine",
    Role.JUROR: "evaluations:jury",
    Role.AUTHORITY: "evaluations:authority",
    Role.HR: "admin:index",
    Role.HR_HEAD: "admin:index",
    Role.SECRETARY: "evaluations:secretariat",
    Role.AUDITOR: "admin:index",
    Role.ADMINISTRATOR: "admin:index",
}


def landing(user: User | AnonymousUser) -> str:
    """The first page of a person's work; the front page for a visitor."""
    if not isinstance(user, User):
        return "/"
    try:
        return reverse(LANDINGS[Role(user.role)])
    except NoReverseMatch:
        return "/"
