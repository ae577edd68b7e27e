"""Who saw what: rows that nobody rewrites."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from journal.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0011_screening_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Viewing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "shown",
                    models.CharField(
                        choices=[
                            ("file", "dossier"),
                            ("document", "pièce"),
                            ("exchange", "échange avec le candidat"),
                            ("composition", "épreuve écrite"),
                            ("blind", "réponses, à l’aveugle"),
                            ("heard", "dossier, pour l’entretien"),
                            ("marks", "notes et classement"),
                            ("references", "références"),
                        ],
                        max_length=20,
                        verbose_name="ce qui était montré",
                    ),
                ),
                ("document", models.UUIDField(blank=True, null=True, verbose_name="pièce")),
                ("role", models.CharField(max_length=20, verbose_name="rôle à cet instant")),
                ("at", models.DateTimeField(verbose_name="instant")),
                ("day", models.DateField(verbose_name="jour")),
                ("first", models.BooleanField(verbose_name="première du jour, inscrite au registre")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="viewings",
                        to="applications.application",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "viewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="viewings",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
            ],
            options={
                "verbose_name": "consultation",
                "verbose_name_plural": "consultations",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["application", "-id"], name="applications_viewing_file"),
                    models.Index(fields=["viewer", "-id"], name="applications_viewing_viewer"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("first", True)),
                        fields=("viewer", "application", "day"),
                        name="applications_viewing_one_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("shown", "document"), ("document", None), _connector="OR"),
                        name="applications_viewing_document",
                    ),
                ],
            },
        ),
        refuse("applications_viewing", message="who saw what stays as written."),
    ]
