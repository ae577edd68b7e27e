"""Who saw what: a document opened by anyone but its candidate leaves an entry."""

from django.db import transaction

from accounts.models import User
from applications.models import Document
from journal import clock
from journal.append import append, salted


def record_viewing(*, document: Document, by: User) -> None:
    """Write that ``by`` opens the document. The caller has fetched it through a policy, so ``by`` may read it.

    The journal names the document by a hash salted with its random identifier: nothing once the row is erased.
    """
    with transaction.atomic():
        append(
            "document.viewed",
            at=clock.now(),
            actor=by.actor,
            subject=document.application.subject,
            facts={"document": salted(document.sha256, document.public_id.bytes)},
        )
