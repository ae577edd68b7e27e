"""When referees are reminded, and when the jury reads HR's summary of the references: frozen with the other rules.

The columns are added in SQL: on SQLite, Django would make the table anew and lose its triggers.
"""

from django.db import migrations, models

import postings.models
from journal.triggers import per_vendor

_DAYS = "reference_reminder_days"
_SHOWN = "references_shown_to_jury"
_TRIGGER = "postings_posting_frozen_references"


def _changed(differs: str) -> str:
    changes = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in (_DAYS, _SHOWN))
    return f"OLD.published_at IS NOT NULL AND ({changes})"


class Migration(migrations.Migration):
    dependencies = [("postings", "0005_interview_rules")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="posting",
                    name=_DAYS,
                    field=models.JSONField(
                        default=postings.models.reference_reminder_days,
                        help_text="Jours après la demande.",
                        verbose_name="rappels aux référents",
                    ),
                ),
                migrations.AddField(
                    model_name="posting",
                    name=_SHOWN,
                    field=models.CharField(
                        choices=[
                            ("never", "jamais"),
                            ("interview", "dès l'entretien"),
                            ("deliberation", "à l'ouverture de la délibération"),
                        ],
                        default="deliberation",
                        max_length=12,
                        verbose_name="synthèse des références montrée au jury",
                    ),
                ),
            ],
            database_operations=[
                per_vendor(
                    postgresql=[
                        f"ALTER TABLE postings_posting ADD COLUMN {_DAYS} jsonb NOT NULL DEFAULT '[3, 6]'",
                        f"ALTER TABLE postings_posting ALTER COLUMN {_DAYS} DROP DEFAULT",
                        f"ALTER TABLE postings_posting ADD COLUMN {_SHOWN} varchar(12) NOT NULL DEFAULT 'deliberation'",
                        f"ALTER TABLE postings_posting ALTER COLUMN {_SHOWN} DROP DEFAULT",
                        f"CREATE TRIGGER {_TRIGGER} BEFORE UPDATE ON postings_posting FOR EACH ROW "
                        f"WHEN ({_changed('IS DISTINCT FROM')}) EXECUTE FUNCTION postings_refuse()",
                    ],
                    sqlite=[
                        f"ALTER TABLE postings_posting ADD COLUMN {_DAYS} text NOT NULL DEFAULT '[3, 6]' "
                        f"CHECK (JSON_VALID({_DAYS}))",
                        f"ALTER TABLE postings_posting ADD COLUMN {_SHOWN} varchar(12) NOT NULL DEFAULT 'deliberation'",
                        f"CREATE TRIGGER {_TRIGGER} BEFORE UPDATE ON postings_posting WHEN {_changed('IS NOT')} BEGIN "
                        "SELECT RAISE(ABORT, 'UPDATE refused on postings_posting: the posting is published'); END",
                    ],
                    undo_postgresql=[
                        f"DROP TRIGGER {_TRIGGER} ON postings_posting",
                        f"ALTER TABLE postings_posting DROP COLUMN {_SHOWN}, DROP COLUMN {_DAYS}",
                    ],
                    undo_sqlite=[
                        f"DROP TRIGGER {_TRIGGER}",
                        f"ALTER TABLE postings_posting DROP COLUMN {_SHOWN}",
                        f"ALTER TABLE postings_posting DROP COLUMN {_DAYS}",
                    ],
                )
            ],
        )
    ]
