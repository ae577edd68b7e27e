"""``manage.py erase``: erase what was kept long enough. ``--dry-run`` says what would go, by number, and erases nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from evaluations.erasure import due_files, erase_due, kept_until, unused_accounts
from evaluations.purging import FILES, plan
from journal import clock


class Command(BaseCommand):
    help = "Erase the files and accounts whose time of keeping is up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Name the files that are due, and erase nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["dry_run"]:
            files, accounts = erase_due()
            self.stdout.write(f"{files} files erased, {accounts} accounts erased.")
            return
        due = list(due_files())
        for file in due:
            self.stdout.write(f"{file.dossier_code}: {file.state}, kept until {kept_until(file):%Y-%m-%d}")
        now = clock.now()
        for line in plan():
            if line.kind not in FILES and line.is_due(now):
                self.stdout.write(f"{line.posting.slug}: {line.kind}, {line.count} due since {line.due_at:%Y-%m-%d}")
        self.stdout.write(f"{len(due)} files and {len(unused_accounts())} unused accounts would be erased.")
