"""What beat asks for. Each task is a sweep: run twice, or cut short, it ends in the same place."""

from celery import shared_task

from applications import bulk, cancelling, closing, orphans, reminders, uploads


@shared_task
def close_due_intakes() -> None:
    closing.close_due_intakes()
    closing.announce_extensions()
    cancelling.tell_cancelled()


@shared_task
def delete_orphans() -> None:
    uploads.discard_stale()
    bulk.discard_stale()
    orphans.delete_orphans()


@shared_task
def remind_drafts() -> None:
    reminders.remind_drafts()


@shared_task
def run_bulk_acts() -> None:
    bulk.run_due()
