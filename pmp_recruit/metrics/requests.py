"""How many requests each web process answered, and how fast.

Several processes share one port, so a scrape reaches whichever is free. Each keeps its own counts and writes them, at most
once a second, to a file of its own under ``PMP_HOME/metrics``; the one that is scraped reads every file and answers for
all, each with its ``process`` label: ``sum by (view)`` adds them up, and a counter never goes backwards. Not in the
database nor in Redis: a page must not wait for its own measurement, nor fail with it. Machines that share no folder are
scraped one by one, as Prometheus expects. A file that nobody has written for an hour goes; its process, if it only
slept, writes it again whole.
"""

import json
import logging
import os
import secrets
import socket
import threading
import time
from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from pmp_recruit.metrics.text import Family

#: Upper bounds in seconds: a cached page takes 5 ms, an inspected upload a second.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: Seconds: how often a busy process writes, and after how long a silent one's file goes.
_EVERY, _FORGOTTEN = 1.0, 3600.0
logger = logging.getLogger(__name__)


class Counts:
    """The requests of one process: by method, view and status; durations by view."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self._pid = os.getpid()
        # The name says the process for as long as it lives, and is never taken again.
        self.process = f"{socket.gethostname()[:30]}-{self._pid}-{secrets.token_hex(3)}"
        self._requests: dict[tuple[str, str, str], int] = {}
        self._durations: dict[str, list[float]] = {}
        self._written = 0.0

    def observe(self, *, method: str, view: str, status: int, seconds: float) -> None:
        """Count one answer, and write the file if it is a second old."""
        with self._lock:
            if self._pid != os.getpid():
                self._begin()  # a fork began with its parent's counts
            key = (method, view, str(status))
            self._requests[key] = self._requests.get(key, 0) + 1
            row = self._durations.setdefault(view, [0.0] * (len(BUCKETS) + 2))
            row[bisect_left(BUCKETS, seconds)] += 1
            row[-1] += seconds
            due = time.monotonic() - self._written > _EVERY
        if due:
            self.write()

    def write(self) -> None:
        """Write the counts as they stand: whole or not at all. A disk that refuses costs a measurement, not a page."""
        with self._lock:
            self._written = time.monotonic()
            known = {
                "process": self.process,
                "requests": [[*key, count] for key, count in self._requests.items()],
                "durations": self._durations,
            }
            text = json.dumps(known)
            path = folder() / f"{self.process}.json"
            draft = path.with_suffix(".part")
            try:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                draft.write_text(text, encoding="utf-8")
                draft.replace(path)
            except OSError:
                logger.warning("The counts of requests could not be written.")


#: This process's own.
COUNTS = Counts()


def folder() -> Path:
    return Path(settings.PMP_HOME) / "metrics"


def _files() -> Iterable[dict[str, Any]]:
    """What each process wrote last."""
    for path in sorted(folder().glob("*.json")):
        try:
            if time.time() - path.stat().st_mtime > _FORGOTTEN:
                path.unlink()
                continue
            yield json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # gone since, by another scrape


def families() -> list[Family]:
    """The counts of every process that shares the folder, this one's to the last request."""
    COUNTS.write()
    answered = Family("pmp_requests_total", "counter", "Answers, by method, view and status.")
    took = Family("pmp_request_duration_seconds", "histogram", "Seconds from a request to its answer, by view.")
    for known in _files():
        process = str(known["process"])
        for method, view, status, count in known["requests"]:
            answered.add(count, method=method, view=view, status=status, process=process)
        for view, row in known["durations"].items():
            _histogram(took, row, view=view, process=process)
    return [answered, took]


def _histogram(family: Family, row: list[float], **labels: str) -> None:
    total = 0.0
    for bound, count in zip([*map(str, BUCKETS), "+Inf"], row[:-1], strict=True):
        total += count
        family.add(total, suffix="_bucket", **labels, le=bound)
    family.add(row[-1], suffix="_sum", **labels).add(total, suffix="_count", **labels)
