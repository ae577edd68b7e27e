"""Files on their way when things go wrong: two tabs at once, a full disk, a crash, a line that breaks, nobody who comes back."""

import os
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from applications import tasks, uploads
from applications.models import Application, Document, Upload
from journal import clock
from tests import cast
from tests.applications.test_races import together
from tests.applications.tus import DOCUMENTS, PIECE, Sender, metadata
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft() -> Application:
    return factory.draft(factory.open_posting(), cast.candidate())


@pytest.fixture
def sender(draft: Application) -> Sender:
    return Sender(draft.candidate)


@pytest.fixture
def content() -> bytes:
    return factory.pdf("Long " + "x" * 60_000)


def path(upload: Upload) -> Path:
    return Path(default_storage.path(upload.stored_name))


def begun(sender: Sender, content: bytes) -> tuple[str, Upload]:
    address = sender.begin(len(content))["Location"]
    return address, Upload.objects.get()


@contextmanager
def full_disk(most: int) -> Iterator[None]:
    """No file of this process grows past ``most`` bytes: the kernel itself refuses, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


not_sqlite = pytest.mark.skipif(settings.SQLITE, reason="The database's own file would not grow either.")


@not_sqlite
def test_two_tabs_at_once_never_mix_their_pieces(sender: Sender, draft: Application, content: bytes) -> None:
    for _round in range(5):
        address, upload = begun(sender, content)
        pieces = [content[: 20_000 + n] for n in range(4)]
        tabs = [Sender(draft.candidate) for _piece in pieces]
        works = [partial(tab.append, address, 0, piece) for tab, piece in zip(tabs, pieces, strict=True)]
        answers: list[Any] = together(works)
        assert sorted(answer.status_code for answer in answers) == [204, 409, 409, 409]
        received = int(sender.ask(address)["Upload-Offset"])
        assert {int(answer["Upload-Offset"]) for answer in answers} == {received}
        assert path(upload).read_bytes() == content[:received]
        assert sender.append(address, received, content[received:]).status_code == 204
        assert path(upload).read_bytes() == content
        sender.give_up(address)


@not_sqlite
def test_two_tabs_that_attach_make_one_document(sender: Sender, draft: Application, content: bytes) -> None:
    upload = sender.send(content)
    tabs = [Sender(draft.candidate) for _n in range(3)]
    answers: list[Any] = together([partial(tab.attach, upload) for tab in tabs])
    assert [answer.status_code for answer in answers] == [200] * 3
    assert Document.objects.get().public_id == upload.public_id
    assert not path(upload).exists()


@not_sqlite
def test_full_disk_is_told_and_loses_nothing(sender: Sender, content: bytes) -> None:
    address, upload = begun(sender, content)
    sender.append(address, 0, content[:10_000])
    with full_disk(30_000):
        answer = sender.append(address, 10_000, content[10_000:])
    assert (answer.status_code, answer.json()["code"]) == (507, "no_room")
    assert "Ce qui est déjà reçu est gardé" in answer.json()["message"]
    assert sender.ask(address)["Upload-Offset"] == "10000"
    assert sender.append(address, 10_000, content[10_000:]).status_code == 204
    assert path(upload).read_bytes() == content
    assert sender.attach(upload).status_code == 200


@not_sqlite
@pytest.mark.parametrize("headers", [{"Accept": "application/json"}, {}])
def test_full_disk_leaves_no_half_document(
    sender: Sender, draft: Application, content: bytes, headers: dict[str, str]
) -> None:
    upload = sender.send(content)
    before = set(Path(settings.MEDIA_ROOT).rglob("*"))
    with full_disk(30_000):
        data = {"requirement": "cv", "parts": [str(upload.public_id)]}
        answer: Any = sender.client.post(DOCUMENTS, data, headers=headers)
    assert answer.status_code == 507
    assert "Nous ne pouvons rien enregistrer en ce moment" in answer.content.decode()
    assert (draft.documents.count(), Upload.objects.count()) == (0, 1)
    assert {found for found in Path(settings.MEDIA_ROOT).rglob("*") if found.is_file()} <= before
    assert sender.attach(upload).status_code == 200


def test_bytes_that_a_crash_left_beyond_the_row_are_cut_off(sender: Sender, content: bytes) -> None:
    address, upload = begun(sender, content)
    sender.append(address, 0, content[:10_000])
    with path(upload).open("ab") as file:
        file.write(b"?" * 5_000)
    assert sender.ask(address)["Upload-Offset"] == "10000"
    assert sender.append(address, 10_000, content[10_000:20_000]).status_code == 204
    assert path(upload).read_bytes() == content[:20_000]


def test_disk_from_yesterday_has_the_rest_sent_again(sender: Sender, content: bytes) -> None:
    upload = sender.send(content)
    address = reverse("applications:upload", args=[upload.public_id])
    os.truncate(path(upload), 10_000)
    assert sender.attach(upload).status_code == 409
    assert sender.ask(address)["Upload-Offset"] == "10000"
    assert sender.append(address, 10_000, content[10_000:]).status_code == 204
    path(upload).unlink()
    assert sender.ask(address)["Upload-Offset"] == "0"
    assert sender.append(address, 0, content).status_code == 204
    assert sender.attach(upload).status_code == 200


def test_pieces_are_for_the_server_alone(sender: Sender, content: bytes) -> None:
    upload = sender.send(content)
    assert path(upload).stat().st_mode & 0o777 == 0o600
    assert path(upload).parent.stat().st_mode & 0o777 == 0o700


def test_what_nobody_comes_back_for_goes_after_a_day(sender: Sender, content: bytes) -> None:
    stale, fresh = sender.send(content), sender.send(content, "autre.pdf")
    now = clock.real()
    Upload.objects.filter(pk=stale.pk).update(touched_at=now - uploads.KEPT)
    Upload.objects.filter(pk=fresh.pk).update(touched_at=now - uploads.KEPT + timedelta(minutes=1))
    tasks.delete_orphans()
    assert [row.pk for row in Upload.objects.all()] == [fresh.pk]
    assert [path(stale).exists(), path(fresh).exists()] == [False, True]
    assert sender.ask(reverse("applications:upload", args=[stale.public_id])).status_code == 404


def _until_offset(sender: Sender, address: str, most: float = 10) -> int:
    """Wait for what was sent before the cut to be kept."""
    until = time.monotonic() + most
    while not (offset := int(sender.ask(address)["Upload-Offset"])) and time.monotonic() < until:
        time.sleep(0.05)
    return offset


@not_sqlite
def test_half_a_piece_is_kept_when_the_line_breaks(live_server: LiveServer, sender: Sender, content: bytes) -> None:
    address, upload = begun(sender, content)
    lines = [
        f"PATCH {address} HTTP/1.1",
        f"Host: {live_server.thread.host}",
        f"Content-Length: {len(content)}",
        f"Content-Type: {PIECE}",
        "Tus-Resumable: 1.0.0",
        "Upload-Offset: 0",
        f"X-CSRFToken: {'a' * 32}",
        f"Cookie: csrftoken={'a' * 32}; sessionid={sender.client.cookies['sessionid'].value}",
    ]
    with socket.create_connection((live_server.thread.host, live_server.thread.port)) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode() + content[:25_000])
        line.shutdown(socket.SHUT_WR)
        line.recv(1)
    assert _until_offset(sender, address) == 25_000
    assert path(upload).read_bytes() == content[:25_000]
    assert sender.append(address, 25_000, content[25_000:]).status_code == 204
    assert sender.attach(upload).status_code == 200


def test_name_of_any_kind_is_taken_and_shown_harmless(sender: Sender, draft: Application, content: bytes) -> None:
    name = "\x00\u202e../../é\n" + "x" * 300 + ".pdf"
    told = {"Upload-Length": str(len(content)), "Upload-Metadata": metadata(filename=name, requirement="cv")}
    address = sender.begin(len(content), headers=told)["Location"]
    assert sender.append(address, 0, content).status_code == 204
    upload = Upload.objects.get()
    assert upload.name == ("x" * 196 + ".pdf")
    assert "x" * 196 in sender.client.get(DOCUMENTS).content.decode()
    assert sender.attach(upload).status_code == 200
    assert draft.documents.get().name == "x" * 196 + ".pdf"
