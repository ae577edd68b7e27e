"""Let a transactional test empty tables whose triggers refuse it.

The journal's triggers refuse DELETE (and TRUNCATE); a test that commits must still leave an empty database
to the next one. PostgreSQL skips the triggers in a session that says it replicates (the tests' own role is a
superuser); SQLite has no such switch, so they are dropped and made again.

A browser that closes leaves what it sent last to the live server's threads. They are waited for, since emptying the
tables under one of them is a deadlock; what was still on its way then, and began meanwhile, makes it try again.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import CommandError
from django.core.signals import request_finished, request_started
from django.db import connection
from django.test import TransactionTestCase

_served = threading.Condition()
_serving: set[int] = set()


def _begun(**_kwargs: Any) -> None:
    if threading.current_thread() is not threading.main_thread():
        with _served:
            _serving.add(threading.get_ident())


def _ended(**_kwargs: Any) -> None:
    with _served:
        _serving.discard(threading.get_ident())
        _served.notify_all()


request_started.connect(_begun, dispatch_uid="tests.flush.begun")
request_finished.connect(_ended, dispatch_uid="tests.flush.ended")


def answered(timeout: float = 10) -> None:
    """Wait until no thread of the live server answers a request."""
    with _served:
        _served.wait_for(lambda: not _serving, timeout)


@contextmanager
def triggers_off() -> Iterator[None]:
    """Within it, no trigger of the tests' database fires."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            try:
                yield
            finally:
                cursor.execute("SET session_replication_role = origin")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            yield
        finally:
            for _name, sql in triggers:
                cursor.execute(sql)


_teardown = TransactionTestCase._fixture_teardown


def _teardown_without_triggers(self: TransactionTestCase, *args: Any) -> None:
    for last in (False, False, True):
        answered()
        try:
            with triggers_off():
                _teardown(self, *args)
        except CommandError:
            if last:
                raise
        else:
            return


TransactionTestCase._fixture_teardown = _teardown_without_triggers  # type: ignore[method-assign]
