"""Rows are told by a key of their page. Nullable, so that SQLite adds the column in place and keeps the triggers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0008_renunciation")]

    operations = [
        migrations.AddField("careerentry", "key", models.UUIDField(blank=True, editable=False, null=True)),
        migrations.AddField("referee", "key", models.UUIDField(blank=True, editable=False, null=True)),
        migrations.AddConstraint(
            "careerentry",
            models.UniqueConstraint(
                condition=models.Q(("key__isnull", False)),
                fields=("application", "key"),
                name="applications_career_key_once",
            ),
        ),
        migrations.AddConstraint(
            "referee",
            models.UniqueConstraint(
                condition=models.Q(("key__isnull", False)),
                fields=("application", "key"),
                name="applications_referee_key_once",
            ),
        ),
    ]
