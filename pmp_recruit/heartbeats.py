"""Worker, mailer and beat each write that they are alive, from the loop that does their work: one that hangs falls silent.

Only a row is written: ``deploy/health NAME``, ``manage.py doctor`` and ``/metrics`` read it. ``/readyz`` doesn't: a web
page must stay in service while letters wait.
"""

import logging
import time
from typing import Any

from celery.beat import PersistentScheduler
from celery.signals import worker_ready
from django.conf import settings
from django.db import DatabaseError, close_old_connections

from journal import heart

logger = logging.getLogger(__name__)
#: Seconds between two.
EVERY = 10.0


def names_of(queues: set[str]) -> list[str]:
    """What a worker of these queues is called: one without ``--queues`` is both."""
    known = {settings.PMP_QUEUE: "worker", f"{settings.PMP_QUEUE}-notices": "mailer"}
    return [name for queue, name in known.items() if queue in queues]


def say(name: str) -> None:
    """Write the heartbeat; a database that is away costs one, and a line."""
    try:
        close_old_connections()
        heart.beat(name)
    except DatabaseError as error:
        logger.warning("%s: its heartbeat could not be written: %s", name, type(error).__name__)


@worker_ready.connect
def begin(sender: Any, **_: Any) -> None:
    """From now on the worker's own timer writes, between two tasks."""
    for name in names_of(set(sender.app.amqp.queues.consume_from)):
        say(name)
        sender.timer.call_repeatedly(EVERY, say, args=(name,))


class Scheduler(PersistentScheduler):
    """Beat's own scheduler, which says that it still ticks."""

    _said = float("-inf")

    def tick(self, *arguments: Any, **options: Any) -> Any:
        if time.monotonic() - self._said >= EVERY:
            say("scheduler")
            self._said = time.monotonic()
        # Never asleep for longer than between two heartbeats; 0 says that the next task is due at once.
        wait = super().tick(*arguments, **options)
        return EVERY if wait is None else min(wait, EVERY)
