"""A state for who renounces, and one retained at most in a posting."""

from django.conf import settings
from django.db import migrations, models

from journal.triggers import put_back, set_aside


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0007_piece_settled"),
        ("postings", "0007_vote_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        set_aside(),
        migrations.RemoveConstraint(
            model_name="application",
            name="applications_application_state_known",
        ),
        migrations.AlterField(
            model_name="application",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "brouillon"),
                    ("submitted", "déposée"),
                    ("withdrawn", "retirée"),
                    ("lapsed", "non déposée à la clôture"),
                    ("admissible", "recevable"),
                    ("inadmissible", "irrecevable"),
                    ("shortlisted", "présélectionnée"),
                    ("not_shortlisted", "non présélectionnée"),
                    ("interviewed", "entendue"),
                    ("retained", "retenue"),
                    ("reserve", "liste complémentaire"),
                    ("not_retained", "non retenue"),
                    ("renounced", "a renoncé"),
                ],
                db_index=True,
                default="draft",
                max_length=16,
                verbose_name="état",
            ),
        ),
        migrations.AlterField(
            model_name="move",
            name="from_state",
            field=models.CharField(
                choices=[
                    ("draft", "brouillon"),
                    ("submitted", "déposée"),
                    ("withdrawn", "retirée"),
                    ("lapsed", "non déposée à la clôture"),
                    ("admissible", "recevable"),
                    ("inadmissible", "irrecevable"),
                    ("shortlisted", "présélectionnée"),
                    ("not_shortlisted", "non présélectionnée"),
                    ("interviewed", "entendue"),
                    ("retained", "retenue"),
                    ("reserve", "liste complémentaire"),
                    ("not_retained", "non retenue"),
                    ("renounced", "a renoncé"),
                ],
                max_length=16,
                verbose_name="de",
            ),
        ),
        migrations.AlterField(
            model_name="move",
            name="to_state",
            field=models.CharField(
                choices=[
                    ("draft", "brouillon"),
                    ("submitted", "déposée"),
                    ("withdrawn", "retirée"),
                    ("lapsed", "non déposée à la clôture"),
                    ("admissible", "recevable"),
                    ("inadmissible", "irrecevable"),
                    ("shortlisted", "présélectionnée"),
                    ("not_shortlisted", "non présélectionnée"),
                    ("interviewed", "entendue"),
                    ("retained", "retenue"),
                    ("reserve", "liste complémentaire"),
                    ("not_retained", "non retenue"),
                    ("renounced", "a renoncé"),
                ],
                max_length=16,
                verbose_name="à",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "draft",
                            "submitted",
                            "withdrawn",
                            "lapsed",
                            "admissible",
                            "inadmissible",
                            "shortlisted",
                            "not_shortlisted",
                            "interviewed",
                            "retained",
                            "reserve",
                            "not_retained",
                            "renounced",
                        ],
                    )
                ),
                name="applications_application_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "retained")),
                fields=("posting",),
                name="applications_application_one_retained",
            ),
        ),
        put_back(),
    ]
