"""How the jury votes: two rules more, frozen with the others."""

from django.db import migrations, models

from journal.triggers import per_vendor, put_back, set_aside

_NAME = "postings_posting_frozen_vote"
_CHANGED = (
    "OLD.published_at IS NOT NULL AND (OLD.vote {differs} NEW.vote OR OLD.casting_vote {differs} NEW.casting_vote)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("postings", "0006_reference_rules"),
    ]

    operations = [
        set_aside(),
        migrations.AddField(
            model_name="posting",
            name="casting_vote",
            field=models.BooleanField(default=True, verbose_name="voix prépondérante de la présidence"),
        ),
        migrations.AddField(
            model_name="posting",
            name="vote",
            field=models.CharField(
                choices=[("named", "nominal"), ("secret", "à bulletins secrets")],
                default="named",
                max_length=6,
                verbose_name="vote sur l'ordre",
            ),
        ),
        put_back(),
        per_vendor(
            postgresql=[
                "CREATE TRIGGER postings_posting_frozen_vote BEFORE UPDATE ON postings_posting FOR EACH ROW "
                f"WHEN ({_CHANGED.format(differs='IS DISTINCT FROM')}) EXECUTE FUNCTION postings_refuse()"
            ],
            sqlite=[
                f"CREATE TRIGGER {_NAME} BEFORE UPDATE ON postings_posting WHEN {_CHANGED.format(differs='IS NOT')} "
                "BEGIN SELECT RAISE(ABORT, 'UPDATE refused on postings_posting: the posting is published'); END"
            ],
            undo_postgresql=[f"DROP TRIGGER {_NAME} ON postings_posting"],
            undo_sqlite=[f"DROP TRIGGER {_NAME}"],
        ),
    ]
