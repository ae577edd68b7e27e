"""Two interviews never overlap for a member of the jury, whichever jury; and what a member notes of each answer."""

from datetime import timedelta

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from journal.triggers import per_vendor

_NAME = "evaluations_jurysitting_no_overlap"
# A range of one whole number stands in for the equality that GiST lacks without an extension.
_NO_OVERLAP = (
    f"ALTER TABLE evaluations_jurysitting ADD CONSTRAINT {_NAME} EXCLUDE USING gist ("
    "int8range(person_id, person_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)"
)


def _seat(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Whoever sits on a jury sits in its slots that already stand."""
    jury_sitting = apps.get_model("evaluations", "JurySitting")
    members = apps.get_model("evaluations", "PanelMember").objects.values_list("panel__posting", "user")
    seated: dict[int, list[int]] = {}
    for posting, person in members:
        seated.setdefault(posting, []).append(person)
    for slot in apps.get_model("evaluations", "Interview").objects.filter(vacated_at=None):
        ends_at = slot.starts_at + timedelta(minutes=slot.minutes)
        jury_sitting.objects.bulk_create(
            jury_sitting(person_id=person, interview=slot, starts_at=slot.starts_at, ends_at=ends_at)
            for person in seated.get(slot.posting_id, [])
        )


class Migration(migrations.Migration):
    dependencies = [
        ("evaluations", "0010_substitutes"),
        ("postings", "0005_interview_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InterviewNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True, max_length=3000, verbose_name="notes")),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="postings.interviewquestion",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="evaluations.scoresheet"
                    ),
                ),
            ],
            options={
                "verbose_name": "notes d'entretien",
                "constraints": [models.UniqueConstraint(fields=("sheet", "question"), name="evaluations_note_once")],
            },
        ),
        migrations.CreateModel(
            name="JurySitting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField(verbose_name="début")),
                ("ends_at", models.DateTimeField(verbose_name="fin")),
                (
                    "interview",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="jury_sittings",
                        to="evaluations.interview",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jury_sittings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "présence",
                "ordering": ["starts_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "interview"), name="evaluations_jurysitting_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="evaluations_jurysitting_lasts"
                    ),
                ],
            },
        ),
        migrations.RunPython(_seat, migrations.RunPython.noop),
        # SQLite has no such constraint: there the acts alone refuse, one writer at a time.
        per_vendor(
            postgresql=["SET CONSTRAINTS ALL IMMEDIATE", _NO_OVERLAP],
            sqlite=[],
            undo_postgresql=[f"ALTER TABLE evaluations_jurysitting DROP CONSTRAINT {_NAME}"],
        ),
    ]
