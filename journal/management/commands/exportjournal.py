"""``manage.py exportjournal FILE``: every sealed entry, one JSON object a line, in the order of the tree."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from journal.checkpoint import seal
from journal.models import Leaf


class Command(BaseCommand):
    help = "Write every sealed entry as a line of JSON: index, leaf hash, canonical body, and the body's own fields."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where to write; replaced if it exists")
        parser.add_argument("--seal", action="store_true", help="seal what still waits, first")

    def handle(self, *args: Any, **options: Any) -> None:
        while options["seal"] and seal():
            pass
        count = 0
        with options["file"].open("w", encoding="utf-8") as out:
            for leaf in Leaf.objects.select_related("entry").order_by("index").iterator(chunk_size=1000):
                line = {"index": leaf.index, "leaf": bytes(leaf.hash).hex(), "body": leaf.entry.body}
                out.write(
                    json.dumps({**json.loads(leaf.entry.body), **line}, ensure_ascii=False, sort_keys=True) + "\n"
                )
                count += 1
        self.stdout.write(f"{count} entries.")
