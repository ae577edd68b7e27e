"""The office's examination: checks, notes, refusals proposed, begun again; saved filters and acts on many files."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from journal.triggers import put_back, set_aside


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0009_row_keys"),
        ("journal", "0002_triggers"),
        ("postings", "0007_vote_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        set_aside(),
        migrations.CreateModel(
            name="BulkItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("done", "fait"), ("left_out", "laissé de côté")],
                        max_length=8,
                        verbose_name="suite",
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=300, verbose_name="raison")),
                ("at", models.DateTimeField(blank=True, null=True, verbose_name="heure")),
            ],
            options={
                "verbose_name": "dossier d’un acte groupé",
                "verbose_name_plural": "dossiers d’un acte groupé",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("admit", "Déclarer recevables"),
                            ("assign", "Confier à un agent"),
                            ("share", "Répartir entre des agents"),
                            ("ask", "Demander la même pièce"),
                        ],
                        max_length=8,
                        verbose_name="acte",
                    ),
                ),
                ("terms", models.JSONField(default=dict, verbose_name="paramètres")),
                ("prepared_at", models.DateTimeField(verbose_name="préparé à")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmé à")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="achevé à")),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "acte groupé",
                "verbose_name_plural": "actes groupés",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "condition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("identity", "L’identité est établie par la pièce produite"),
                            ("statements", "Les déclarations concordent avec les pièces"),
                            ("notice", "Les conditions de l’avis sont remplies (diplôme, expérience)"),
                        ],
                        max_length=12,
                        verbose_name="condition",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("ok", "conforme"), ("missing", "manquante"), ("doubtful", "douteuse")],
                        max_length=8,
                        verbose_name="constat",
                    ),
                ),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remarque")),
                ("at", models.DateTimeField(verbose_name="heure")),
            ],
            options={
                "verbose_name": "point contrôlé",
                "verbose_name_plural": "points contrôlés",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="FileNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=2000, verbose_name="note")),
                ("at", models.DateTimeField(verbose_name="heure")),
            ],
            options={
                "verbose_name": "note interne",
                "verbose_name_plural": "notes internes",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="RefusalProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("incomplete", "dossier incomplet"),
                            ("unreadable", "pièce illisible ou sans rapport"),
                            ("identity", "identité non établie"),
                            ("false", "déclaration inexacte"),
                            ("other", "autre motif"),
                        ],
                        max_length=20,
                        verbose_name="motif",
                    ),
                ),
                ("reason", models.TextField(max_length=2000, verbose_name="motivation")),
                ("at", models.DateTimeField(verbose_name="proposé à")),
                (
                    "answered",
                    models.CharField(
                        blank=True,
                        choices=[("confirmed", "confirmé"), ("sent_back", "renvoyé")],
                        max_length=10,
                        verbose_name="suite",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="répondu à")),
                ("remark", models.TextField(blank=True, max_length=2000, verbose_name="remarque")),
            ],
            options={
                "verbose_name": "refus proposé",
                "verbose_name_plural": "refus proposés",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Reopening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(max_length=2000, verbose_name="motif de la réouverture")),
                ("at", models.DateTimeField(verbose_name="heure")),
                ("admitted", models.BooleanField(verbose_name="recevable")),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("incomplete", "dossier incomplet"),
                            ("unreadable", "pièce illisible ou sans rapport"),
                            ("identity", "identité non établie"),
                            ("false", "déclaration inexacte"),
                            ("other", "autre motif"),
                        ],
                        max_length=20,
                        verbose_name="motif du refus",
                    ),
                ),
                ("refusal", models.TextField(blank=True, verbose_name="motivation du refus")),
                ("screened_at", models.DateTimeField(verbose_name="examiné à")),
            ],
            options={
                "verbose_name": "examen rouvert",
                "verbose_name_plural": "examens rouverts",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="nom")),
                ("query", models.CharField(max_length=500, verbose_name="filtre")),
                ("shared", models.BooleanField(default=False, verbose_name="partagé avec le bureau")),
                ("saved_at", models.DateTimeField(verbose_name="enregistré à")),
            ],
            options={
                "verbose_name": "filtre enregistré",
                "verbose_name_plural": "filtres enregistrés",
                "ordering": ["name", "id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="move",
            name="applications_move_once",
        ),
        migrations.AddField(
            model_name="application",
            name="officer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="agent chargé du dossier",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["-submitted_at", "-id"], name="applications_newest_first"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["posting", "state", "-submitted_at", "-id"], name="applications_of_a_state"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["officer", "state"], name="applications_of_an_officer"),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.UniqueConstraint(
                condition=models.Q(("to_state__in", ["submitted", "admissible", "inadmissible"]), _negated=True),
                fields=("application", "to_state"),
                name="applications_move_once",
            ),
        ),
        migrations.AddField(
            model_name="bulkitem",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="applications.application"
            ),
        ),
        migrations.AddField(
            model_name="bulkrun",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="bulkrun",
            name="posting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="postings.posting"
            ),
        ),
        migrations.AddField(
            model_name="bulkitem",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="items", to="applications.bulkrun"
            ),
        ),
        migrations.AddField(
            model_name="check",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="applications.application"
            ),
        ),
        migrations.AddField(
            model_name="check",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="check",
            name="requirement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="postings.documentrequirement",
            ),
        ),
        migrations.AddField(
            model_name="filenote",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="applications.application"
            ),
        ),
        migrations.AddField(
            model_name="filenote",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="refusalproposal",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="refusalproposal",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refusal_proposals",
                to="applications.application",
            ),
        ),
        migrations.AddField(
            model_name="refusalproposal",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposé par",
            ),
        ),
        migrations.AddField(
            model_name="reopening",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reopenings", to="applications.application"
            ),
        ),
        migrations.AddField(
            model_name="reopening",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reopening",
            name="screened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="savedfilter",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("finished_at", None), ("confirmed_at__isnull", False), _connector="OR"),
                name="applications_bulkrun_confirmed_first",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkitem",
            index=models.Index(fields=["run", "outcome"], name="applications_bulkitem_turn"),
        ),
        migrations.AddConstraint(
            model_name="bulkitem",
            constraint=models.UniqueConstraint(fields=("run", "application"), name="applications_bulkitem_once"),
        ),
        migrations.AddConstraint(
            model_name="bulkitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("at", None), ("outcome", "")),
                    models.Q(models.Q(("outcome", ""), _negated=True), ("at__isnull", False)),
                    _connector="OR",
                ),
                name="applications_bulkitem_outcome_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.CheckConstraint(
                condition=models.Q(("requirement__isnull", True), ("condition", ""), _connector="XOR"),
                name="applications_check_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.UniqueConstraint(
                condition=models.Q(("requirement__isnull", False)),
                fields=("application", "requirement"),
                name="applications_check_requirement_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.UniqueConstraint(
                condition=models.Q(("condition", ""), _negated=True),
                fields=("application", "condition"),
                name="applications_check_condition_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="filenote",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="applications_filenote_has_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="refusalproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered", "")),
                fields=("application",),
                name="applications_refusalproposal_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="refusalproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered", ""), ("answered_at", None), ("answered_by", None)),
                    models.Q(
                        models.Q(("answered", ""), _negated=True),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="applications_refusalproposal_answered_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="refusalproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered", "confirmed"), _negated=True),
                    models.Q(("answered_by", models.F("by")), _negated=True),
                    _connector="OR",
                ),
                name="applications_refusalproposal_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="refusalproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered", "sent_back"), _negated=True),
                    models.Q(("remark", ""), _negated=True),
                    _connector="OR",
                ),
                name="applications_refusalproposal_sent_back_in_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="reopening",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="applications_reopening_reasoned"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="applications_savedfilter_once"),
        ),
        put_back(),
    ]
