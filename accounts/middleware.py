"""When a session was last used, to the nearest ten minutes: a write now and then, not one a request."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.models import Session
from accounts.sessions import STEP


def last_seen(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Note that the session is in use. It reads only a row that the request read anyway."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        row: Session | None = getattr(request.session, "row", None)
        now = timezone.now()
        if row is not None and row.user_id and row.seen_at and row.seen_at < now - STEP:
            Session.objects.filter(pk=row.pk).update(seen_at=now)
        return response

    return middleware
