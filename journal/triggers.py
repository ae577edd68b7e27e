"""Migration operations for triggers, in both dialects. Triggers only refuse; the rules live in the acts.

A refused statement raises ``django.db.IntegrityError``. Two things to know:

* Django's tests empty the tables between transactional tests, with TRUNCATE on PostgreSQL and DELETE on
  SQLite. That passes only where nothing of value can stand: in a PostgreSQL database whose name starts with
  ``test_``, which Django's test runner makes and destroys, and in an SQLite database in memory.
* On SQLite, a later migration that alters a guarded table makes the table anew and loses its triggers: such a
  migration ends with the same ``refuse(...)`` again. ``manage.py fsck`` reports a missing trigger.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython

#: What guards an append-only table.
VERBS = ("update", "delete", "truncate")

_POSTGRESQL_FUNCTION = r"""
CREATE OR REPLACE FUNCTION pmp_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\_%' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% refused on %: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$
"""
_SQLITE_ON_DISK = "(SELECT file FROM pragma_database_list WHERE name = 'main') <> ''"


def per_vendor(
    *,
    postgresql: Sequence[str],
    sqlite: Sequence[str],
    undo_postgresql: Sequence[str] = (),
    undo_sqlite: Sequence[str] = (),
) -> RunPython:
    """One operation that runs the statements written for the database at hand."""

    def run(choice: dict[str, Sequence[str]]) -> Any:
        def execute(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
            for statement in choice[schema_editor.connection.vendor]:
                schema_editor.execute(statement, params=None)

        return execute

    return RunPython(
        run({"postgresql": postgresql, "sqlite": sqlite}),
        run({"postgresql": undo_postgresql, "sqlite": undo_sqlite}),
    )


def trigger_name(table: str, verb: str) -> str:
    return f"{table}_refuse_{verb}"


def refuse(table: str, *verbs: str, message: str) -> RunPython:
    """Refuse ``verbs`` (of :data:`VERBS`; all of them when none is named) on ``table``, saying ``message``."""
    wanted = verbs or VERBS
    if unknown := set(wanted) - set(VERBS):
        raise ValueError(f"No trigger refuses {sorted(unknown)}.")
    words = message.replace("'", "''")
    on_rows = [verb for verb in wanted if verb != "truncate"]
    return per_vendor(
        postgresql=[_POSTGRESQL_FUNCTION, *(_postgresql(table, verb, words) for verb in wanted)],
        sqlite=[_sqlite(table, verb, words) for verb in on_rows],
        undo_postgresql=[f"DROP TRIGGER {trigger_name(table, verb)} ON {table}" for verb in wanted],
        undo_sqlite=[f"DROP TRIGGER {trigger_name(table, verb)}" for verb in on_rows],
    )


def _postgresql(table: str, verb: str, words: str) -> str:
    level = "STATEMENT" if verb == "truncate" else "ROW"
    return (
        f"CREATE TRIGGER {trigger_name(table, verb)} BEFORE {verb.upper()} ON {table} "
        f"FOR EACH {level} EXECUTE FUNCTION pmp_refuse('{words}')"
    )


def _sqlite(table: str, verb: str, words: str) -> str:
    condition = f"WHEN {_SQLITE_ON_DISK} " if verb == "delete" else ""
    return (
        f"CREATE TRIGGER {trigger_name(table, verb)} BEFORE {verb.upper()} ON {table} "
        f"{condition}BEGIN SELECT RAISE(ABORT, '{verb.upper()} refused on {table}: {words}'); END"
    )


def missing(table: str) -> list[str]:
    """The names of the guards that an append-only ``table`` should have and hasn't (or has switched off)."""
    if connection.vendor == "postgresql":
        sql = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled IN ('O', 'A')"
        verbs: tuple[str, ...] = VERBS
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        verbs = tuple(verb for verb in VERBS if verb != "truncate")
    with connection.cursor() as cursor:
        cursor.execute(sql, [table])
        found = {row[0] for row in cursor.fetchall()}
    return [name for verb in verbs if (name := trigger_name(table, verb)) not in found]


#: SQLite's triggers while a migration makes guarded tables anew.
_ASIDE: list[tuple[str, str]] = []


def _take_down(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        _ASIDE[:] = cursor.fetchall()
    for name, _sql in _ASIDE:
        schema_editor.execute(f'DROP TRIGGER "{name}"', params=None)


def _put_up(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    while _ASIDE:
        schema_editor.execute(_ASIDE.pop(0)[1], params=None)


def set_aside() -> RunPython:
    """Before operations that alter a guarded table: on SQLite, take every trigger down, as it stands, until :func:`put_back`."""
    return RunPython(_take_down, _put_up)


def put_back() -> RunPython:
    """After them, in the same migration: the triggers stand again, whoever had added them."""
    return RunPython(_put_up, _take_down)
