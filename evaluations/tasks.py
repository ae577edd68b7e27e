"""What beat asks for. A sweep: run twice, or cut short, it ends in the same place."""

from celery import shared_task

from evaluations import archiving, endings, erasure, reference_reminders, reminding


@shared_task
def erase_due() -> None:
    erasure.erase_due()


@shared_task
def end_due_sittings() -> None:
    endings.end_due()


@shared_task
def tell_invited() -> None:
    reminding.tell_invited()


@shared_task
def remind_referees() -> None:
    reference_reminders.remind_referees()


@shared_task
def make_archives() -> None:
    archiving.make_due()
