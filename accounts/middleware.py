"""What each request passes: the note of a session in use, and the door of the second factor."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import ResolverMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import second_factor
from accounts.middleware_staff import is_by_itself
from accounts.models import Session
from accounts.policy import needs_second_factor, works_here
from accounts.sessions import STAFF_STEP, STEP

Answer = Callable[[HttpRequest], HttpResponseBase]

#: What opens before the second factor: what everyone may read, the way in and out, and proving it.
_OPEN_ROOMS = frozenset({"postings", "journal", "rehearsal"})
_OPEN = frozenset({"healthz", "readyz", "account_logout", "account_inactive", "passkey_login"})
_OPEN_HERE = frozenset({"accounts:second_factor", "accounts:second_factor_add"})


def last_seen(get_response: Answer) -> Answer:
    """Note when a session was last used, to the nearest ten minutes; to the nearest one of those whose session ends by itself.

    It reads only a row that the request read anyway.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        row: Session | None = getattr(request.session, "row", None)
        now = timezone.now()
        if row is None or not row.user_id or not row.seen_at or is_by_itself(request):
            return response
        if row.seen_at < now - (STAFF_STEP if works_here(request.user) else STEP):
            Session.objects.filter(pk=row.pk).update(seen_at=now)
        return response

    return middleware


class SecondFactor:
    """Closed by default: to whom :func:`needs_second_factor` names, no page opens before the session has the proof.

    A page that saves by itself is answered 401, so that it keeps what was typed and asks to sign in in another tab.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if _is_open(request.resolver_match) or not needs_second_factor(request.user):
            return None
        if second_factor.is_confirmed(request.session, request.user) or _may_enrol_key(request):
            return None
        if any(name in request.headers for name in ("X-Autosave", "HX-Request")):
            return JsonResponse({"message": _("Confirmez votre connexion dans un autre onglet.")}, status=401)
        return redirect(f"{reverse('accounts:second_factor')}?{urlencode({'next': _came_for(request)})}")


def _is_open(match: ResolverMatch | None) -> bool:
    if match is None:
        return False
    return match.namespace in _OPEN_ROOMS or match.view_name in _OPEN | _OPEN_HERE


def _may_enrol_key(request: HttpRequest) -> bool:
    """A first factor may be a passkey; to who has one already, its page stays closed until that one is proved."""
    match = request.resolver_match
    first = match is not None and match.view_name == "accounts:passkey_add"
    return first and needs_second_factor(request.user) and not second_factor.has_factor(request.user)


def _came_for(request: HttpRequest) -> str:
    return request.get_full_path() if request.method in ("GET", "HEAD") else "/compte/"
