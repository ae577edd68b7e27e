"""A word to one referee, reminders with a link of their own, and HR's conclusion on a file's references."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from journal.triggers import per_vendor, refuse

_TABLE = "evaluations_referencesconclusion"
_WORDS = "a conclusion is added, never rewritten"
_ERASED = "EXISTS (SELECT 1 FROM applications_erasure WHERE application_id = OLD.application_id)"
_SQLITE_ON_DISK = "(SELECT file FROM pragma_database_list WHERE name = 'main') <> ''"

_REMINDER = migrations.CreateModel(
    name="ReferenceReminder",
    fields=[
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        (
            "time",
            models.PositiveSmallIntegerField(
                help_text="Le numéro de l'envoi qu'il rappelle.", verbose_name="envoi rappelé"
            ),
        ),
        ("days", models.PositiveSmallIntegerField(verbose_name="jours après la demande")),
        ("token_sha256", models.CharField(max_length=64, unique=True)),
        ("at", models.DateTimeField(verbose_name="heure")),
        (
            "request",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reminders",
                to="evaluations.referencerequest",
            ),
        ),
    ],
    options={
        "verbose_name": "rappel à un référent",
        "verbose_name_plural": "rappels aux référents",
        "ordering": ["id"],
        "constraints": [
            models.UniqueConstraint(fields=("request", "time", "days"), name="evaluations_reference_reminded_once")
        ],
    },
)

_CONCLUSION = migrations.CreateModel(
    name="ReferencesConclusion",
    fields=[
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        (
            "outcome",
            models.CharField(
                choices=[
                    ("confirmed", "confirmées"),
                    ("reserves", "confirmées avec réserves"),
                    ("unfavourable", "défavorables"),
                    ("impossible", "vérification impossible"),
                ],
                max_length=12,
                verbose_name="issue",
            ),
        ),
        ("summary", models.TextField(max_length=2000, verbose_name="synthèse")),
        ("at", models.DateTimeField(verbose_name="heure")),
        (
            "application",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="references_conclusions",
                to="applications.application",
                verbose_name="dossier",
            ),
        ),
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
        "verbose_name": "conclusion sur les références",
        "verbose_name_plural": "conclusions sur les références",
        "ordering": ["id"],
        "constraints": [
            models.CheckConstraint(
                condition=models.Q(("summary", ""), _negated=True), name="evaluations_references_summarised"
            )
        ],
    },
)


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0007_piece_settled"),
        ("evaluations", "0011_interviews"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="referencerequest",
            name="words",
            field=models.TextField(blank=True, max_length=600, verbose_name="mot personnel"),
        ),
        _REMINDER,
        _CONCLUSION,
        refuse(_TABLE, "update", "truncate", message=_WORDS),
        # The words go with the erased file, and not before.
        per_vendor(
            postgresql=[
                f"CREATE OR REPLACE FUNCTION {_TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {_ERASED} THEN RETURN OLD; END IF; "
                f"RAISE EXCEPTION 'DELETE refused on {_TABLE}: {_WORDS}' USING ERRCODE = 'restrict_violation'; END $$",
                f"CREATE TRIGGER {_TABLE}_refuse_delete BEFORE DELETE ON {_TABLE} "
                f"FOR EACH ROW EXECUTE FUNCTION {_TABLE}_refuse()",
            ],
            sqlite=[
                f"CREATE TRIGGER {_TABLE}_refuse_delete BEFORE DELETE ON {_TABLE} WHEN {_SQLITE_ON_DISK} AND NOT {_ERASED} "
                f"BEGIN SELECT RAISE(ABORT, 'DELETE refused on {_TABLE}: {_WORDS}'); END",
            ],
            undo_postgresql=[
                f"DROP TRIGGER {_TABLE}_refuse_delete ON {_TABLE}",
                f"DROP FUNCTION {_TABLE}_refuse",
            ],
            undo_sqlite=[f"DROP TRIGGER {_TABLE}_refuse_delete"],
        ),
    ]
