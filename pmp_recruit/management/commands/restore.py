"""``manage.py restore DIR``: put a backup in an empty installation, and hold it to its own proofs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pmp_recruit.backups.manifest import Unusable
from pmp_recruit.backups.restoring import restore, verify


class Command(BaseCommand):
    help = "Restore a backup, once every hash in it is checked; then check the journal and every file. Stop web, workers and beat first."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="what manage.py backup wrote")
        parser.add_argument(
            "--manifest", metavar="SHA256", default="", help="the manifest's SHA-256, as it was kept apart"
        )
        parser.add_argument("--replace", action="store_true", help="throw away the database and files that are here")
        parser.add_argument("--migrate", action="store_true", help="apply the migrations that this newer code adds")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restore(
                options["folder"],
                expected=options["manifest"],
                replace=options["replace"],
                migrate=options["migrate"],
            )
        except (Unusable, OSError) as error:
            raise CommandError(str(error)) from error
        problems = list(verify(manifest))
        for problem in problems:
            self.stdout.write(f"FAILS  {problem}")
        if problems:
            raise CommandError(f"Restored, with {len(problems)} problems: don't open it to people.")
        self.stdout.write(
            f"Restored as of {manifest.made_at}: {len(manifest.files)} files, {manifest.journal_size} sealed entries."
        )
        self.stdout.write(
            "The journal and every file verify. Hold the last published checkpoint against /registre/ before you open."
        )
