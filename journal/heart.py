"""Heartbeats: when a periodic process was last seen."""

from journal import clock
from journal.models import Heartbeat


def beat(name: str) -> None:
    """Say that ``name`` is alive now, in real time."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": clock.real()})
