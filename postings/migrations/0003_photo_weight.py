"""What a photo of a document may weigh is the requirement's to say."""

from django.db import migrations, models

from journal.triggers import put_back, set_aside


class Migration(migrations.Migration):
    dependencies = [("postings", "0002_triggers")]

    operations = [
        set_aside(),
        migrations.AddField(
            model_name="documentrequirement",
            name="photo_bytes",
            field=models.PositiveIntegerField(default=20_000_000, verbose_name="octets d'une photo, au plus"),
        ),
        put_back(),
    ]
