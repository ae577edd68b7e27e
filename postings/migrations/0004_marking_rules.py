"""Marks that want a comment, and marks that eliminate: rules of the posting, frozen with it.

The columns may be null, so SQLite adds them to the table as it stands and its triggers live on. A criterion's own
triggers guard every column of it.
"""

from django.db import migrations, models

from journal.triggers import per_vendor

_NAME = "postings_posting_frozen_comments"


def _changed(differs: str) -> str:
    columns = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in ("comment_below", "comment_above"))
    return f"OLD.published_at IS NOT NULL AND ({columns})"


class Migration(migrations.Migration):
    dependencies = [("postings", "0003_photo_weight")]

    operations = [
        migrations.AddField(
            model_name="posting",
            name="comment_below",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                max_digits=3,
                null=True,
                verbose_name="commentaire exigé sous la note de",
            ),
        ),
        migrations.AddField(
            model_name="posting",
            name="comment_above",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                max_digits=3,
                null=True,
                verbose_name="commentaire exigé au-dessus de la note de",
            ),
        ),
        migrations.AddField(
            model_name="criterion",
            name="eliminatory",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                help_text="Une moyenne en dessous élimine, quel que soit le total.",
                max_digits=3,
                null=True,
                verbose_name="note éliminatoire",
            ),
        ),
        per_vendor(
            postgresql=[
                f"CREATE TRIGGER {_NAME} BEFORE UPDATE ON postings_posting FOR EACH ROW "
                f"WHEN ({_changed('IS DISTINCT FROM')}) EXECUTE FUNCTION postings_refuse()"
            ],
            sqlite=[
                f"CREATE TRIGGER {_NAME} BEFORE UPDATE ON postings_posting WHEN {_changed('IS NOT')} "
                "BEGIN SELECT RAISE(ABORT, 'UPDATE refused on postings_posting: the posting is published'); END"
            ],
            undo_postgresql=[f"DROP TRIGGER {_NAME} ON postings_posting"],
            undo_sqlite=[f"DROP TRIGGER {_NAME}"],
        ),
    ]
