"""The sweeps that send what is owed, and read what comes back."""

from celery import shared_task

from notices import bounce_box, delivery, outbox


@shared_task
def read_bounces() -> None:
    """Read the mailbox of what came back, where there is one."""
    bounce_box.read_box()


@shared_task
def deliver_due() -> None:
    """Release what is due, then send what is released."""
    outbox.release_due()
    delivery.deliver_due()
