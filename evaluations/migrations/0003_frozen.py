"""What the jury and the authority settled doesn't change: the database refuses it, whoever asks."""

from django.db import migrations

from journal.triggers import per_vendor, refuse

_CHANGED = (
    "{new}.closed_at {differs} {old}.closed_at OR {new}.record {differs} {old}.record OR {new}.outcome <> {old}.outcome"
)
_POSTGRESQL = _CHANGED.format(new="NEW", old="OLD", differs="IS DISTINCT FROM")
_SQLITE = _CHANGED.format(new="NEW", old="OLD", differs="IS NOT")
_NAME = "evaluations_deliberation_closed"


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0002_triggers"), ("journal", "0002_triggers")]

    operations = [
        refuse("evaluations_rankedfile", message="the order of merit is frozen"),
        refuse("evaluations_ruling", message="the authority rules once"),
        refuse("evaluations_decision", message="a decision stands"),
        refuse("evaluations_referenceverification", message="a check is added, never rewritten"),
        refuse("evaluations_rescheduling", message="what happened is added, never rewritten"),
        # Only the minutes are still to come once the record is closed.
        per_vendor(
            postgresql=[
                f"CREATE TRIGGER {_NAME} BEFORE UPDATE ON evaluations_deliberation FOR EACH ROW "
                f"WHEN (OLD.closed_at IS NOT NULL AND ({_POSTGRESQL})) "
                "EXECUTE FUNCTION pmp_refuse('the deliberation is closed')"
            ],
            sqlite=[
                f"CREATE TRIGGER {_NAME} BEFORE UPDATE ON evaluations_deliberation "
                f"WHEN OLD.closed_at IS NOT NULL AND ({_SQLITE}) "
                "BEGIN SELECT RAISE(ABORT, 'UPDATE refused on evaluations_deliberation: it is closed'); END"
            ],
            undo_postgresql=[f"DROP TRIGGER {_NAME} ON evaluations_deliberation"],
            undo_sqlite=[f"DROP TRIGGER {_NAME}"],
        ),
    ]
