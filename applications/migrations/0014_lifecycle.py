"""A campaign's cancellation told, its incidents, who answers a recourse, what was purged."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from journal.triggers import per_vendor, refuse

#: Once a posting is cancelled no file of it moves; what was a draft may still lapse.
_MESSAGE = "INSERT refused on applications_move: the posting is cancelled."
_CANCELLED = """NEW.to_state <> 'lapsed' AND EXISTS (
    SELECT 1 FROM applications_application a JOIN postings_posting p ON p.id = a.posting_id
    WHERE a.id = NEW.application_id AND p.cancelled_at IS NOT NULL
)"""
_POSTGRESQL = [
    f"""
    CREATE FUNCTION applications_refuse_move_of_cancelled() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {_CANCELLED} THEN
            RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER applications_move_refuse_cancelled BEFORE INSERT ON applications_move
    FOR EACH ROW EXECUTE FUNCTION applications_refuse_move_of_cancelled()
    """,
]
_SQLITE = [
    f"""
    CREATE TRIGGER applications_move_refuse_cancelled BEFORE INSERT ON applications_move WHEN {_CANCELLED}
    BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END
    """,
]


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0012_views"),
        ("journal", "0002_triggers"),
        ("postings", "0009_cancellation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CancellationTelling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="achevée à")),
                (
                    "posting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="postings.posting"
                    ),
                ),
            ],
            options={
                "verbose_name": "annonce d’une annulation",
                "verbose_name_plural": "annonces d’annulations",
            },
        ),
        migrations.CreateModel(
            name="ObjectionAssignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="heure")),
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
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to="applications.objection",
                        verbose_name="recours",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="confié à",
                    ),
                ),
            ],
            options={
                "verbose_name": "attribution d’un recours",
                "verbose_name_plural": "attributions de recours",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PurgeCertificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("at", models.DateTimeField(verbose_name="heure")),
                ("content", models.TextField(verbose_name="contenu")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry"
                    ),
                ),
            ],
            options={
                "verbose_name": "certificat d’effacement",
                "verbose_name_plural": "conservation et effacement",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("began_at", models.DateTimeField(verbose_name="début")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="fin")),
                ("what", models.TextField(max_length=4000, verbose_name="ce qui s’est passé")),
                ("affected", models.TextField(max_length=4000, verbose_name="qui a été touché")),
                ("done", models.TextField(max_length=4000, verbose_name="ce qui a été fait")),
                ("at", models.DateTimeField(verbose_name="inscrit à")),
                ("salt", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="inscrit par",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="applications.incident",
                        verbose_name="corrige",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry"
                    ),
                ),
                (
                    "extension",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="postings.deadlineextension",
                        verbose_name="report décidé à la suite",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="postings.posting",
                        verbose_name="avis de recrutement",
                    ),
                ),
            ],
            options={
                "verbose_name": "incident",
                "verbose_name_plural": "incidents",
                "ordering": ["began_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("began_at")), _connector="OR"
                        ),
                        name="applications_incident_ends_after_it_began",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("what", ""), _negated=True),
                            models.Q(("affected", ""), _negated=True),
                            models.Q(("done", ""), _negated=True),
                        ),
                        name="applications_incident_in_words",
                    ),
                ],
            },
        ),
        refuse("applications_incident", message="an incident stands as it was written; correct it by another"),
        refuse("applications_purgecertificate", message="a certificate stands as it was written"),
        per_vendor(
            postgresql=_POSTGRESQL,
            sqlite=_SQLITE,
            undo_postgresql=["DROP FUNCTION applications_refuse_move_of_cancelled() CASCADE"],
            undo_sqlite=["DROP TRIGGER applications_move_refuse_cancelled"],
        ),
    ]
