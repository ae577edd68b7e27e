"""Once a posting is published, the database refuses to change its rules: only the deadline and the closing still move."""

from django.db import migrations

from journal.triggers import per_vendor, refuse

PARTS = ("postings_criterion", "postings_question", "postings_documentrequirement")
FROZEN = (
    "slug",
    "title",
    "institution",
    "contract",
    "locality",
    "country",
    "notice_text",
    "notice_sha256",
    "content_sha256",
    "timezone",
    "opens_at",
    "deadline_quotation",
    "procedure_quotation",
    "answers_advice",
    "published_at",
    "referees_min",
    "referees_max",
    "panel_size",
    "outsiders_min",
    "quorum",
    "markers_per_file",
    "gap_threshold",
    "skills_threshold",
    "skills_weight",
    "interview_weight",
    "interview_minutes",
    "reference_days",
    "proposal_size",
    "reserve_days",
    "hold_minutes",
    "reminder_hours",
    "piece_days",
    "slot_change_hours",
    "objection_days",
    "retention_days",
)
ROWS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}
MESSAGE = "the posting is published"

POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION postings_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% refused on %: {MESSAGE}', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
POSTGRESQL_PART_FUNCTION = """
CREATE OR REPLACE FUNCTION postings_refuse_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM postings_posting WHERE published_at IS NOT NULL
        AND (TG_OP <> 'INSERT' AND id = OLD.posting_id OR TG_OP <> 'DELETE' AND id = NEW.posting_id)
    ) THEN
        RAISE EXCEPTION '% refused on %: the posting is published', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$
"""


def _changed(differs: str) -> str:
    columns = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in FROZEN)
    return f"OLD.published_at IS NOT NULL AND ({columns})"


def _sqlite(table: str, verb: str, condition: str) -> str:
    return (
        f"CREATE TRIGGER {table}_frozen_{verb} BEFORE {verb.upper()} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{verb.upper()} refused on {table}: {MESSAGE}'); END"
    )


def _published(rows: tuple[str, ...]) -> str:
    wanted = ", ".join(f"{row}.posting_id" for row in rows)
    return f"EXISTS (SELECT 1 FROM postings_posting WHERE published_at IS NOT NULL AND id IN ({wanted}))"  # noqa: S608 - constants


class Migration(migrations.Migration):
    dependencies = [("postings", "0001_initial"), ("journal", "0001_initial")]

    operations = [
        per_vendor(
            postgresql=[
                POSTGRESQL_FUNCTION,
                POSTGRESQL_PART_FUNCTION,
                "CREATE TRIGGER postings_posting_frozen_update BEFORE UPDATE ON postings_posting FOR EACH ROW "
                f"WHEN ({_changed('IS DISTINCT FROM')}) EXECUTE FUNCTION postings_refuse()",
                "CREATE TRIGGER postings_posting_frozen_delete BEFORE DELETE ON postings_posting FOR EACH ROW "
                "WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION postings_refuse()",
                *(
                    f"CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION postings_refuse_part()"
                    for table in PARTS
                ),
            ],
            sqlite=[
                _sqlite("postings_posting", "update", _changed("IS NOT")),
                _sqlite("postings_posting", "delete", "OLD.published_at IS NOT NULL"),
                *(_sqlite(table, verb, _published(rows)) for table in PARTS for verb, rows in ROWS.items()),
            ],
            undo_postgresql=[
                "DROP TRIGGER postings_posting_frozen_update ON postings_posting",
                "DROP TRIGGER postings_posting_frozen_delete ON postings_posting",
                *(f"DROP TRIGGER {table}_frozen ON {table}" for table in PARTS),
            ],
            undo_sqlite=[
                "DROP TRIGGER postings_posting_frozen_update",
                "DROP TRIGGER postings_posting_frozen_delete",
                *(f"DROP TRIGGER {table}_frozen_{verb}" for table in PARTS for verb in ROWS),
            ],
        ),
        refuse("postings_deadlineextension", message="an extension stands as it was decided"),
    ]
