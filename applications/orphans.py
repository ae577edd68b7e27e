"""Stored files that no row names: what a kill between the file and its row's commit leaves behind.

They hold personal data that nobody could find again to erase.
"""

from datetime import timedelta

from django.core.files.storage import default_storage

from applications.models import Document
from journal import clock

FOLDER = "documents"
#: Longer than any upload's transaction: a younger file may still get its row.
SPARED = timedelta(hours=1)


def delete_orphans() -> int:
    """Delete the documents' files that no row has named for an hour; how many."""
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    before = clock.real() - SPARED
    old = [path for path in (f"{FOLDER}/{name}" for name in names) if default_storage.get_modified_time(path) < before]
    # The rows after the files: one that came between is known.
    known = set(Document.objects.values_list("file", flat=True))
    orphans = [path for path in old if path not in known]
    for path in orphans:
        default_storage.delete(path)
    return len(orphans)
