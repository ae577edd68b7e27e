"""A posting may be cancelled, once, for good."""

from django.db import migrations, models

from journal.triggers import per_vendor, put_back, set_aside

_NAME = "postings_posting_cancelled_for_good"
_CHANGED = (
    "OLD.cancelled_at IS NOT NULL AND (OLD.cancelled_at {differs} NEW.cancelled_at "
    "OR OLD.cancellation_reason {differs} NEW.cancellation_reason OR OLD.closed_at {differs} NEW.closed_at "
    "OR OLD.closes_at {differs} NEW.closes_at)"
)


class Migration(migrations.Migration):
    dependencies = [("postings", "0008_publication_rules")]

    operations = [
        set_aside(),
        migrations.AddField(
            model_name="posting",
            name="cancelled_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="annulé à"),
        ),
        migrations.AddField(
            model_name="posting",
            name="cancellation_reason",
            field=models.TextField(blank=True, default="", editable=False, verbose_name="motif de l’annulation"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(cancelled_at=None, cancellation_reason="")
                | (
                    models.Q(cancelled_at__isnull=False, published_at__isnull=False) & ~models.Q(cancellation_reason="")
                ),
                name="postings_posting_cancelled_with_reason",
            ),
        ),
        put_back(),
        per_vendor(
            postgresql=[
                f"CREATE TRIGGER {_NAME} BEFORE UPDATE ON postings_posting FOR EACH ROW "
                f"WHEN ({_CHANGED.format(differs='IS DISTINCT FROM')}) EXECUTE FUNCTION postings_refuse()"
            ],
            sqlite=[
                f"CREATE TRIGGER {_NAME} BEFORE UPDATE ON postings_posting WHEN {_CHANGED.format(differs='IS NOT')} "
                "BEGIN SELECT RAISE(ABORT, 'UPDATE refused on postings_posting: the posting is cancelled'); END"
            ],
            undo_postgresql=[f"DROP TRIGGER {_NAME} ON postings_posting"],
            undo_sqlite=[f"DROP TRIGGER {_NAME}"],
        ),
    ]
