"""One database as one file, and back: ``pg_dump`` in its custom format, or SQLite's own online backup."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction

from pmp_recruit.backups.manifest import Unusable


def _environment() -> dict[str, str]:
    """What PostgreSQL's programs read: a password on a command's line could be seen by every process."""
    known = connection.settings_dict
    named = {
        "PGDATABASE": known["NAME"],
        "PGUSER": known["USER"],
        "PGPASSWORD": known["PASSWORD"],
        "PGHOST": known["HOST"],
        "PGPORT": str(known["PORT"] or ""),
        "PGSSLMODE": known.get("OPTIONS", {}).get("sslmode", ""),
    }
    return os.environ | {name: value for name, value in named.items() if value}


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    except FileNotFoundError as error:
        raise Unusable(f"{command[0]} is not installed: apt-get install postgresql-client.") from error
    if done.returncode:
        raise Unusable(f"{command[0]} failed: {done.stderr.strip()[-500:]}")


@contextmanager
def one_instant() -> Iterator[str]:
    """What is read inside is the database as it stands now; gives the snapshot's name, by which ``dump`` sees the same."""
    if connection.vendor == "sqlite":
        with transaction.atomic():  # nobody writes meanwhile: seconds, on the embedded default
            yield ""
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot: str = cursor.fetchone()[0]
        yield snapshot


def dump(path: Path, snapshot: str) -> None:
    """Write the database as it stands in the snapshot. Raises Unusable."""
    path.touch(mode=0o600)
    if connection.vendor == "sqlite":
        with sqlite3.connect(connection.settings_dict["NAME"]) as source, sqlite3.connect(path) as target:
            source.backup(target)
        target.close()
        source.close()
        return
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={path}")


def is_empty() -> bool:
    """Whether nothing at all stands in the database."""
    return connection.introspection.table_names() == []


def restore(path: Path) -> None:
    """Put the dump in the place of whatever the database holds. Raises Unusable; the database is then empty."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(path) as source:
            source.backup(connection.connection)
        source.close()
        connection.close()
        return
    if not is_empty():
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    connection.close()
    target = f"--dbname={connection.settings_dict['NAME']}"
    _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", target, str(path))
