"""Logs: one line an event, with the request's id, without personal data: plain for people, or JSON for a machine."""

import json
import logging
import re
import time
from contextvars import ContextVar
from typing import Any

#: The id of the request being served, or of the one that asked for the task at work; "-" outside both.
request_id: ContextVar[str] = ContextVar("request_id", default="-")

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Longer than any UUID: the links of referees and the keys of sessions.
_SECRET = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{40,}(?![\w-])")
# What PostgreSQL adds to a broken constraint: the row's values, names and telephones with them.
_ROW = re.compile(r"\b(DETAIL|DÉTAIL)\s*:.*")


def clean(text: str) -> str:
    """The text without mail addresses, long random tokens, and the values of a row that the database refused."""
    return _ROW.sub(r"\1: […]", _SECRET.sub("[…]", _ADDRESS.sub("[adresse]", text)))


class WithoutPath(logging.Filter):
    """Django's lines on a refused request name its view: a path may hold the code of a file, or a referee's link."""

    def filter(self, record: logging.LogRecord) -> bool:
        path = getattr(getattr(record, "request", None), "path", None)
        if path is not None and isinstance(record.args, tuple):
            match = getattr(record.request, "resolver_match", None)  # type: ignore[attr-defined]
            view = match.view_name if match else "-"
            record.args = tuple(view if argument == path else argument for argument in record.args)
        return True


class LineFormatter(logging.Formatter):
    """``2025-10-30T15:30:00Z INFO journal [4f1c09] message``, cleaned."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%SZ"
    default_msec_format = None

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = request_id.get()
        return clean(super().format(record))


class JsonFormatter(LineFormatter):
    """One JSON object a line: ``at``, ``level``, ``logger``, ``request``, ``process``, ``text``; ``error`` holds a
    traceback. What the caller gives as ``extra={"facts": {...}}`` stands beside them (:mod:`pmp_recruit.middleware`).
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "request": request_id.get(),
            "process": record.process,
            "text": clean(record.getMessage()),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["error"] = clean(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def config(style: str) -> dict[str, Any]:
    """The logging of every process, each line in the ``style``: ``lines`` or ``json``."""
    return {**CONFIG, "handlers": {"stderr": {**CONFIG["handlers"]["stderr"], "formatter": style}}}


CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_path": {"()": WithoutPath}},
    "formatters": {
        "lines": {"()": LineFormatter, "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"},
        "json": {"()": JsonFormatter},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["without_path"]}},
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
        "botocore": {"level": "WARNING"},
        "boto3": {"level": "WARNING"},
        "s3transfer": {"level": "WARNING"},
    },
}
