"""``manage.py archive SLUG FILE``: make the signed archive of a campaign now, and leave a copy of it in FILE."""

import shutil
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluations import archiving
from postings.models import Posting


class Command(BaseCommand):
    help = "Make the signed archive of a campaign whose decision is notified; script/verify checks it without the site."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="which posting")
        parser.add_argument("file", type=Path, help="where to leave the archive")
        parser.add_argument("--documents", action="store_true", help="with the candidates' documents")

    def handle(self, *args: Any, slug: str, file: Path, documents: bool, **options: Any) -> None:
        posting = Posting.objects.filter(slug=slug).first()
        if posting is None:
            raise CommandError(f"Aucun avis « {slug} ».")
        if file.exists():
            raise CommandError(f"{file} existe déjà.")
        try:
            archive = archiving.ask(posting=posting, documents=documents, by=None)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        archiving.make_due()
        archive.refresh_from_db()
        if not archive.is_kept:
            raise CommandError(archive.problem or "Un autre processus la constitue : reprenez dans quelques minutes.")
        with archive.file.open("rb") as made, file.open("xb") as copy:
            shutil.copyfileobj(made, copy)
        self.stdout.write(f"{archive.sha256}  {file}")
