"""What waits, and since when, read from the database at each scrape: one answer for the whole installation.

Each gauge is a function; one that breaks leaves its family out, sets ``pmp_gauge_broken`` and says why in the log.
"""

import logging
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError
from django.db.models import Count, Min, Q

from applications.models import Aftermath, LateAttempt
from evaluations.models import Sitting
from journal import clock
from journal.models import Checkpoint, CheckResult, Heartbeat, Unsealed
from notices.models import Notice, NoticeState
from pmp_recruit.metrics.text import Family
from postings.models import Posting

logger = logging.getLogger(__name__)


def _age(moment: datetime | None, now: datetime) -> float:
    """Seconds since the moment; 0 when there is none."""
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0


def notices() -> list[Family]:
    counts = dict(Notice.objects.order_by().values_list("state").annotate(Count("pk")))
    by_state = Family("pmp_notices", "gauge", "Notices, by state.")
    for state in NoticeState.values:
        by_state.add(counts.get(state, 0), state=state)
    now, real = clock.now(), clock.real()
    owed = Notice.objects.filter(state__in=[NoticeState.RELEASED, NoticeState.SENDING])
    # A sign-in code that nobody could send goes no more: it is no debt.
    owed = owed.filter(Q(expires_at=None) | Q(expires_at__gt=real))
    oldest = owed.aggregate(at=Min("released_at"))["at"]
    meaning = "Age of the oldest notice that is released and has not left, by the clock of record."
    return [by_state, Family("pmp_notice_oldest_undelivered_seconds", "gauge", meaning).add(_age(oldest, now))]


def closings() -> list[Family]:
    now = clock.now()
    due = Posting.objects.filter(published_at__isnull=False, closed_at=None, closes_at__lte=now)
    oldest = due.aggregate(at=Min("closes_at"), count=Count("pk"))
    unfinished = Aftermath.objects.filter(finished_at=None).count()
    sittings = Sitting.objects.filter(ended_at=None, started_at__isnull=False, due_at__lte=now).count()
    return [
        Family("pmp_closings_due", "gauge", "Postings past their deadline whose intake nothing has closed yet.").add(
            oldest["count"]
        ),
        Family("pmp_closing_oldest_due_seconds", "gauge", "Seconds since the oldest of these deadlines.").add(
            _age(oldest["at"], now)
        ),
        Family("pmp_closings_unfinished", "gauge", "Closed intakes that still owe word to somebody.").add(unfinished),
        Family("pmp_sittings_overdue", "gauge", "Written exercises past their end that nothing has ended yet.").add(
            sittings
        ),
        Family("pmp_late_attempts", "gauge", "Submissions refused as late, and recorded.").add(
            LateAttempt.objects.count()
        ),
    ]


def heartbeats() -> list[Family]:
    now = clock.real()
    ages = Family("pmp_heartbeat_age_seconds", "gauge", "Seconds since each periodic process was last seen.")
    for name, at in Heartbeat.objects.order_by("name").values_list("name", "at"):
        ages.add(_age(at, now), name=name)
    return [ages]


def journal() -> list[Family]:
    now = clock.now()
    last = Checkpoint.objects.order_by("-size").values_list("size", "at").first()
    waiting = Unsealed.objects.aggregate(count=Count("pk"), at=Min("entry__at"))
    size, sealed_at = last or (0, None)
    return [
        Family("pmp_journal_entries", "gauge", "Entries of the journal.").add(size + waiting["count"]),
        Family("pmp_journal_unsealed", "gauge", "Entries that wait for their seal.").add(waiting["count"]),
        Family("pmp_journal_oldest_unsealed_seconds", "gauge", "Age of the oldest of these.").add(
            _age(waiting["at"], now)
        ),
        Family("pmp_journal_checkpoint_age_seconds", "gauge", "Seconds since the last checkpoint.").add(
            _age(sealed_at, now)
        ),
    ]


def files() -> list[Family]:
    """The room on the disk of the files; a bucket has no end, and no gauge."""
    if not isinstance(default_storage, FileSystemStorage):
        return []
    place = Path(settings.MEDIA_ROOT)
    while not place.exists():
        place = place.parent
    room = shutil.disk_usage(place)
    return [
        Family("pmp_files_free_bytes", "gauge", "Room left on the disk of the files.").add(room.free),
        Family("pmp_files_disk_bytes", "gauge", "Size of the disk of the files.").add(room.total),
    ]


def invariants() -> list[Family]:
    now = clock.real()
    holds = Family("pmp_invariant_holds", "gauge", "1 when the state that should be impossible was not found.")
    age = Family("pmp_invariant_age_seconds", "gauge", "Seconds since the check was last made.")
    for name, sound, at in CheckResult.objects.order_by("name").values_list("name", "holds", "at"):
        holds.add(int(sound), check=name)
        age.add(_age(at, now), check=name)
    return [holds, age]


GAUGES: tuple[Callable[[], list[Family]], ...] = (notices, closings, heartbeats, journal, files, invariants)


def families() -> list[Family]:
    """Every gauge's families, and ``pmp_gauge_broken`` for each gauge."""
    found: list[Family] = []
    broken = Family("pmp_gauge_broken", "gauge", "1 when a gauge could not be read: the log says why.")
    for gauge in GAUGES:
        try:
            found += gauge()
            broken.add(0, gauge=gauge.__name__)
        except (DatabaseError, OSError):
            logger.exception("%s: a gauge could not be read", gauge.__name__)
            broken.add(1, gauge=gauge.__name__)
    return [*found, broken]
