"""How lists of candidates are published: three rules more, frozen with the others."""

from django.db import migrations, models

from journal.triggers import per_vendor, put_back, set_aside

_NAME = "postings_posting_frozen_publication"
_CHANGED = (
    "OLD.published_at IS NOT NULL AND (OLD.publication {differs} NEW.publication "
    "OR OLD.publication_reserve {differs} NEW.publication_reserve "
    "OR OLD.publication_days {differs} NEW.publication_days)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("postings", "0007_vote_rules"),
    ]

    operations = [
        set_aside(),
        migrations.AddField(
            model_name="posting",
            name="publication",
            field=models.CharField(
                choices=[("none", "aucune liste"), ("codes", "par numéro de dossier"), ("names", "par nom")],
                default="none",
                max_length=6,
                verbose_name="listes publiées",
            ),
        ),
        migrations.AddField(
            model_name="posting",
            name="publication_days",
            field=models.PositiveSmallIntegerField(default=60, verbose_name="durée d'affichage des listes (jours)"),
        ),
        migrations.AddField(
            model_name="posting",
            name="publication_reserve",
            field=models.BooleanField(default=False, verbose_name="liste complémentaire publiée"),
        ),
        put_back(),
        per_vendor(
            postgresql=[
                "CREATE TRIGGER postings_posting_frozen_publication BEFORE UPDATE ON postings_posting FOR EACH ROW "
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
