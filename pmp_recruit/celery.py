"""The Celery application. Nothing owed depends on it: every task is a sweep of the database."""

import logging.config
import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

from pmp_recruit import broker, tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmp_recruit.settings")
broker.register()
__all__ = ["app", "tracing"]  # whose receivers listen once it is imported
app = Celery("pmp_recruit")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_configure.connect
def make_broker_folders(**_: Any) -> None:
    """The embedded broker keeps its messages in folders that it doesn't make itself."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    for key in ("data_folder_in", "control_folder"):
        if key in options:
            Path(options[key]).mkdir(parents=True, exist_ok=True)


@setup_logging.connect
def log_as_the_web_does(**_: Any) -> None:
    """One configuration of logs for every process: a receiver of this signal turns Celery's own off."""
    logging.config.dictConfig(settings.LOGGING)
