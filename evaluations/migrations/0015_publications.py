"""Public lists of candidates, each version prepared by one and confirmed by another. What a list says never changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from journal.triggers import per_vendor, refuse

_TABLE = "evaluations_publication"
_NAME = f"{_TABLE}_settled"
_FIXED = ("posting_id", "stage", "version", "names", "at", "count", "sha256", "prepared_by_id", "prepared_at")
_ONCE = ("confirmed_at", "confirmed_by_id", "withdrawn_at", "withdrawn_by_id")


def _changed(differs: str) -> str:
    fixed = [f"OLD.{column} {differs} NEW.{column}" for column in _FIXED]
    once = [f"(OLD.{column} IS NOT NULL AND OLD.{column} {differs} NEW.{column})" for column in _ONCE]
    return " OR ".join([*fixed, *once])


def _refuse_change() -> migrations.RunPython:
    return per_vendor(
        postgresql=[
            f"CREATE TRIGGER {_NAME} BEFORE UPDATE ON {_TABLE} FOR EACH ROW "
            f"WHEN ({_changed('IS DISTINCT FROM')}) EXECUTE FUNCTION pmp_refuse('a list that was prepared stands')"
        ],
        sqlite=[
            f"CREATE TRIGGER {_NAME} BEFORE UPDATE ON {_TABLE} WHEN {_changed('IS NOT')} "
            f"BEGIN SELECT RAISE(ABORT, 'UPDATE refused on {_TABLE}: a list that was prepared stands'); END"
        ],
        undo_postgresql=[f"DROP TRIGGER {_NAME} ON {_TABLE}"],
        undo_sqlite=[f"DROP TRIGGER {_NAME}"],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0009_row_keys"),
        ("evaluations", "0014_final_report"),
        ("postings", "0008_publication_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("exercise", "convoqués à l’épreuve écrite"),
                            ("interview", "convoqués à l’entretien"),
                            ("results", "résultat"),
                        ],
                        max_length=12,
                        verbose_name="liste",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                ("names", models.BooleanField(verbose_name="par nom")),
                ("at", models.DateTimeField(verbose_name="à publier à")),
                ("count", models.PositiveIntegerField(verbose_name="candidats")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("reason", models.TextField(blank=True, max_length=500, verbose_name="motif de la correction")),
                ("prepared_at", models.DateTimeField(verbose_name="préparée à")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmée à")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="retirée à")),
                ("withdrawal_reason", models.TextField(blank=True, max_length=500, verbose_name="motif du retrait")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="confirmée par",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publications",
                        to="postings.posting",
                        verbose_name="avis",
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="préparée par",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="retirée par",
                    ),
                ),
            ],
            options={
                "verbose_name": "liste publiée",
                "verbose_name_plural": "listes publiées",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PublicationLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("convened", "Convoqués"),
                            ("retained", "Candidature retenue"),
                            ("reserve", "Liste complémentaire, par ordre de mérite"),
                        ],
                        max_length=10,
                        verbose_name="partie",
                    ),
                ),
                ("place", models.PositiveIntegerField(blank=True, null=True, verbose_name="rang")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="applications.application"
                    ),
                ),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="evaluations.publication"
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne d'une liste",
                "verbose_name_plural": "lignes d'une liste",
            },
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.UniqueConstraint(
                fields=("posting", "stage", "version"), name="evaluations_publication_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.UniqueConstraint(
                condition=models.Q(("confirmed_at", None), ("withdrawn_at", None)),
                fields=("posting", "stage"),
                name="evaluations_publication_one_prepared",
            ),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at", None), ("confirmed_by", None)),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("confirmed_by__isnull", False),
                        models.Q(("confirmed_by", models.F("prepared_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="evaluations_publication_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawal_reason", ""), ("withdrawn_at", None), ("withdrawn_by", None)),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawal_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="evaluations_publication_withdrawn_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.CheckConstraint(
                condition=models.Q(("version", 1), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="evaluations_publication_corrected_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="publicationline",
            constraint=models.UniqueConstraint(
                fields=("publication", "application"), name="evaluations_publication_line_once"
            ),
        ),
        refuse("evaluations_publicationline", message="what a list says stands"),
        refuse("evaluations_publication", "delete", "truncate", message="a list that was prepared stands"),
        _refuse_change(),
    ]
