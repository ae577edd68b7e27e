"""``manage.py backup DIR``: the database and the files, as they stand now."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pmp_recruit.backups.manifest import Unusable
from pmp_recruit.backups.taking import take


class Command(BaseCommand):
    help = "Write the database and every stored file into a new folder, with a manifest. No key is in it. People may go on working."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that doesn't exist yet, or is empty")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest, fingerprint = take(options["folder"])
        except (Unusable, OSError) as error:
            raise CommandError(str(error)) from error
        total = sum(stored.size for stored in manifest.files.values()) + manifest.database.size
        self.stdout.write(f"{len(manifest.files)} files and the database, {total / 1e6:.1f} MB, in {options['folder']}")
        if manifest.gone:
            self.stdout.write(f"{len(manifest.gone)} files were deleted while it ran; the manifest names them.")
        self.stdout.write(f"Manifest's SHA-256, to keep elsewhere: {fingerprint}")
        self.stdout.write(
            "Not in it: the journal's key, PMP_SECRET_KEY, passwords. Keep them apart (docs/operations.md)."
        )
        if manifest.lost:
            names = ", ".join(manifest.lost[:5])
            raise CommandError(f"{len(manifest.lost)} files that rows name are not in the storage: {names}. Find them.")
