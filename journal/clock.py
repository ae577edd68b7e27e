"""The clock of record: the only source of time for anything that has legal effect.

It is the database's clock, one for all web and worker machines; on SQLite, the one machine's.
In a rehearsal a stored offset moves it, or stops it.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from journal.append import append
from journal.models import ClockShift


def real() -> datetime:
    """The database's own clock, which no rehearsal moves: for leases and heartbeats, never for a deadline."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # clock_timestamp() moves within a transaction; now() would be its start.
            cursor.execute("SELECT clock_timestamp()")
            value: datetime = cursor.fetchone()[0]
            return value.astimezone(UTC)
    return datetime.now(UTC)


def now() -> datetime:
    """The instant, aware and in UTC, that every deadline is judged by."""
    shift = _shift()
    if shift is None:
        return real()
    return shift.stopped_at or real() + shift.offset


def is_stopped() -> bool:
    """Whether the rehearsal's clock stands still."""
    shift = _shift()
    return shift is not None and shift.stopped_at is not None


def move_to(moment: datetime, *, by: str, stopped: bool = False) -> None:
    """Set the rehearsal's clock to ``moment``, running on from there unless ``stopped``.

    ``by`` is the journal's name of the person. Raises PermissionDenied outside a rehearsal.
    """
    if not settings.PMP_REHEARSAL:
        raise PermissionDenied("Only a rehearsal's clock moves.")
    with transaction.atomic():
        before = now()
        ClockShift.objects.create(offset=moment - real(), stopped_at=moment.astimezone(UTC) if stopped else None, by=by)
        append(
            "clock.moved",
            at=before,
            actor=by,
            subject="clock",
            facts={"from": before, "to": moment, "stopped": stopped},
        )


def move_by(step: timedelta, *, by: str) -> None:
    """Move the rehearsal's clock on by ``step``; a stopped clock stays stopped."""
    move_to(now() + step, by=by, stopped=is_stopped())


def _shift() -> ClockShift | None:
    return ClockShift.objects.order_by("-id").first() if settings.PMP_REHEARSAL else None


def zone() -> ZoneInfo:
    """The institution's time zone."""
    return ZoneInfo(settings.TIME_ZONE)
