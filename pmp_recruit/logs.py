"""Logs: one line an event, with the request's id, without personal data."""

import logging
import re
import time
from contextvars import ContextVar
from typing import Any

#: The id of the request being served, or "-" outside one.
request_id: ContextVar[str] = ContextVar("request_id", default="-")

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Longer than any UUID: the links of referees and the keys of sessions.
_SECRET = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{40,}(?![\w-])")


class LineFormatter(logging.Formatter):
    """``2025-10-30T15:30:00Z INFO journal [4f1c09] message``, without mail addresses nor long random tokens."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%SZ"
    default_msec_format = None

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = request_id.get()
        return _SECRET.sub("[…]", _ADDRESS.sub("[adresse]", super().format(record)))


CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": LineFormatter, "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "propagate": True, "level": "INFO"},
        "django.server": {"handlers": [], "propagate": True},
        # A sweep runs every few seconds: only its failures are news.
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        # It complains that a folder has no host's name.
        "kombu.connection": {"level": "ERROR"},
        "celery.worker.consumer.connection": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
