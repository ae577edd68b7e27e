"""Whether the database is the one that this code and this key belong to."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from journal import clock, keys, notes
from journal.models import Checkpoint, CheckResult
from pmp_recruit.checkups.verdict import NotConfigured


def migrations_are_applied() -> Iterator[str]:
    """The database has the shape that the code expects, and no newer one."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        yield f"{len(pending)} migrations wait ({pending[0][0]}, …): run manage.py migrate."
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations or {})
    if unknown:
        names = ", ".join(".".join(name) for name in sorted(unknown)[:3])
        yield f"The database is newer than this code ({names}): deploy the version that it was migrated for."


def journal_key_is_right() -> Iterator[str]:
    """The journal's key can be read, and is the one that signed the last checkpoint."""
    try:
        key = keys.public_key()
    except (ImproperlyConfigured, OSError) as error:
        yield f"The journal's key can't be read ({type(error).__name__}): give PMP_JOURNAL_KEY_FILE a file that holds it."
        return
    last = Checkpoint.objects.order_by("-size").first()
    if last is None:
        raise NotConfigured("The key can be read; nothing is sealed yet for it to be held against.")
    try:
        same = notes.verify(last.note, key).origin == settings.PMP_JOURNAL_ORIGIN
    except notes.BadNote:
        same = False
    if not same:
        yield (
            f"The last checkpoint ({last.size} entries) was signed by another key or for another origin: give the "
            "journal's own key and PMP_JOURNAL_ORIGIN back. With others, no proof verifies any more."
        )


def invariants_hold() -> Iterator[str]:
    """What the watch for impossible states found last, and that it still watches."""
    results = list(CheckResult.objects.all())
    if not results:
        raise NotConfigured("No check was made yet: beat and the mailer make the first within minutes.")
    for result in results:
        if not result.holds:
            yield f"{result.name}: {result.count} found. manage.py doctor --invariants lists them; change nothing by hand."
    newest = max(result.at for result in results)
    if clock.real() - newest > timedelta(hours=3):
        yield "No check was made for three hours: are beat and the mailer running?"
