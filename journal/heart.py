"""Heartbeats: when a periodic process was last seen.

``beat`` is a round trip: beat asked, a worker did. ``worker``, ``mailer`` and ``scheduler`` are written by each process
of itself, so that one that died or hangs is told from one that nobody asks (:mod:`pmp_recruit.heartbeats`).
"""

from datetime import timedelta

from journal import clock
from journal.models import Heartbeat

#: Each is written every ten seconds; after this long, its process does nothing any more.
LATE_AFTER = timedelta(seconds=60)


def beat(name: str) -> None:
    """Say that ``name`` is alive now, in real time."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": clock.real()})


def is_late(name: str) -> bool:
    """Whether ``name`` has not been seen for LATE_AFTER, or ever."""
    return not Heartbeat.objects.filter(name=name, at__gt=clock.real() - LATE_AFTER).exists()
