"""The sessions of those who work here end: after a while without a request, and after a day's work whatever happens.

What they were sending at that moment is put by in the visitor's session, for its author alone, and shown to them once
they have signed in again, both factors given; nothing is done before they press a button. Times are the machine's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Session, User
from accounts.policy import works_here
from accounts.session_store import SIGNED_IN

#: Where what was being sent stands in the session.
UNSENT = "unsent_words"
KEPT_FOR, MOST_BYTES = timedelta(hours=1), 200_000
#: What proves a person is asked again, never kept.
_NEVER_KEPT = ("csrfmiddlewaretoken", "code", "unable-code", "credential")
#: Rooms that anyone may enter: a session that ends there ends without a word.
_PUBLIC = frozenset({"postings", "journal", "rehearsal"})
_DOORS = frozenset({"account_request_login_code", "account_confirm_login_code", "account_login", "account_logout"})


@dataclass(frozen=True)
class Unsent:
    """What a person was sending when their session ended."""

    path: str
    words: QueryDict
    files: bool


def idle_limit() -> timedelta:
    return timedelta(minutes=settings.PMP_STAFF_IDLE_MINUTES)


def longest() -> timedelta:
    return timedelta(hours=settings.PMP_STAFF_SESSION_HOURS)


def is_by_itself(request: HttpRequest) -> bool:
    """Whether the page asks, not its reader: what is asked again every few seconds shows nobody's presence."""
    return "HX-Request" in request.headers


def _is_over(request: HttpRequest) -> bool:
    row: Session | None = getattr(request.session, "row", None)
    now = timezone.now()
    began = float(request.session.get(SIGNED_IN, 0))
    idle = row is not None and row.seen_at is not None and now - row.seen_at > idle_limit()
    return idle or now.timestamp() - began > longest().total_seconds()


class StaffSessions:
    """Ends what must end before any page opens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None  # nobody's: what anyone may read stays the same for all, caches included
        user = request.user
        if not works_here(user):
            return None
        if not _is_over(request):
            if request.method == "POST" and request.session.get(UNSENT, {}).get("path") == request.get_full_path():
                del request.session[UNSENT]  # sent at last
            return None
        return _end(request, user)


def _end(request: HttpRequest, user: User) -> HttpResponseBase | None:
    match = request.resolver_match
    logout(request)
    if match is not None and (match.namespace in _PUBLIC or match.view_name in _DOORS):
        return None
    if is_by_itself(request) or "X-Autosave" in request.headers:
        return JsonResponse({}, status=401)  # the page keeps what was typed, and asks to sign in in another tab
    minutes = settings.PMP_STAFF_IDLE_MINUTES
    said = ngettext(
        "Votre session a pris fin, pour protéger les dossiers : après %(n)d minute sans activité, ou une journée de travail.",
        "Votre session a pris fin, pour protéger les dossiers : après %(n)d minutes sans activité, ou une journée de travail.",
        minutes,
    ) % {"n": minutes}
    if request.method == "POST" and _put_by(request, user):
        messages.info(request, f"{said} {_('Reconnectez-vous : ce que vous envoyiez vous attend, rien n’est perdu.')}")
        return redirect_to_login(reverse("accounts:unsent"))
    messages.info(request, f"{said} {_('Reconnectez-vous pour continuer.')}")
    return redirect_to_login(request.get_full_path() if request.method in ("GET", "HEAD") else "/compte/")


def _put_by(request: HttpRequest, user: User) -> bool:
    words = request.POST.copy()
    for name in _NEVER_KEPT:
        words.pop(name, None)
    text = words.urlencode()
    if not text or len(text) > MOST_BYTES:
        return False
    request.session[UNSENT] = {
        "author": str(user.public_id),
        "at": timezone.now().timestamp(),
        "path": request.get_full_path(),
        "words": text,
        "files": bool(request.FILES),
    }
    return True


def find_unsent(request: HttpRequest, user: User) -> Unsent | None:
    """What this very person was sending, less than an hour ago. Whatever is another's, or old, is dropped."""
    kept = request.session.get(UNSENT)
    if kept is None:
        return None
    oldest = (timezone.now() - KEPT_FOR).timestamp()
    if kept["author"] != str(user.public_id) or kept["at"] < oldest:
        drop_unsent(request)
        return None
    return Unsent(kept["path"], QueryDict(kept["words"]), kept["files"])


def drop_unsent(request: HttpRequest) -> None:
    """Forget it."""
    request.session.pop(UNSENT, None)
