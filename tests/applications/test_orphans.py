"""What a kill in the middle of an upload leaves behind is deleted; what has its row never is."""

import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from applications import tasks
from applications.orphans import SPARED
from journal import clock
from tests import cast
from tests.applications.tus import Sender
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db


def stored(name: str, *, age: float) -> str:
    """A file without a row, last written ``age`` seconds ago."""
    path = default_storage.save(name, ContentFile(b"%PDF-"))
    moment = clock.real().timestamp() - age
    os.utime(default_storage.path(path), (moment, moment))
    return path


def test_only_old_files_without_a_row_are_deleted() -> None:
    kept = factory.complete_draft(factory.open_posting(), cast.candidate(1)).documents.first()
    assert kept is not None
    hour = SPARED.total_seconds()
    os.utime(kept.file.path, (0, 0))
    orphan, young = stored("documents/orphan.pdf", age=hour + 60), stored("documents/young.pdf", age=hour - 60)
    tasks.delete_orphans()
    assert [default_storage.exists(path) for path in (kept.file.name, orphan, young)] == [True, False, True]
    default_storage.delete(young)


def test_every_folder_is_swept_and_what_is_known_stays() -> None:
    application = factory.complete_draft(factory.open_posting(), cast.candidate(1))
    upload = Sender(application.candidate).send(factory.pdf("En route"), requirement="diplomes")
    document = application.documents.first()
    assert document is not None
    kept = [document.preview.path, default_storage.path(upload.stored_name)]
    for path in kept:
        os.utime(path, (0, 0))
    orphans = [stored(name, age=SPARED.total_seconds() + 60) for name in ("previews/orphan.png", "uploads/orphan.part")]
    tasks.delete_orphans()
    assert [Path(path).exists() for path in kept] == [True, True]
    assert [default_storage.exists(path) for path in orphans] == [False, False]
