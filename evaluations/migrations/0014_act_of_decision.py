"""The paper of the authority's decision."""

import django.db.models.deletion
from django.db import migrations, models

from journal.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [
        ("evaluations", "0013_deliberation"),
    ]

    operations = [
        migrations.CreateModel(
            name="ActOfDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(upload_to="rulings/", verbose_name="acte")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("drawn_at", models.DateTimeField(verbose_name="établi à")),
                (
                    "ruling",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper",
                        to="evaluations.ruling",
                        verbose_name="décision de l'autorité",
                    ),
                ),
            ],
            options={
                "verbose_name": "acte de décision",
                "verbose_name_plural": "actes de décision",
            },
        ),
        refuse("evaluations_actofdecision", message="an act of decision is drawn up once"),
    ]
