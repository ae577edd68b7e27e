"""Debates, votes and signatures of the jury; the prepared decision, renunciations and calls. What is settled stays so."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from journal.triggers import per_vendor, put_back, refuse, set_aside

#: What may not change any more, once it is so.
_SETTLED = {
    "evaluations_ordervote": "OLD.closed_at IS NOT NULL",
    "evaluations_deliberation": (
        "OLD.frozen_at IS NOT NULL AND (NEW.frozen_at IS NULL OR NEW.frozen_at <> OLD.frozen_at "
        "OR (OLD.final_sha256 <> '' AND NEW.final_sha256 <> OLD.final_sha256))"
    ),
    "evaluations_debate": (
        "EXISTS (SELECT 1 FROM evaluations_deliberation d WHERE d.id = OLD.deliberation_id AND d.closed_at IS NOT NULL)"
    ),
}
_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {condition} THEN
        RAISE EXCEPTION 'UPDATE refused on {table}: it is settled' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def _refuse_update(table: str, condition: str) -> migrations.RunPython:
    name = f"{table}_settled"
    return per_vendor(
        postgresql=[
            _FUNCTION.format(name=name, table=table, condition=condition),
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ],
        sqlite=[
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, 'UPDATE refused on {table}: it is settled'); END"
        ],
        undo_postgresql=[f"DROP TRIGGER {name} ON {table}", f"DROP FUNCTION {name}"],
        undo_sqlite=[f"DROP TRIGGER {name}"],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0008_renunciation"),
        ("evaluations", "0012_references"),
        ("postings", "0007_vote_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        set_aside(),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "voice",
                    models.CharField(
                        blank=True,
                        choices=[("for", "pour"), ("against", "contre"), ("abstain", "abstention")],
                        max_length=7,
                        verbose_name="voix",
                    ),
                ),
            ],
            options={
                "verbose_name": "bulletin",
            },
        ),
        migrations.CreateModel(
            name="Debate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField(blank=True, max_length=3000, verbose_name="débats")),
                ("saved_at", models.DateTimeField(verbose_name="enregistrés à")),
            ],
            options={
                "verbose_name": "débats sur un dossier",
                "verbose_name_plural": "débats sur les dossiers",
            },
        ),
        migrations.CreateModel(
            name="DecisionDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("choices", models.JSONField(verbose_name="choix")),
                ("departure", models.TextField(blank=True, verbose_name="motif de l'écart")),
                ("at", models.DateTimeField(verbose_name="heure")),
            ],
            options={
                "verbose_name": "décision préparée",
                "verbose_name_plural": "décisions préparées",
            },
        ),
        migrations.CreateModel(
            name="MinutesSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "deed",
                    models.CharField(
                        choices=[("signed", "signé"), ("refused", "refus de signer"), ("unable", "empêchement")],
                        max_length=8,
                        verbose_name="acte",
                    ),
                ),
                ("body_sha256", models.CharField(max_length=64, verbose_name="empreinte du texte")),
                ("words", models.TextField(blank=True, max_length=2000, verbose_name="observation ou motifs")),
                ("at", models.DateTimeField(verbose_name="heure")),
            ],
            options={
                "verbose_name": "signature du procès-verbal",
                "verbose_name_plural": "signatures du procès-verbal",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="OrderVote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_rank", models.PositiveIntegerField(verbose_name="rang avant le vote")),
                ("to_rank", models.PositiveIntegerField(verbose_name="rang proposé")),
                ("motive", models.TextField(max_length=1000, verbose_name="motif")),
                ("secret", models.BooleanField(verbose_name="à bulletins secrets")),
                ("opened_at", models.DateTimeField(verbose_name="ouvert à")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="clos à")),
                ("accepted", models.BooleanField(blank=True, null=True, verbose_name="adopté")),
                ("counts", models.JSONField(blank=True, null=True, verbose_name="voix")),
                ("casting", models.BooleanField(default=False, verbose_name="voix prépondérante")),
            ],
            options={
                "verbose_name": "vote sur l'ordre",
                "verbose_name_plural": "votes sur l'ordre",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Renunciation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField(blank=True, max_length=1000, verbose_name="motif")),
                ("at", models.DateTimeField(verbose_name="heure")),
            ],
            options={
                "verbose_name": "renonciation",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Slip",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "voice",
                    models.CharField(
                        choices=[("for", "pour"), ("against", "contre"), ("abstain", "abstention")],
                        max_length=7,
                        verbose_name="voix",
                    ),
                ),
            ],
            options={
                "verbose_name": "bulletin secret",
                "verbose_name_plural": "bulletins secrets",
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveIntegerField(verbose_name="rang sur la liste complémentaire")),
                ("at", models.DateTimeField(verbose_name="heure")),
            ],
            options={
                "verbose_name": "appel sur la liste complémentaire",
                "verbose_name_plural": "appels sur la liste complémentaire",
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="deliberation",
            name="final",
            field=models.FileField(blank=True, upload_to="minutes/", verbose_name="procès-verbal signé"),
        ),
        migrations.AddField(
            model_name="deliberation",
            name="final_sha256",
            field=models.CharField(blank=True, max_length=64, verbose_name="empreinte du procès-verbal signé"),
        ),
        migrations.AddField(
            model_name="deliberation",
            name="frozen_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="procès-verbal arrêté à"),
        ),
        migrations.AddField(
            model_name="deliberation",
            name="seed",
            field=models.CharField(blank=True, max_length=32, verbose_name="graine du tirage au sort"),
        ),
        migrations.AddField(
            model_name="rankedfile",
            name="merit_rank",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="rang au total"),
        ),
        migrations.AddField(
            model_name="ruling",
            name="amended",
            field=models.BooleanField(blank=True, null=True, verbose_name="modifiée par l'autorité"),
        ),
        migrations.AddField(
            model_name="ruling",
            name="prepared_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="préparée par",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliberation",
            constraint=models.CheckConstraint(
                condition=models.Q(("frozen_at__isnull", True), ("closed_at__isnull", False), _connector="OR"),
                name="evaluations_deliberation_frozen_once_closed",
            ),
        ),
        migrations.AddField(
            model_name="ballot",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evaluations.panelmember"
            ),
        ),
        migrations.AddField(
            model_name="debate",
            name="application",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="debate", to="applications.application"
            ),
        ),
        migrations.AddField(
            model_name="debate",
            name="deliberation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="debates", to="evaluations.deliberation"
            ),
        ),
        migrations.AddField(
            model_name="decisiondraft",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="préparée par",
            ),
        ),
        migrations.AddField(
            model_name="decisiondraft",
            name="posting",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="decision_draft", to="postings.posting"
            ),
        ),
        migrations.AddField(
            model_name="minutessignature",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="par",
            ),
        ),
        migrations.AddField(
            model_name="minutessignature",
            name="deliberation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="evaluations.deliberation"
            ),
        ),
        migrations.AddField(
            model_name="minutessignature",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="evaluations.panelmember",
                verbose_name="membre",
            ),
        ),
        migrations.AddField(
            model_name="ordervote",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="order_votes",
                to="applications.application",
                verbose_name="dossier",
            ),
        ),
        migrations.AddField(
            model_name="ordervote",
            name="deliberation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="votes", to="evaluations.deliberation"
            ),
        ),
        migrations.AddField(
            model_name="ordervote",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="ouvert par",
            ),
        ),
        migrations.AddField(
            model_name="ballot",
            name="vote",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="ballots", to="evaluations.ordervote"
            ),
        ),
        migrations.AddField(
            model_name="rankedfile",
            name="vote",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="evaluations.ordervote",
                verbose_name="place issue d'un vote",
            ),
        ),
        migrations.AddField(
            model_name="renunciation",
            name="application",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="renunciation",
                to="applications.application",
                verbose_name="dossier",
            ),
        ),
        migrations.AddField(
            model_name="renunciation",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="enregistrée par",
            ),
        ),
        migrations.AddField(
            model_name="slip",
            name="vote",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="slips", to="evaluations.ordervote"
            ),
        ),
        migrations.AddField(
            model_name="succession",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="par",
            ),
        ),
        migrations.AddField(
            model_name="succession",
            name="called",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="called_in",
                to="applications.application",
                verbose_name="appelé",
            ),
        ),
        migrations.AddField(
            model_name="succession",
            name="renounced",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="succeeded_by",
                to="applications.application",
                verbose_name="qui renonce",
            ),
        ),
        migrations.AddField(
            model_name="succession",
            name="ruling",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="successions", to="evaluations.ruling"
            ),
        ),
        migrations.AddConstraint(
            model_name="minutessignature",
            constraint=models.UniqueConstraint(fields=("deliberation", "member"), name="evaluations_signature_once"),
        ),
        migrations.AddConstraint(
            model_name="minutessignature",
            constraint=models.CheckConstraint(
                condition=models.Q(("deed", "signed"), models.Q(("words", ""), _negated=True), _connector="OR"),
                name="evaluations_signature_refusal_reasoned",
            ),
        ),
        migrations.AddConstraint(
            model_name="minutessignature",
            constraint=models.CheckConstraint(
                condition=models.Q(("body_sha256", ""), _negated=True), name="evaluations_signature_of_a_text"
            ),
        ),
        migrations.AddConstraint(
            model_name="ordervote",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("deliberation",), name="evaluations_vote_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="ordervote",
            constraint=models.CheckConstraint(
                condition=models.Q(("motive", ""), _negated=True), name="evaluations_vote_motivated"
            ),
        ),
        migrations.AddConstraint(
            model_name="ordervote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted", None), ("closed_at", None), ("counts", None)),
                    models.Q(("accepted__isnull", False), ("closed_at__isnull", False), ("counts__isnull", False)),
                    _connector="OR",
                ),
                name="evaluations_vote_closed_with_counts",
            ),
        ),
        migrations.AddConstraint(
            model_name="ballot",
            constraint=models.UniqueConstraint(fields=("vote", "member"), name="evaluations_ballot_once"),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(("called", models.F("renounced")), _negated=True),
                name="evaluations_succession_of_another",
            ),
        ),
        put_back(),
        refuse("evaluations_ballot", message="a vote is cast once"),
        refuse("evaluations_minutessignature", message="a signature stands"),
        refuse("evaluations_succession", message="a call stands"),
        refuse("evaluations_ordervote", "delete", "truncate", message="a vote that was held stays"),
        refuse("evaluations_renunciation", "delete", "truncate", message="a renunciation stands"),
        *(_refuse_update(table, condition) for table, condition in _SETTLED.items()),
    ]
