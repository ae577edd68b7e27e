from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0006_privacy")]

    operations = [
        migrations.AddField(
            model_name="piecerequest",
            name="settled_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Le bureau a vu ce qui est venu, ou que rien ne vint.",
                null=True,
                verbose_name="classée à",
            ),
        ),
    ]
