"""``manage.py bounces [FILE...]``: read the mailbox of returned messages, or the files that are named."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from notices.bounce_box import read_box
from notices.bounces import receive


class Command(BaseCommand):
    help = "Read the messages that came back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="Messages kept as files, instead of the mailbox.")

    def handle(self, *args: Any, **options: Any) -> None:
        for path in options["files"]:
            bounce = receive(raw=path.read_bytes(), source="file")
            self.stdout.write(f"{path.name}: {'applied' if bounce.applied else 'kept for HR'}")
        if not options["files"]:
            self.stdout.write(f"{read_box()} messages read.")
