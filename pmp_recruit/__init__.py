"""The wiring: settings, URLs, Celery. No app imports it."""

from pmp_recruit.celery import app as celery_app

__all__ = ["celery_app"]
