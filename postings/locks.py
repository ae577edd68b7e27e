"""The posting's lock, taken before any other: shared by those who submit, exclusive for who closes or extends."""

from django.db import connection

from postings.models import Posting

_CLASS = 0x504D50  # one namespace of advisory locks for postings


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


def hold_exclusive(posting: Posting) -> None:
    """Wait for, then hold alone until the transaction's end, the posting's lock."""
    _hold("pg_advisory_xact_lock", posting)
