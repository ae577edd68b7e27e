"""The journal is append-only: the database itself refuses the rest."""

from django.db import migrations

from journal.triggers import refuse

MESSAGE = "the journal is append-only"


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        refuse("journal_entry", message=MESSAGE),
        refuse("journal_leaf", message=MESSAGE),
        refuse("journal_node", message=MESSAGE),
        refuse("journal_checkpoint", message=MESSAGE),
    ]
