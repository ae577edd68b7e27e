"""``manage.py verifydocument``: do documents bear our electronic seal, unchanged?"""

from collections.abc import Iterator
from email import message_from_bytes, policy
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from applications.inspection import Busy
from applications.verification import Verdict, verify_all

#: Files read by one process.
BATCH = 10


def _inside(path: Path) -> Iterator[tuple[str, bytes]]:
    """A PDF, or those that a mail encloses."""
    content = path.read_bytes()
    if path.suffix != ".eml":
        yield str(path), content
        return
    for part in message_from_bytes(content, policy=policy.default).iter_attachments():
        if part.get_content_type() == "application/pdf":
            yield f"{path} ({part.get_filename()})", part.get_content()


def _documents(paths: list[Path]) -> dict[str, tuple[str, bytes]]:
    """The documents at the paths, folders looked through for PDFs and mails; each once, by its hash."""
    files: list[Path] = []
    for path in paths:
        files += sorted([*path.rglob("*.pdf"), *path.rglob("*.eml")]) if path.is_dir() else [path]
    found = (document for file in files for document in _inside(file))
    return {sha256(content).hexdigest(): (name, content) for name, content in found}


def _is_sealed(verdict: Verdict) -> bool:
    return verdict.ok and verdict.seal is not None


class Command(BaseCommand):
    help = (
        "Verify the electronic seal of PDFs, of those that mails (.eml) enclose, and of all in a folder. "
        "Exits 1 unless every one is ours and unchanged."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            documents = list(_documents(options["paths"]).values())
        except OSError as error:
            raise CommandError(str(error)) from error
        refused = 0
        for start in range(0, len(documents), BATCH):
            batch = documents[start : start + BATCH]
            try:
                verdicts = verify_all([content for _name, content in batch])
            except Busy as error:
                raise CommandError("Too many documents are being read: try again.") from error
            for (name, _content), verdict in zip(batch, verdicts, strict=True):
                refused += not _is_sealed(verdict)
                self.stdout.write(f"{'sealed ' if _is_sealed(verdict) else 'REFUSED'}  {verdict.code:<14} {name}")
        if refused or not documents:
            raise CommandError(f"{refused} of {len(documents)} documents bear no seal of ours, unchanged.")
        self.stdout.write(f"{len(documents)} documents bear our seal, unchanged.")
