"""Substitutes, and who took whose seat: a composition that was frozen changes by a replacement alone, whoever writes it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from journal.triggers import per_vendor, refuse

#: What a trigger lets change: the seat of who leaves, the chair; of a replacement, its words, once, to nothing.
_FIXED = {
    "evaluations_panelmember": "{new}.user_id <> {old}.user_id OR {new}.panel_id <> {old}.panel_id "
    "OR {new}.outsider <> {old}.outsider OR {old}.left_at IS NOT NULL",
    "evaluations_replacement": "{new}.leaver_id <> {old}.leaver_id OR {new}.member_id <> {old}.member_id "
    "OR {new}.at <> {old}.at OR {new}.by_id <> {old}.by_id OR {new}.reason <> ''",
}


def _frozen(table: str) -> migrations.RunPython:
    name, changed = f"{table}_frozen", _FIXED[table].format(new="NEW", old="OLD")
    return per_vendor(
        postgresql=[
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed}) "
            "EXECUTE FUNCTION pmp_refuse('the composition is frozen')"
        ],
        sqlite=[
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {changed} "
            f"BEGIN SELECT RAISE(ABORT, 'UPDATE refused on {table}: the composition is frozen'); END"
        ],
        undo_postgresql=[f"DROP TRIGGER {name} ON {table}"],
        undo_sqlite=[f"DROP TRIGGER {name}"],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("evaluations", "0009_third_marker"),
        ("journal", "0002_triggers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Replacement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(blank=True, max_length=500, verbose_name="motif")),
                ("at", models.DateTimeField(verbose_name="heure")),
            ],
            options={
                "verbose_name": "remplacement",
                "verbose_name_plural": "remplacements",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Substitute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("chair", models.BooleanField(default=False, verbose_name="peut présider")),
                ("outsider", models.BooleanField(default=False, verbose_name="extérieur à l'institution")),
            ],
            options={
                "verbose_name": "suppléant",
                "verbose_name_plural": "suppléants",
                "ordering": ["rank"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="panelmember",
            name="evaluations_panel_one_chair",
        ),
        migrations.AddField(
            model_name="declaration",
            name="named_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="confirmée, nom connu, à"),
        ),
        migrations.AddField(
            model_name="panelmember",
            name="joined_at",
            field=models.DateTimeField(
                blank=True, help_text="Vide : dès la composition.", null=True, verbose_name="siège depuis"
            ),
        ),
        migrations.AddField(
            model_name="panelmember",
            name="left_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="a quitté le jury à"),
        ),
        migrations.AddConstraint(
            model_name="panelmember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("chair", True), ("left_at", None)),
                fields=("panel",),
                name="evaluations_panel_one_chair",
            ),
        ),
        migrations.AddField(
            model_name="replacement",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="par",
            ),
        ),
        migrations.AddField(
            model_name="replacement",
            name="leaver",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="replacement", to="evaluations.panelmember"
            ),
        ),
        migrations.AddField(
            model_name="replacement",
            name="member",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="replaces", to="evaluations.panelmember"
            ),
        ),
        migrations.AddField(
            model_name="substitute",
            name="panel",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="substitutes", to="evaluations.panel"
            ),
        ),
        migrations.AddField(
            model_name="substitute",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="substitutions", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="substitute",
            constraint=models.UniqueConstraint(fields=("panel", "user"), name="evaluations_substitute_once"),
        ),
        migrations.AddConstraint(
            model_name="substitute",
            constraint=models.UniqueConstraint(fields=("panel", "rank"), name="evaluations_substitute_rank"),
        ),
        *(_frozen(table) for table in _FIXED),
        refuse("evaluations_panelmember", "delete", message="who sat is never forgotten"),
        refuse("evaluations_replacement", "delete", message="who sat is never forgotten"),
        refuse("evaluations_substitute", "update", "delete", message="the composition is frozen"),
    ]
