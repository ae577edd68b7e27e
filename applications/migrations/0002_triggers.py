"""A state can't lie: it begins as a draft, changes only with its row of history, and history stays as written."""

from django.db import migrations

from journal.triggers import per_vendor, refuse

APPLICATION = "applications_application"
MOVE = "applications_move"

# The last move of the file is the one that leads from the old state to the new.
_MOVED = """(
    SELECT from_state || '>' || to_state FROM applications_move WHERE application_id = NEW.id ORDER BY id DESC LIMIT 1
)"""
_FROM_WHERE_IT_STANDS = "(SELECT state FROM applications_application WHERE id = NEW.application_id)"

_POSTGRESQL = [
    f"""
    CREATE FUNCTION applications_refuse_state() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.state <> 'draft' THEN
                RAISE EXCEPTION 'INSERT refused on {APPLICATION}: a file begins as a draft.'
                USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END IF;
        IF NEW.state IS DISTINCT FROM OLD.state AND {_MOVED} IS DISTINCT FROM OLD.state || '>' || NEW.state THEN
            RAISE EXCEPTION 'UPDATE refused on {APPLICATION}: % to % without its move.', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.manifest_sha256 <> '' AND (NEW.manifest_sha256, NEW.manifest::text, NEW.submitted_at, NEW.dossier_code)
            IS DISTINCT FROM (OLD.manifest_sha256, OLD.manifest::text, OLD.submitted_at, OLD.dossier_code) THEN
            RAISE EXCEPTION 'UPDATE refused on {APPLICATION}: what was submitted stays as submitted.'
            USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    f"""
    CREATE TRIGGER applications_application_refuse_state BEFORE INSERT OR UPDATE ON {APPLICATION}
    FOR EACH ROW EXECUTE FUNCTION applications_refuse_state()
    """,
    f"""
    CREATE FUNCTION applications_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.from_state IS DISTINCT FROM {_FROM_WHERE_IT_STANDS} THEN
            RAISE EXCEPTION 'INSERT refused on {MOVE}: the file is not in the state that it would leave.'
            USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    f"""
    CREATE TRIGGER applications_move_refuse_insert BEFORE INSERT ON {MOVE}
    FOR EACH ROW EXECUTE FUNCTION applications_refuse_move()
    """,
]

_SQLITE = [
    f"""
    CREATE TRIGGER applications_application_refuse_insert BEFORE INSERT ON {APPLICATION} WHEN NEW.state <> 'draft'
    BEGIN SELECT RAISE(ABORT, 'INSERT refused on {APPLICATION}: a file begins as a draft.'); END
    """,
    f"""
    CREATE TRIGGER applications_application_refuse_state BEFORE UPDATE ON {APPLICATION}
    WHEN NEW.state <> OLD.state AND {_MOVED} IS NOT OLD.state || '>' || NEW.state
    BEGIN SELECT RAISE(ABORT, 'UPDATE refused on {APPLICATION}: a state without its move.'); END
    """,
    f"""
    CREATE TRIGGER applications_application_refuse_manifest BEFORE UPDATE ON {APPLICATION}
    WHEN OLD.manifest_sha256 <> '' AND (NEW.manifest_sha256 <> OLD.manifest_sha256 OR NEW.manifest <> OLD.manifest
        OR NEW.submitted_at IS NOT OLD.submitted_at OR NEW.dossier_code <> OLD.dossier_code)
    BEGIN SELECT RAISE(ABORT, 'UPDATE refused on {APPLICATION}: what was submitted stays as submitted.'); END
    """,
    f"""
    CREATE TRIGGER applications_move_refuse_insert BEFORE INSERT ON {MOVE}
    WHEN NEW.from_state IS NOT {_FROM_WHERE_IT_STANDS}
    BEGIN SELECT RAISE(ABORT, 'INSERT refused on {MOVE}: the file is not in the state that it would leave.'); END
    """,
]


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial"), ("journal", "0002_triggers")]

    operations = [
        per_vendor(
            postgresql=_POSTGRESQL,
            sqlite=_SQLITE,
            undo_postgresql=[
                "DROP FUNCTION applications_refuse_state() CASCADE",
                "DROP FUNCTION applications_refuse_move() CASCADE",
            ],
            undo_sqlite=[
                "DROP TRIGGER applications_application_refuse_insert",
                "DROP TRIGGER applications_application_refuse_state",
                "DROP TRIGGER applications_application_refuse_manifest",
                "DROP TRIGGER applications_move_refuse_insert",
            ],
        ),
        refuse(MOVE, message="history stays as written."),
    ]
