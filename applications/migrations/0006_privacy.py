"""Erasure, the wish for it, and an urn of slips that no file leads to.

A submitted file loses its manifest only where its erasure stands: the hash of what was submitted stays, and with the
salt gone it tells nothing any more.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from journal.triggers import per_vendor, refuse

APPLICATION, ERASURE = "applications_application", "applications_erasure"
_ERASED = "EXISTS (SELECT 1 FROM applications_erasure WHERE application_id = OLD.id)"
_STAYS = (
    "IF OLD.manifest_sha256 <> '' AND ((NEW.manifest_sha256, NEW.submitted_at, NEW.dossier_code) "
    "IS DISTINCT FROM (OLD.manifest_sha256, OLD.submitted_at, OLD.dossier_code) "
    "OR (NEW.manifest::text IS DISTINCT FROM OLD.manifest::text AND (NEW.manifest IS NOT NULL OR NOT {erased}))) THEN "
    f"RAISE EXCEPTION 'UPDATE refused on {APPLICATION}: what was submitted stays as submitted.' "
    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
)


def _function(erased: str) -> list[str]:
    """The rule on what was submitted, in a trigger of its own beside that on states."""
    return [
        "CREATE OR REPLACE FUNCTION applications_refuse_manifest() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{_STAYS.format(erased=erased)} END $$",
    ]


_STATE_ONLY = r"""
CREATE OR REPLACE FUNCTION applications_refuse_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'INSERT refused on applications_application: a file begins as a draft.'
            USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state IS DISTINCT FROM OLD.state AND (
        SELECT from_state || '>' || to_state FROM applications_move
        WHERE application_id = NEW.id ORDER BY id DESC LIMIT 1
    ) IS DISTINCT FROM OLD.state || '>' || NEW.state THEN
        RAISE EXCEPTION 'UPDATE refused on applications_application: % to % without its move.', OLD.state, NEW.state
        USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
_SQLITE = f"""
CREATE TRIGGER applications_application_refuse_manifest BEFORE UPDATE ON {APPLICATION}
WHEN OLD.manifest_sha256 <> '' AND (NEW.manifest_sha256 <> OLD.manifest_sha256
    OR NEW.submitted_at IS NOT OLD.submitted_at OR NEW.dossier_code <> OLD.dossier_code
    OR (NEW.manifest IS NOT OLD.manifest AND (NEW.manifest IS NOT NULL OR NOT {{erased}})))
BEGIN SELECT RAISE(ABORT, 'UPDATE refused on {APPLICATION}: what was submitted stays as submitted.'); END
"""
_DROP = "DROP TRIGGER applications_application_refuse_manifest"


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0004_candidate"),
        ("journal", "0002_triggers"),
        ("postings", "0002_triggers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EqualityOffer",
            fields=[
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="equality_offer",
                        serialize=False,
                        to="applications.application",
                    ),
                ),
            ],
            options={
                "verbose_name": "questions sur l’égalité posées",
            },
        ),
        migrations.CreateModel(
            name="EqualityAnswer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("gender", models.CharField(blank=True, choices=[("woman", "Femme"), ("man", "Homme")], max_length=10)),
                (
                    "age_band",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("under_35", "Moins de 35 ans"),
                            ("35_44", "De 35 à 44 ans"),
                            ("45_54", "De 45 à 54 ans"),
                            ("55_up", "55 ans et plus"),
                        ],
                        max_length=10,
                    ),
                ),
                ("disability", models.CharField(blank=True, choices=[("yes", "Oui"), ("no", "Non")], max_length=10)),
                (
                    "setting",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("city", "Une grande ville"),
                            ("town", "Une ville petite ou moyenne"),
                            ("country", "Une commune rurale"),
                            ("abroad", "À l’étranger"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="postings.posting"
                    ),
                ),
            ],
            options={
                "verbose_name": "réponse sur l’égalité",
                "verbose_name_plural": "réponses sur l’égalité",
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="erasure",
                        serialize=False,
                        to="applications.application",
                        verbose_name="candidature",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("asked", "à la demande de la personne"),
                            ("retention", "fin de la durée de conservation"),
                        ],
                        max_length=12,
                        verbose_name="cause",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="heure")),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry"
                    ),
                ),
            ],
            options={
                "verbose_name": "effacement",
            },
        ),
        migrations.CreateModel(
            name="ErasureRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("message", models.TextField(blank=True, max_length=2000, verbose_name="précisions")),
                ("asked_at", models.DateTimeField(verbose_name="demandé à")),
                ("answer", models.TextField(blank=True, max_length=2000, verbose_name="réponse")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="répondu à")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasure_requests",
                        to="applications.application",
                        verbose_name="candidature",
                    ),
                ),
            ],
            options={
                "verbose_name": "demande d’effacement",
                "verbose_name_plural": "demandes d’effacement",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at", None)),
                        fields=("application",),
                        name="applications_erasurerequest_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None)),
                            models.Q(("answered_at__isnull", False), models.Q(("answer", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="applications_erasurerequest_answered_in_words",
                    ),
                ],
            },
        ),
        per_vendor(
            postgresql=[
                *_function(_ERASED),
                f"DROP TRIGGER IF EXISTS applications_application_refuse_manifest ON {APPLICATION}",
                f"CREATE TRIGGER applications_application_refuse_manifest BEFORE UPDATE ON {APPLICATION} "
                "FOR EACH ROW EXECUTE FUNCTION applications_refuse_manifest()",
                _STATE_ONLY,
            ],
            sqlite=[_DROP, _SQLITE.format(erased=_ERASED)],
            # What stood before, but for the erasures: they are gone with their table.
            undo_postgresql=_function("FALSE"),
            undo_sqlite=[_DROP, _SQLITE.format(erased="0")],
        ),
        refuse(ERASURE, message="what was erased stays erased."),
    ]
