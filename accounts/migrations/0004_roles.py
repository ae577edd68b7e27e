"""HR has a head, and the jury a secretary. Who was HR until now did all that its head does, and goes on."""

from typing import Any

from django.db import migrations, models


def _become(former: str, later: str) -> Any:
    def change(apps: Any, schema_editor: Any) -> None:
        apps.get_model("accounts", "User").objects.filter(role=former).update(role=later)

    return change


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_code_guard"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="user",
            name="accounts_user_role_known",
        ),
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                choices=[
                    ("candidate", "candidat"),
                    ("hr", "gestionnaire des ressources humaines"),
                    ("hr_head", "responsable des ressources humaines"),
                    ("secretary", "secrétaire du jury"),
                    ("juror", "membre du jury"),
                    ("authority", "autorité de nomination"),
                    ("auditor", "auditeur"),
                    ("administrator", "administrateur"),
                ],
                default="candidate",
                max_length=20,
                verbose_name="rôle",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        ["candidate", "hr", "hr_head", "secretary", "juror", "authority", "auditor", "administrator"],
                    )
                ),
                name="accounts_user_role_known",
            ),
        ),
        migrations.RunPython(_become("hr", "hr_head"), _become("hr_head", "hr")),
    ]
