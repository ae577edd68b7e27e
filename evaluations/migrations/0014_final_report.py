"""The final report and the archives of a campaign. What was issued, or made, stays as it was."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from journal.triggers import per_vendor, refuse

#: What may not change any more, once it is so.
_SETTLED = {
    "evaluations_finalreport": (
        "NEW.at <> OLD.at OR NEW.by_id <> OLD.by_id OR NEW.posting_id <> OLD.posting_id OR NEW.record <> OLD.record "
        "OR (OLD.sha256 <> '' AND (NEW.sha256 <> OLD.sha256 OR NEW.file <> OLD.file))"
    ),
    "evaluations_campaignarchive": (
        "OLD.finished_at IS NOT NULL AND (NEW.finished_at IS NULL OR NEW.finished_at <> OLD.finished_at "
        "OR NEW.sha256 <> OLD.sha256 OR OLD.erased_at IS NOT NULL)"
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
        ("evaluations", "0014_act_of_decision"),
        ("postings", "0007_vote_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FinalReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("record", models.JSONField(verbose_name="relevé figé")),
                ("at", models.DateTimeField(verbose_name="établi à")),
                ("file", models.FileField(blank=True, upload_to="reports/", verbose_name="rapport final")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="empreinte du rapport")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="établi par",
                    ),
                ),
                (
                    "posting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="final_report",
                        to="postings.posting",
                        verbose_name="avis",
                    ),
                ),
            ],
            options={
                "verbose_name": "rapport final",
                "verbose_name_plural": "rapports finaux",
            },
        ),
        migrations.CreateModel(
            name="CampaignArchive",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(verbose_name="demandée à")),
                ("documents", models.BooleanField(default=False, verbose_name="avec les pièces des candidats")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="entrées écrites")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="entrées à écrire")),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="achevée à")),
                ("problem", models.CharField(blank=True, max_length=200, verbose_name="ce qui a manqué")),
                ("file", models.FileField(blank=True, upload_to="archives/", verbose_name="archive")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="empreinte de l’archive")),
                ("size", models.PositiveBigIntegerField(default=0, verbose_name="taille")),
                ("erased_at", models.DateTimeField(blank=True, null=True, verbose_name="effacée à")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="demandée par",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="archives",
                        to="postings.posting",
                        verbose_name="avis",
                    ),
                ),
            ],
            options={
                "verbose_name": "archive de la campagne",
                "verbose_name_plural": "archives des campagnes",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at", None)),
                        fields=("posting",),
                        name="evaluations_archive_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at", None), ("problem", ""), ("sha256", "")),
                            models.Q(
                                ("finished_at__isnull", False), ("problem", ""), models.Q(("sha256", ""), _negated=True)
                            ),
                            models.Q(
                                ("finished_at__isnull", False), ("sha256", ""), models.Q(("problem", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="evaluations_archive_made_or_not",
                    ),
                ],
            },
        ),
        refuse("evaluations_finalreport", "delete", "truncate", message="a report that was issued stands"),
        refuse("evaluations_campaignarchive", "delete", "truncate", message="what was made is known"),
        *(_refuse_update(table, condition) for table, condition in _SETTLED.items()),
    ]
