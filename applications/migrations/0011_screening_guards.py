"""Two pairs of eyes on each refusal, notes that stay as written, and indexes for a search at a hundred thousand files."""

from django.db import migrations

from journal.triggers import per_vendor, refuse

APPLICATION, USER = "applications_application", "accounts_user"
NOTE, PROPOSAL, SCREENING = "applications_filenote", "applications_refusalproposal", "applications_screening"

_CONFIRMED = (
    "EXISTS (SELECT 1 FROM applications_refusalproposal WHERE application_id = NEW.application_id "
    "AND answered = 'confirmed' AND answered_by_id = NEW.by_id AND by_id <> NEW.by_id)"
)
_ERASED = "EXISTS (SELECT 1 FROM applications_erasure WHERE application_id = OLD.application_id)"
#: What stays of a proposal: whose it is and what it says, but for words that an erasure takes out; its answer, once given.
_STAYS = (
    "(NEW.application_id, NEW.ground, NEW.by_id, NEW.at) IS {distinct} (OLD.application_id, OLD.ground, OLD.by_id, OLD.at) "
    "OR (OLD.answered <> '' AND (NEW.answered, NEW.answered_by_id) IS {distinct} (OLD.answered, OLD.answered_by_id)) "
    f"OR (NEW.reason <> OLD.reason AND NOT {_ERASED})"
)


def _postgresql(name: str, table: str, verb: str, condition: str, gives: str, words: str) -> list[str]:
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        f"RAISE EXCEPTION '{verb} refused on {table}: {words}' USING ERRCODE = 'restrict_violation'; END IF; "
        f"RETURN {gives}; END $$",
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _sqlite(name: str, table: str, verb: str, condition: str, words: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{verb} refused on {table}: {words}'); END"
    )


_EYES, _KEPT, _PROPOSED = "a refusal takes two people.", "a note stays as written.", "a proposal stays as made."
_POSTGRESQL = [
    *_postgresql(
        "applications_refuse_screening", SCREENING, "INSERT", f"NOT NEW.admitted AND NOT {_CONFIRMED}", "NEW", _EYES
    ),
    *_postgresql("applications_refuse_note", NOTE, "DELETE", f"NOT {_ERASED}", "OLD", _KEPT),
    *_postgresql(
        "applications_refuse_proposal", PROPOSAL, "UPDATE", _STAYS.format(distinct="DISTINCT FROM"), "NEW", _PROPOSED
    ),
]
_SQLITE = [
    _sqlite("applications_refuse_screening", SCREENING, "INSERT", f"NOT NEW.admitted AND NOT {_CONFIRMED}", _EYES),
    _sqlite("applications_refuse_note", NOTE, "DELETE", f"NOT {_ERASED}", _KEPT),
    _sqlite("applications_refuse_proposal", PROPOSAL, "UPDATE", _STAYS.format(distinct="NOT"), _PROPOSED),
]

# pg_trgm ships with PostgreSQL's contrib modules and is trusted since version 13: who owns the database may create it. Where
# it is not to be had, the search still finds, more slowly: an index is no rule. Django writes « contains » as UPPER(… ::text).
_WORDS = {
    "applications_search_code": (APPLICATION, "dossier_code"),
    "applications_search_family": (APPLICATION, "family_name"),
    "applications_search_given": (APPLICATION, "given_names"),
    "applications_search_mail": (USER, "email"),
}
_INDEXES = "".join(
    f"CREATE INDEX {name} ON {table} USING gin (UPPER({column}::text) gin_trgm_ops); "
    for name, (table, column) in _WORDS.items()
)
_SEARCH = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') THEN CREATE EXTENSION pg_trgm; END IF;
    %s
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE WARNING 'pg_trgm is not available: names are searched without an index.';
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0010_screening_desk"),
        ("accounts", "0003_code_guard"),
        ("journal", "0002_triggers"),
    ]

    operations = [
        per_vendor(
            postgresql=_POSTGRESQL,
            sqlite=_SQLITE,
            undo_postgresql=[
                f"DROP FUNCTION {name}() CASCADE"
                for name in (
                    "applications_refuse_screening",
                    "applications_refuse_note",
                    "applications_refuse_proposal",
                )
            ],
            undo_sqlite=[
                f"DROP TRIGGER {name}"
                for name in (
                    "applications_refuse_screening",
                    "applications_refuse_note",
                    "applications_refuse_proposal",
                )
            ],
        ),
        refuse(NOTE, "update", message=_KEPT),
        per_vendor(
            postgresql=[_SEARCH % _INDEXES],
            sqlite=[],
            undo_postgresql=[f"DROP INDEX IF EXISTS {name}" for name in _WORDS],
        ),
    ]
