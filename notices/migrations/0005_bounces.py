import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0004_text_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bounce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("received_at", models.DateTimeField(verbose_name="reçu à")),
                ("source", models.CharField(max_length=10, verbose_name="par")),
                ("action", models.CharField(blank=True, max_length=20, verbose_name="annonce")),
                ("status", models.CharField(blank=True, max_length=12, verbose_name="code")),
                ("detail", models.CharField(blank=True, max_length=300, verbose_name="détail")),
                ("words", models.CharField(blank=True, max_length=1000, verbose_name="extrait")),
                ("applied", models.BooleanField(default=False, verbose_name="suivi d’effet")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="vu à")),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bounces",
                        to="notices.notice",
                        verbose_name="notification",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="vu par",
                    ),
                ),
            ],
            options={
                "verbose_name": "message revenu",
                "verbose_name_plural": "messages revenus",
                "ordering": ["-id"],
            },
        ),
    ]
