"""The sweep that sends what is owed."""

from celery import shared_task

from notices import delivery, outbox


@shared_task
def deliver_due() -> None:
    """Release what is due, then send what is released."""
    outbox.release_due()
    delivery.deliver_due()
