"""The posting's lock, taken before any other: shared by those who submit, exclusive for who closes or extends."""

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from postings.models import Posting

_CLASS = 0x504D50  # one namespace of advisory locks for postings


class PostingCancelled(ValidationError):
    """The posting was cancelled: nothing of it can be submitted, judged or decided any more."""

    def __init__(self) -> None:
        super().__init__(_("Cet avis a été annulé : plus rien n’y est reçu, ni examiné, ni décidé."))


def refuse_if_cancelled(posting: Posting) -> None:
    """Raise PostingCancelled where it is, as stored. Under its lock, nobody cancels it meanwhile."""
    if Posting.objects.filter(pk=posting.pk, cancelled_at__isnull=False).exists():
        raise PostingCancelled


def _hold(function: str, posting: Posting) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("A posting's lock lives in a transaction.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s, %s)", [_CLASS, posting.pk])
    # SQLite: the transaction is IMMEDIATE, so it holds the one write lock already.


def hold_shared(posting: Posting) -> None:
    """Wait for, then hold until the transaction's end, the lock that any number of submitters share.

    PostgreSQL queues newcomers behind a waiting closer, so a closer never starves.
    """
    _hold("pg_advisory_xact_lock_shared", posting)


def hold_exclusive(posting: Posting, *, cancelled_too: bool = False) -> None:
    """Wait for, then hold alone until the transaction's end, the posting's lock.

    What conducts a campaign takes it, so a cancelled posting is refused here, once for every act: raises PostingCancelled.
    """
    _hold("pg_advisory_xact_lock", posting)
    if not cancelled_too:
        refuse_if_cancelled(posting)
