"""A gap that stands goes to a third marker, drawn by lot; that it was done is not undone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from journal.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0007_piece_settled"),
        ("evaluations", "0008_exercise"),
        ("journal", "0002_triggers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ThirdMarker",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stage",
                    models.CharField(
                        choices=[("skills", "évaluation des compétences"), ("interview", "entretien")], max_length=12
                    ),
                ),
                ("gap", models.DecimalField(decimal_places=4, max_digits=7, verbose_name="écart")),
                ("at", models.DateTimeField(verbose_name="heure")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="third_markers",
                        to="applications.application",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sheet",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="third",
                        to="evaluations.scoresheet",
                        verbose_name="grille",
                    ),
                ),
            ],
            options={
                "verbose_name": "troisième correcteur",
                "verbose_name_plural": "troisièmes correcteurs",
                "constraints": [
                    models.UniqueConstraint(fields=("application", "stage"), name="evaluations_third_once")
                ],
            },
        ),
        refuse("evaluations_thirdmarker", message="what happened is added, never rewritten"),
    ]
