"""The Celery application. Nothing owed depends on it: every task is a sweep of the database."""

import os
from pathlib import Path

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmp_recruit.settings")
app = Celery("pmp_recruit")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
for key in ("data_folder_in", "control_folder"):
    folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get(key)
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
