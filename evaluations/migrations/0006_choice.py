"""Candidates choose their slot; a slot left by who withdrew is given again; slots never overlap, whoever writes them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from journal.triggers import per_vendor

_NAME = "evaluations_interview_no_overlap"
# Ranges of whole numbers stand in for the equality that GiST lacks without an extension. UTC's wall clock: adding to an
# instant with a zone depends on the session's zone, which no index may.
_START = "(starts_at AT TIME ZONE 'UTC')"
_NO_OVERLAP = (
    f"ALTER TABLE evaluations_interview ADD CONSTRAINT {_NAME} EXCLUDE USING gist ("
    "int8range(posting_id, posting_id, '[]') WITH &&, "
    f"tsrange({_START}, {_START} + make_interval(mins => minutes::int)) WITH &&"
    ") WHERE (vacated_at IS NULL)"
)


def _person(verbose_name: str, **options: bool) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=verbose_name,
        **options,
    )


_ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
_WINDOW = migrations.CreateModel(
    name="ChoiceWindow",
    fields=[
        _ID,
        ("opened_at", models.DateTimeField(verbose_name="ouverte à")),
        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="fermée à")),
        ("closed_by", _person("fermée par", blank=True, null=True)),
        ("opened_by", _person("ouverte par")),
        (
            "posting",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="choice_windows", to="postings.posting"
            ),
        ),
    ],
    options={
        "verbose_name": "période de choix du créneau",
        "verbose_name_plural": "périodes de choix du créneau",
        "ordering": ["id"],
        "constraints": [
            models.UniqueConstraint(
                condition=Q(closed_at=None), fields=["posting"], name="evaluations_choicewindow_one_open"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="evaluations_choicewindow_closed_by_someone",
            ),
        ],
    },
)
_UNAVAILABILITY = migrations.CreateModel(
    name="Unavailability",
    fields=[
        _ID,
        (
            "sequence",
            models.PositiveSmallIntegerField(help_text="Ceux de l'entretien.", verbose_name="changements, alors"),
        ),
        ("reason", models.TextField(max_length=1000, verbose_name="empêchement")),
        ("at", models.DateTimeField(verbose_name="heure")),
        (
            "interview",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="unavailabilities",
                to="evaluations.interview",
            ),
        ),
    ],
    options={
        "verbose_name": "empêchement",
        "ordering": ["id"],
        "constraints": [
            models.CheckConstraint(condition=~Q(reason=""), name="evaluations_unavailability_reasoned"),
        ],
    },
)


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0004_candidate"),
        ("evaluations", "0005_reopening"),
        ("postings", "0002_triggers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        _WINDOW,
        _UNAVAILABILITY,
        migrations.RemoveConstraint(model_name="interview", name="evaluations_interview_one_at_a_time"),
        migrations.AddField(
            model_name="interview",
            name="vacated_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="créneau libéré par un retrait à"),
        ),
        migrations.AlterField(
            model_name="interview",
            name="sequence",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="changements"),
        ),
        migrations.AddConstraint(
            model_name="interview",
            constraint=models.UniqueConstraint(
                condition=Q(vacated_at=None),
                fields=("posting", "starts_at"),
                name="evaluations_interview_one_at_a_time",
            ),
        ),
        # SQLite has no such constraint: there the acts alone refuse, one writer at a time.
        per_vendor(
            postgresql=[_NO_OVERLAP],
            sqlite=[],
            undo_postgresql=[f"ALTER TABLE evaluations_interview DROP CONSTRAINT {_NAME}"],
        ),
    ]
