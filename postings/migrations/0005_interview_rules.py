"""The interview's own rules: its questions, frozen with the notice but never public, and when its candidate is reminded."""

import django.db.models.deletion
from django.db import migrations, models

from journal.triggers import per_vendor

_PART = "postings_interviewquestion"
_POSTING = "postings_posting"
_NAME = "postings_posting_frozen_interview"
_PUBLISHED = "OLD.published_at IS NOT NULL"
_COLUMNS = ("interview_reminder_hours", "interview_salt")
_ROWS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


def _changed(differs: str) -> str:
    columns = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in _COLUMNS)
    return f"{_PUBLISHED} AND ({columns})"


def _sqlite_part(verb: str, rows: tuple[str, ...]) -> str:
    wanted = ", ".join(f"{row}.posting_id" for row in rows)
    published = f"SELECT 1 FROM {_POSTING} WHERE published_at IS NOT NULL AND id IN ({wanted})"  # noqa: S608 - constants
    return (
        f"CREATE TRIGGER {_PART}_frozen_{verb} BEFORE {verb.upper()} ON {_PART} WHEN EXISTS ({published}) "
        f"BEGIN SELECT RAISE(ABORT, '{verb.upper()} refused on {_PART}: the posting is published'); END"
    )


class Migration(migrations.Migration):
    dependencies = [("postings", "0004_marking_rules")]

    operations = [
        # Both may be null, and have no default: SQLite then adds the column without making the table, and its triggers, anew.
        migrations.AddField(
            model_name="posting",
            name="interview_reminder_hours",
            field=models.JSONField(
                blank=True, null=True, help_text="Heures avant l'entretien.", verbose_name="rappels avant l'entretien"
            ),
        ),
        migrations.AddField(
            model_name="posting",
            name="interview_salt",
            field=models.UUIDField(
                editable=False, null=True, verbose_name="sel de l'empreinte des questions d'entretien"
            ),
        ),
        migrations.CreateModel(
            name="InterviewQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="question")),
                (
                    "follow_ups",
                    models.JSONField(
                        default=list, help_text="Les mêmes pour tous, au besoin.", verbose_name="relances"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="interview_questions",
                        to="postings.criterion",
                        verbose_name="critère",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="interview_questions",
                        to="postings.posting",
                    ),
                ),
            ],
            options={
                "verbose_name": "question d'entretien",
                "verbose_name_plural": "questions d'entretien",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("posting", "position"), name="postings_interviewquestion_once"),
                ],
            },
        ),
        per_vendor(
            postgresql=[
                f"CREATE TRIGGER {_NAME} BEFORE UPDATE ON {_POSTING} FOR EACH ROW "
                f"WHEN ({_changed('IS DISTINCT FROM')}) EXECUTE FUNCTION postings_refuse()",
                f"CREATE TRIGGER {_PART}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {_PART} "
                "FOR EACH ROW EXECUTE FUNCTION postings_refuse_part()",
            ],
            sqlite=[
                f"CREATE TRIGGER {_NAME} BEFORE UPDATE ON {_POSTING} WHEN {_changed('IS NOT')} "
                f"BEGIN SELECT RAISE(ABORT, 'UPDATE refused on {_POSTING}: the posting is published'); END",
                *(_sqlite_part(verb, rows) for verb, rows in _ROWS.items()),
            ],
            undo_postgresql=[f"DROP TRIGGER {_NAME} ON {_POSTING}", f"DROP TRIGGER {_PART}_frozen ON {_PART}"],
            undo_sqlite=[f"DROP TRIGGER {_NAME}", *(f"DROP TRIGGER {_PART}_frozen_{verb}" for verb in _ROWS)],
        ),
    ]
