import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from journal.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0002_fresh_code"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="posted_on",
            field=models.DateField(blank=True, null=True, verbose_name="postée le"),
        ),
        migrations.AddField(
            model_name="notice",
            name="prepared_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="turn",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="message_id",
            field=models.CharField(db_index=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="started_at",
            field=models.DateTimeField(db_index=True, verbose_name="début"),
        ),
        migrations.AlterField(
            model_name="noticeact",
            name="deed",
            field=models.CharField(
                choices=[
                    ("approved", "approuvée"),
                    ("recalled", "rappelée"),
                    ("resent", "renvoyée"),
                    ("confirmed", "envoi confirmé"),
                    ("posted", "postée"),
                ],
                max_length=10,
                verbose_name="acte",
            ),
        ),
        migrations.CreateModel(
            name="TextVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("campaign", models.CharField(max_length=60, verbose_name="campagne")),
                ("text", models.CharField(max_length=40, verbose_name="texte")),
                ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                ("opening", models.TextField(max_length=2000, verbose_name="annonce")),
                ("sequel", models.TextField(blank=True, max_length=6000, verbose_name="suite")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("at", models.DateTimeField(verbose_name="écrite à")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
            ],
            options={
                "verbose_name": "version d’un texte",
                "verbose_name_plural": "versions des textes",
                "ordering": ["campaign", "text", "number"],
            },
        ),
        migrations.CreateModel(
            name="TextChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("campaign", models.CharField(max_length=60, verbose_name="campagne")),
                ("text", models.CharField(max_length=40, verbose_name="texte")),
                ("at", models.DateTimeField(verbose_name="choisie à")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="choices",
                        to="notices.textversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "choix d’un texte",
                "verbose_name_plural": "choix des textes",
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="notice",
            name="text_version",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="notices.textversion",
                verbose_name="texte",
            ),
        ),
        migrations.AddConstraint(
            model_name="textversion",
            constraint=models.UniqueConstraint(fields=("campaign", "text", "number"), name="notices_textversion_once"),
        ),
        migrations.AddConstraint(
            model_name="textversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="notices_textversion_from_one"
            ),
        ),
        migrations.AddIndex(
            model_name="textchoice",
            index=models.Index(fields=["campaign", "text", "id"], name="notices_textchoice_latest"),
        ),
        refuse("notices_textversion", message="a version of a text stands; write the next one"),
        refuse("notices_textchoice", message="a choice stands; choose anew"),
    ]
