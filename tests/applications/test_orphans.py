"""What a kill in the middle of an upload leaves behind is deleted; what has its row never is."""

import os

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from applications import tasks
from applications.orphans import SPARED
from journal import clock
from tests import cast
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db


def stored(name: str, *, age: float) -> str:
    """A file without a row, last written ``age`` seconds ago."""
    path = default_storage.save(f"documents/{name}.pdf", ContentFile(b"%PDF-"))
    moment = clock.real().timestamp() - age
    os.utime(default_storage.path(path), (moment, moment))
    return path


def test_only_old_files_without_a_row_are_deleted() -> None:
    kept = factory.complete_draft(factory.open_posting(), cast.candidate(1)).documents.first()
    assert kept is not None
    hour = SPARED.total_seconds()
    os.utime(kept.file.path, (0, 0))
    orphan, young = stored("orphan", age=hour + 60), stored("young", age=hour - 60)
    tasks.delete_orphans()
    assert [default_storage.exists(path) for path in (kept.file.name, orphan, young)] == [True, False, True]
    default_storage.delete(young)
