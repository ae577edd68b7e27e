"""What beat asks for of the whole. A sweep: run twice, or cut short, it ends in the same place."""

from celery import shared_task

from pmp_recruit import heartbeats, watch

__all__ = ["check_next", "heartbeats"]  # whose receiver listens once a worker has imported its tasks


@shared_task
def check_next() -> None:
    watch.check_next()
