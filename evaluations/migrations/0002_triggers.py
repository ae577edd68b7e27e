"""A sealed sheet doesn't change: the database refuses it, whoever asks."""

from django.db import migrations

from journal.triggers import per_vendor

_FUNCTIONS = r"""
CREATE OR REPLACE FUNCTION evaluations_refuse_sealed_score() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM evaluations_scoresheet WHERE id = OLD.sheet_id AND sealed_at IS NOT NULL) THEN
        RAISE EXCEPTION '% refused on evaluations_score: the sheet is sealed', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION evaluations_refuse_sealed_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% refused on evaluations_scoresheet: the sheet is sealed', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
"""

_SHEET_IS_SEALED = "EXISTS (SELECT 1 FROM evaluations_scoresheet WHERE id = OLD.sheet_id AND sealed_at IS NOT NULL)"


def _sqlite(table: str, verb: str, condition: str) -> str:
    return (
        f"CREATE TRIGGER {table}_sealed_{verb.lower()} BEFORE {verb} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{verb} refused on {table}: the sheet is sealed'); END"
    )


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0001_initial")]

    operations = [
        per_vendor(
            postgresql=[
                _FUNCTIONS,
                "CREATE TRIGGER evaluations_score_sealed BEFORE UPDATE OR DELETE ON evaluations_score "
                "FOR EACH ROW EXECUTE FUNCTION evaluations_refuse_sealed_score()",
                # Reopening is the one change: sealed_at becomes null, and nothing else with it.
                "CREATE TRIGGER evaluations_scoresheet_sealed_update BEFORE UPDATE ON evaluations_scoresheet FOR EACH ROW "
                "WHEN (OLD.sealed_at IS NOT NULL AND (NEW.sealed_at IS NOT NULL OR NEW.member_id <> OLD.member_id "
                "OR NEW.application_id <> OLD.application_id OR NEW.appreciation <> OLD.appreciation)) "
                "EXECUTE FUNCTION evaluations_refuse_sealed_sheet()",
                "CREATE TRIGGER evaluations_scoresheet_sealed_delete BEFORE DELETE ON evaluations_scoresheet FOR EACH ROW "
                "WHEN (OLD.sealed_at IS NOT NULL) EXECUTE FUNCTION evaluations_refuse_sealed_sheet()",
            ],
            sqlite=[
                _sqlite("evaluations_score", "UPDATE", _SHEET_IS_SEALED),
                _sqlite("evaluations_score", "DELETE", _SHEET_IS_SEALED),
                _sqlite("evaluations_scoresheet", "DELETE", "OLD.sealed_at IS NOT NULL"),
                _sqlite(
                    "evaluations_scoresheet",
                    "UPDATE",
                    "OLD.sealed_at IS NOT NULL AND (NEW.sealed_at IS NOT NULL OR NEW.member_id <> OLD.member_id "
                    "OR NEW.application_id <> OLD.application_id OR NEW.appreciation <> OLD.appreciation)",
                ),
            ],
            undo_postgresql=[
                "DROP TRIGGER evaluations_score_sealed ON evaluations_score",
                "DROP TRIGGER evaluations_scoresheet_sealed_update ON evaluations_scoresheet",
                "DROP TRIGGER evaluations_scoresheet_sealed_delete ON evaluations_scoresheet",
                "DROP FUNCTION evaluations_refuse_sealed_score",
                "DROP FUNCTION evaluations_refuse_sealed_sheet",
            ],
            undo_sqlite=[
                "DROP TRIGGER evaluations_score_sealed_update",
                "DROP TRIGGER evaluations_score_sealed_delete",
                "DROP TRIGGER evaluations_scoresheet_sealed_delete",
                "DROP TRIGGER evaluations_scoresheet_sealed_update",
            ],
        ),
    ]
