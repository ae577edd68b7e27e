"""Where a person is signed in: listed, and ended by them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import Session, User
from accounts.session_store import SIGNED_IN
from journal import clock
from journal.append import append

#: How long after a sign-in nobody is asked for another before a weighty change of the account.
FRESH = timedelta(minutes=15)
#: A session's last use is noted to the nearest of these: nothing finer can be told.
STEP = timedelta(minutes=10)
#: The same for those whose session ends when they leave it.
STAFF_STEP = timedelta(minutes=1)


@dataclass(frozen=True)
class OpenSession:
    """One of a person's sessions. ``mark`` names it on a page: the session's key itself would open it."""

    mark: str
    device: str
    signed_in_at: datetime | None
    seen_at: datetime | None
    current: bool
    recent: bool


def is_fresh(session: SessionBase) -> bool:
    """Whether the person signed in a moment ago: it is them, not somebody who found the screen open."""
    return timezone.now().timestamp() - float(session.get(SIGNED_IN, 0)) < FRESH.total_seconds()


def _mark(session: Session) -> str:
    return salted_hmac("accounts.session", session.session_key).hexdigest()[:20]


def list_sessions(*, user: User, current: str | None) -> list[OpenSession]:
    """The person's sessions that still open, the current one first, then the latest used."""
    rows = Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-seen_at")
    found = [_open(row, current) for row in rows]
    return sorted(found, key=lambda session: not session.current)


def _open(row: Session, current: str | None) -> OpenSession:
    recent = row.seen_at is not None and timezone.now() - row.seen_at < STEP
    return OpenSession(
        _mark(row), row.device, row.signed_in_at, row.seen_at, current=row.session_key == current, recent=recent
    )


def end_session(*, mark: str, by: User) -> None:
    """End one of one's own sessions. Raises Http404 when there is no such one."""
    rows = Session.objects.filter(user=by)
    row = next((row for row in rows if constant_time_compare(_mark(row), mark)), None)
    if row is None:
        raise Http404
    _end(Session.objects.filter(pk=row.pk), by)


def end_others(*, by: User, current: str | None) -> int:
    """End all of one's sessions but the current one; how many."""
    return _end(Session.objects.filter(user=by).exclude(session_key=current or ""), by)


def _end(rows: Any, by: User) -> int:
    with transaction.atomic():
        count: int = rows.delete()[0]
        if count:
            append("account.sessions_ended", at=clock.now(), actor=by.actor, subject=by.actor, facts={"count": count})
    return count
