"""Periods of keeping by kind of data, and the time to answer a recourse: two rules more, frozen with the others."""

from django.db import migrations, models

from journal.triggers import per_vendor, put_back, set_aside

_NAME = "postings_posting_frozen_retention"
_POSTGRESQL = (
    "OLD.published_at IS NOT NULL AND (OLD.retention::text IS DISTINCT FROM NEW.retention::text "
    "OR OLD.objection_answer_days IS DISTINCT FROM NEW.objection_answer_days)"
)
_SQLITE = (
    "OLD.published_at IS NOT NULL AND (OLD.retention IS NOT NEW.retention "
    "OR OLD.objection_answer_days IS NOT NEW.objection_answer_days)"
)


class Migration(migrations.Migration):
    dependencies = [("postings", "0009_cancellation")]

    operations = [
        set_aside(),
        migrations.AddField(
            model_name="posting",
            name="objection_answer_days",
            field=models.PositiveSmallIntegerField(default=60, verbose_name="délai de réponse à un recours (jours)"),
        ),
        migrations.AddField(
            model_name="posting",
            name="retention",
            field=models.JSONField(blank=True, default=dict, verbose_name="conservation par sorte de données (jours)"),
        ),
        put_back(),
        per_vendor(
            postgresql=[
                f"CREATE TRIGGER {_NAME} BEFORE UPDATE ON postings_posting FOR EACH ROW "
                f"WHEN ({_POSTGRESQL}) EXECUTE FUNCTION postings_refuse()"
            ],
            sqlite=[
                f"CREATE TRIGGER {_NAME} BEFORE UPDATE ON postings_posting WHEN {_SQLITE} "
                "BEGIN SELECT RAISE(ABORT, 'UPDATE refused on postings_posting: the posting is published'); END"
            ],
            undo_postgresql=[f"DROP TRIGGER {_NAME} ON postings_posting"],
            undo_sqlite=[f"DROP TRIGGER {_NAME}"],
        ),
    ]
