"""The written exercise: a subject sealed until its hour, compositions that don't change once they are in."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from journal.triggers import per_vendor

_SQLITE_ON_DISK = "(SELECT file FROM pragma_database_list WHERE name = 'main') <> ''"
_EXERCISE = (
    "title",
    "instructions",
    "minutes",
    "opening",
    "opens_at",
    "subject",
    "documents",
    "commitment",
    "salt",
    "opened_at",
)
_SITTING = ("exercise_id", "application_id", "started_at", "text", "ended_at", "ending", "salt", "entry_hash")
_ERASED = "EXISTS (SELECT 1 FROM applications_erasure WHERE application_id = OLD.application_id)"


def _changed(columns: tuple[str, ...], differs: str) -> str:
    return " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns)


def _guard(table: str, frozen: str, columns: tuple[str, ...], words: str, *, erased: str = "") -> migrations.RunPython:
    """Refuse to change these columns, or to delete the row, once ``frozen``; deleting is let through once ``erased``."""
    name, unless = f"{table}_frozen", f"IF TG_OP = 'DELETE' AND {erased} THEN RETURN OLD; END IF; " if erased else ""
    kept = f" AND NOT {erased}" if erased else ""
    return per_vendor(
        postgresql=[
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"{unless}RAISE EXCEPTION '% refused on {table}: {words}', TG_OP USING ERRCODE = 'restrict_violation'; END $$",
            f"CREATE TRIGGER {name}_update BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN ({frozen} AND ({_changed(columns, 'IS DISTINCT FROM')})) EXECUTE FUNCTION {name}()",
            f"CREATE TRIGGER {name}_delete BEFORE DELETE ON {table} FOR EACH ROW "
            f"WHEN ({frozen}) EXECUTE FUNCTION {name}()",
        ],
        sqlite=[
            f"CREATE TRIGGER {name}_update BEFORE UPDATE ON {table} WHEN {frozen} AND ({_changed(columns, 'IS NOT')}) "
            f"BEGIN SELECT RAISE(ABORT, 'UPDATE refused on {table}: {words}'); END",
            f"CREATE TRIGGER {name}_delete BEFORE DELETE ON {table} WHEN {_SQLITE_ON_DISK} AND {frozen}{kept} "
            f"BEGIN SELECT RAISE(ABORT, 'DELETE refused on {table}: {words}'); END",
        ],
        undo_postgresql=[
            f"DROP TRIGGER {name}_update ON {table}",
            f"DROP TRIGGER {name}_delete ON {table}",
            f"DROP FUNCTION {name}",
        ],
        undo_sqlite=[f"DROP TRIGGER {name}_update", f"DROP TRIGGER {name}_delete"],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0007_piece_settled"),
        ("evaluations", "0007_erasure"),
        ("postings", "0002_triggers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Exercise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200, verbose_name="intitulé")),
                ("instructions", models.TextField(max_length=4000, verbose_name="consignes")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="durée (minutes)")),
                (
                    "opening",
                    models.CharField(
                        choices=[
                            ("together", "à la même heure pour tous"),
                            ("window", "au choix de chacun, dans une période"),
                        ],
                        max_length=10,
                        verbose_name="ouverture",
                    ),
                ),
                ("opens_at", models.DateTimeField(verbose_name="ouverture à")),
                (
                    "closes_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="dernier instant pour commencer"),
                ),
                ("subject", models.TextField(blank=True, verbose_name="sujet")),
                ("documents", models.JSONField(blank=True, default=list, verbose_name="documents")),
                ("sealed", models.TextField(blank=True, verbose_name="sujet scellé")),
                ("commitment", models.CharField(blank=True, max_length=64, verbose_name="empreinte du sujet scellé")),
                ("salt", models.CharField(blank=True, max_length=64, verbose_name="sel de l'empreinte")),
                ("prepared_at", models.DateTimeField(verbose_name="préparée à")),
                ("sealed_at", models.DateTimeField(blank=True, null=True, verbose_name="scellée à")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="ouverte à")),
                (
                    "posting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exercise",
                        to="postings.posting",
                        verbose_name="avis",
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="préparée par",
                    ),
                ),
            ],
            options={
                "verbose_name": "épreuve",
            },
        ),
        migrations.CreateModel(
            name="Sitting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="lieu de l'épreuve sur papier")),
                (
                    "extra_minutes",
                    models.PositiveSmallIntegerField(default=0, verbose_name="temps supplémentaire (minutes)"),
                ),
                ("invited_at", models.DateTimeField(verbose_name="convoquée à")),
                ("invitations", models.PositiveSmallIntegerField(default=1, verbose_name="convocations")),
                ("due_at", models.DateTimeField(verbose_name="fin")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="commencée à")),
                ("text", models.TextField(blank=True, max_length=60000, verbose_name="composition")),
                ("version", models.PositiveIntegerField(default=0, verbose_name="enregistrements")),
                ("writer", models.CharField(blank=True, max_length=60, verbose_name="page qui a enregistré")),
                ("saved_at", models.DateTimeField(blank=True, null=True, verbose_name="enregistrée à")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="terminée à")),
                (
                    "ending",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("handed_in", "rendue"),
                            ("time", "rendue à la fin du temps"),
                            ("paper", "composée sur papier"),
                            ("absent", "absente"),
                        ],
                        max_length=10,
                        verbose_name="fin de l'épreuve",
                    ),
                ),
                ("signs", models.PositiveSmallIntegerField(default=0, verbose_name="signes distinctifs relevés")),
                ("salt", models.CharField(blank=True, max_length=64, verbose_name="sel de l'empreinte")),
                ("entry_hash", models.CharField(blank=True, max_length=64, verbose_name="empreinte de l'inscription")),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sitting",
                        to="applications.application",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "exercise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sittings", to="evaluations.exercise"
                    ),
                ),
            ],
            options={
                "verbose_name": "composition",
            },
        ),
        migrations.AddConstraint(
            model_name="exercise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closes_at", None), ("opening", "together")),
                    models.Q(("closes_at__gt", models.F("opens_at")), ("opening", "window")),
                    _connector="OR",
                ),
                name="evaluations_exercise_opening",
            ),
        ),
        migrations.AddConstraint(
            model_name="exercise",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__range", (15, 600))), name="evaluations_exercise_minutes"
            ),
        ),
        migrations.AddConstraint(
            model_name="exercise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("commitment", ""), ("sealed", ""), ("sealed_at", None)),
                    models.Q(
                        ("sealed_at__isnull", False),
                        models.Q(("commitment", ""), _negated=True),
                        models.Q(("sealed", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="evaluations_exercise_sealed_with_commitment",
            ),
        ),
        migrations.AddConstraint(
            model_name="exercise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("opened_at", None), ("sealed_at", None)),
                    models.Q(("opened_at", None), ("salt", ""), ("subject", "")),
                    models.Q(
                        ("opened_at__isnull", False),
                        ("sealed_at__isnull", False),
                        models.Q(("salt", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="evaluations_exercise_sealed_until_opened",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ending", "")),
                    models.Q(("ended_at__isnull", False), models.Q(("ending", ""), _negated=True)),
                    _connector="OR",
                ),
                name="evaluations_sitting_ended_somehow",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ending", "absent"), _negated=True),
                    models.Q(("started_at", None), ("text", "")),
                    _connector="OR",
                ),
                name="evaluations_sitting_absent_wrote_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ending__in", ("handed_in", "time")), _negated=True),
                    ("started_at__isnull", False),
                    _connector="OR",
                ),
                name="evaluations_sitting_begun_before_it_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("place", ""), _negated=True),
                    models.Q(
                        models.Q(("started_at", None), ("started_at__lt", models.F("due_at")), _connector="OR"),
                        models.Q(("saved_at", None), ("saved_at__lt", models.F("due_at")), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="evaluations_sitting_written_in_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ending", "handed_in"), _negated=True),
                    ("ended_at__lt", models.F("due_at")),
                    _connector="OR",
                ),
                name="evaluations_sitting_handed_in_in_time",
            ),
        ),
        _guard("evaluations_exercise", "OLD.opened_at IS NOT NULL", _EXERCISE, "the exercise has opened"),
        _guard("evaluations_sitting", "OLD.ended_at IS NOT NULL", _SITTING, "the composition is in", erased=_ERASED),
    ]
