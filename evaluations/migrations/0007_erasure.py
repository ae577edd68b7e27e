"""Free words about a candidate may go once their file is erased, and not before."""

from django.db import migrations

from journal.triggers import per_vendor

_SQLITE_ON_DISK = "(SELECT file FROM pragma_database_list WHERE name = 'main') <> ''"
_OF_REFEREE = (
    "EXISTS (SELECT 1 FROM applications_erasure AS erasure JOIN applications_referee AS referee "
    "ON referee.application_id = erasure.application_id WHERE referee.id = OLD.referee_id)"
)
_OF_INTERVIEW = (
    "EXISTS (SELECT 1 FROM applications_erasure AS erasure JOIN evaluations_interview AS interview "
    "ON interview.application_id = erasure.application_id WHERE interview.id = OLD.interview_id)"
)
_GUARDED = {
    "evaluations_referenceverification": (_OF_REFEREE, "a check is added, never rewritten"),
    "evaluations_rescheduling": (_OF_INTERVIEW, "what happened is added, never rewritten"),
}


def _postgresql(table: str, erased: str, words: str) -> list[str]:
    return [
        f"DROP TRIGGER {table}_refuse_delete ON {table}",
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {erased} THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION 'DELETE refused on {table}: {words}' USING ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {table}_refuse_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    ]


def _sqlite(table: str, erased: str, words: str) -> list[str]:
    return [
        f"DROP TRIGGER {table}_refuse_delete",
        f"CREATE TRIGGER {table}_refuse_delete BEFORE DELETE ON {table} WHEN {_SQLITE_ON_DISK} AND NOT {erased} "
        f"BEGIN SELECT RAISE(ABORT, 'DELETE refused on {table}: {words}'); END",
    ]


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0006_choice"), ("applications", "0006_privacy")]

    operations = [
        per_vendor(
            postgresql=[line for table, rule in _GUARDED.items() for line in _postgresql(table, *rule)],
            sqlite=[line for table, rule in _GUARDED.items() for line in _sqlite(table, *rule)],
        ),
    ]
