"""Stored files that no row names: what a kill between the file and its row's commit leaves behind.

They hold personal data that nobody could find again to erase.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.core.files.storage import default_storage

from applications import uploads
from applications.models import Document, Upload
from applications.storages import files
from journal import clock
from notices.models import Letter

#: Longer than any upload's transaction: a younger file may still get its row.
SPARED = timedelta(hours=1)

#: Each folder, and the names in it that rows know.
_KNOWN: dict[str, Callable[[], Iterable[str]]] = {
    "documents": lambda: Document.objects.values_list("file", flat=True),
    "previews": lambda: Document.objects.values_list("preview", flat=True),
    "letters": lambda: Letter.objects.values_list("file", flat=True),
    uploads.FOLDER: lambda: [row.stored_name for row in Upload.objects.only("public_id")],
}


def _delete_unknown(folder: str, known: Callable[[], Iterable[str]]) -> int:
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return 0
    before = clock.real() - SPARED
    old = [path for path in (f"{folder}/{name}" for name in names) if default_storage.get_modified_time(path) < before]
    # The rows after the files: one that came between is known.
    rows = set(known()) if old else set()
    orphans = {path for path in old if files().whole_name(path) not in rows}
    for path in orphans:
        default_storage.delete(path)
    return len(orphans)


def delete_orphans() -> int:
    """Delete the stored files that no row has named for an hour; how many."""
    return sum(_delete_unknown(folder, known) for folder, known in _KNOWN.items())
