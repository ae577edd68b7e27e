"""Load a posting from its folder, and publish it if asked."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from postings.lifecycle import publish
from postings.loader import DATA, LoadRefused, load


class Command(BaseCommand):
    help = "Load a posting (notice.txt and posting.toml); --publish freezes its rules and opens it to the public."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", help="the folder, or the name of one under postings/data/")
        parser.add_argument("--publish", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"])
        try:
            posting = load(folder if folder.is_dir() else DATA / folder.name)
            if options["publish"]:
                posting = publish(posting=posting, by=None)
        except LoadRefused as error:
            raise CommandError("\n".join(error.problems)) from error
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        state = _("publié") if posting.published_at else _("chargé, non publié")
        self.stdout.write(f"{posting.title} : {state} ({posting.content_sha256[:12]})")
