"""Who saw what: a document opened by anyone but its candidate leaves an entry."""

from django.db import transaction

from accounts.models import User
from applications.models import Document
from journal import clock
from journal.append import append


def record_viewing(*, document: Document, by: User) -> None:
    """Write that ``by`` opens the document. The caller has fetched it through a policy, so ``by`` may read it."""
    with transaction.atomic():
        append(
            "document.viewed",
            at=clock.now(),
            actor=by.actor,
            subject=document.application.subject,
            facts={"sha256": document.sha256},
        )
