"""What the worker does for the journal."""

from celery import shared_task

from journal import checkpoint, heart


@shared_task
def seal() -> None:
    checkpoint.seal()


@shared_task
def beat() -> None:
    heart.beat("beat")
