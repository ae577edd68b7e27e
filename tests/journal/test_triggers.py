"""The database itself refuses to change the journal, whoever asks."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from journal import checkpoint, triggers
from tests.journal.records import write

TABLES = ["journal_entry", "journal_leaf", "journal_node", "journal_checkpoint"]
CHANGES = [
    ("journal_entry", "UPDATE journal_entry SET actor = 'someone else'"),
    ("journal_entry", "DELETE FROM journal_entry"),
    ("journal_leaf", "UPDATE journal_leaf SET hash = hash"),
    ("journal_leaf", "DELETE FROM journal_leaf"),
    ("journal_node", "UPDATE journal_node SET level = level + 1"),
    ("journal_node", "DELETE FROM journal_node"),
    ("journal_checkpoint", "UPDATE journal_checkpoint SET note = ''"),
    ("journal_checkpoint", "DELETE FROM journal_checkpoint"),
]


def _rows(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()]


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "statement"), CHANGES)
def test_the_database_refuses_to_change_the_journal(table: str, statement: str) -> None:
    write(4)
    checkpoint.seal()
    before = _rows(table)
    with (
        pytest.raises(IntegrityError, match=f"refused on {table}"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert before
    assert _rows(table) == before


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_no_guard_is_missing(table: str) -> None:
    assert triggers.missing(table) == []


@pytest.mark.django_db
def test_a_guard_that_is_gone_is_reported() -> None:
    name = triggers.trigger_name("journal_entry", "delete")
    with connection.cursor() as cursor:
        on = " ON journal_entry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {name}{on}")
    assert triggers.missing("journal_entry") == [name]


@pytest.mark.django_db
def test_only_a_test_database_lets_its_journal_be_emptied() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'pmp_refuse'")
        (source,) = cursor.fetchone()
        cursor.execute("SELECT current_database() LIKE %s", [r"test\_%"])
        assert cursor.fetchone() == (True,)
    assert r"current_database() LIKE 'test\_%'" in source


def test_an_unknown_verb_is_refused() -> None:
    with pytest.raises(ValueError, match="No trigger"):
        triggers.refuse("journal_entry", "select", message="")


def test_the_embedded_database_refuses_too(tmp_path: Path) -> None:
    """A real file, as the embedded default has it, changed from outside of the site."""
    program = (
        "import sys, django; from django.conf import settings; from django.core.management import call_command\n"
        "database = {'ENGINE': 'django.db.backends.sqlite3', 'NAME': sys.argv[1]}\n"
        "field = 'django.db.models.BigAutoField'\n"
        "settings.configure(INSTALLED_APPS=['journal'], DATABASES={'default': database}, DEFAULT_AUTO_FIELD=field)\n"
        "django.setup(); call_command('migrate', skip_checks=True, verbosity=0)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "db.sqlite3")]
    subprocess.run(command, cwd=settings.BASE_DIR, check=True, timeout=120)
    connection = sqlite3.connect(tmp_path / "db.sqlite3")
    connection.execute("INSERT INTO journal_checkpoint VALUES (1, 1, x'00', 'note', '2025-10-30')")
    connection.commit()
    for statement in ("UPDATE journal_checkpoint SET size = 2", "DELETE FROM journal_checkpoint"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    assert connection.execute("SELECT size FROM journal_checkpoint").fetchall() == [(1,)]
    connection.close()
