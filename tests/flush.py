"""Let a transactional test empty tables whose triggers refuse it.

The journal's triggers refuse DELETE (and TRUNCATE); a test that commits must still leave an empty database
to the next one. PostgreSQL skips the triggers in a session that says it replicates (the tests' own role is a
superuser); SQLite has no such switch, so they are dropped and made again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import TransactionTestCase


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
    with triggers_off():
        _teardown(self, *args)


TransactionTestCase._fixture_teardown = _teardown_without_triggers  # type: ignore[method-assign]
