"""The virus scanner: Debian's real daemon, with signatures made here, and lines that break."""

import io
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from hashlib import md5
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from applications import scanning
from tests import cast
from tests.corpus import pictures
from tests.corpus.pdfs import made, plain, stream_of, written
from tests.factories import applications as factory

ADDRESS = reverse("applications:documents", args=[factory.SLUG])
#: Invented, so that no other scanner takes this repository for a virus.
MARK = b"essai-d-un-logiciel-malveillant-qui-n-en-est-pas-un"
FOUND = "Un logiciel malveillant a été détecté"
SILENT = "L’analyse antivirus ne répond pas pour le moment"


def infected() -> bytes:
    return written(plain(drawing=stream_of(b"% a file that the scanner knows by its sum")))


def marked_photo() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (60, 80)).save(content, "JPEG", comment=MARK)
    return content.getvalue()


def _wait_until_listening(process: subprocess.Popen[bytes], socket_file: Path) -> None:
    for _attempt in range(200):
        if socket_file.exists():
            return
        assert process.poll() is None, "clamd ended at once"
        time.sleep(0.05)
    pytest.fail("clamd did not begin within ten seconds")


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real clamd that knows one file by its sum, and one mark in any file."""
    folder = tmp_path_factory.mktemp("clamd")
    known = infected()
    (folder / "test.hdb").write_text(f"{md5(known).hexdigest()}:{len(known)}:Essai.Somme\n")  # noqa: S324 - clamd's own
    (folder / "test.ndb").write_text(f"Essai.Marque:0:*:{MARK.hex()}\n")
    lines = [f"DatabaseDirectory {folder}", f"LocalSocket {folder}/socket", "Foreground yes", "StreamMaxLength 2M"]
    (folder / "clamd.conf").write_text("\n".join(lines) + "\n")
    program = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "clamav-daemon is missing: script/setup --test installs it"
    process = subprocess.Popen(
        [program, "--config-file", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_until_listening(process, folder / "socket")
        yield f"unix://{folder}/socket"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def scanner(daemon: str, settings: LazySettings) -> None:
    settings.PMP_CLAMD = daemon


def sent(content: bytes, name: str = "cv.pdf") -> tuple[int, str, int]:
    """The answer's status and page, and how many documents the draft has then."""
    draft = factory.draft(factory.open_posting(), cast.candidate())
    file = SimpleUploadedFile(name, content)
    page = cast.signed_in(draft.candidate).post(ADDRESS, {"requirement": "cv", "file": file})
    return page.status_code, page.content.decode(), draft.documents.count()


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "build"), [("cv.pdf", infected), ("photo.jpg", marked_photo)])
def test_known_malware_is_refused_without_its_name(scanner: None, name: str, build: Callable[[], bytes]) -> None:
    status, page, documents = sent(build(), name)
    assert (status, FOUND in page, "Essai." in page, documents) == (422, True, False, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "build"), [("cv.pdf", made), ("photo.jpg", pictures.photo)])
def test_clean_file_is_taken(scanner: None, name: str, build: Callable[[], bytes]) -> None:
    status, _page, documents = sent(build(), name)
    assert (status, documents) == (302, 1)


@pytest.mark.django_db
def test_file_above_the_scanners_own_limit_is_not_taken_unseen(scanner: None) -> None:
    status, page, documents = sent(written(plain(drawing=stream_of(b"%".ljust(3_000_000)))))
    assert (status, SILENT in page, documents) == (422, True, 0)


@pytest.mark.django_db
def test_known_malware_is_taken_where_no_scanner_is_configured() -> None:
    status, _page, documents = sent(infected())
    assert (status, documents) == (302, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["unix:///nowhere/clamd.ctl", "tcp://127.0.0.1:1"])
def test_scanner_that_is_gone_takes_nothing(settings: LazySettings, address: str) -> None:
    settings.PMP_CLAMD = address
    status, page, documents = sent(made())
    assert (status, SILENT in page, documents) == (422, True, 0)


@pytest.fixture
def answering(settings: LazySettings) -> Iterator[Callable[[bytes], None]]:
    """``answering(b"...")``: at the scanner's address, somebody who hears all and says that, then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer(words: bytes) -> None:
            line, _address = server.accept()
            with line:
                heard = b""
                while not heard.endswith(bytes(4)):
                    heard += line.recv(1 << 16)
                line.sendall(words)

        threads: list[threading.Thread] = []

        def begin(words: bytes) -> None:
            threads.append(threading.Thread(target=answer, args=[words]))
            threads[-1].start()

        settings.PMP_CLAMD = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        yield begin
        for thread in threads:
            thread.join(5)


@pytest.mark.parametrize("words", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK but", b"\xff" * 9000])
def test_any_other_answer_takes_nothing(answering: Callable[[bytes], None], words: bytes) -> None:
    answering(words)
    with pytest.raises(scanning.Unavailable):
        scanning.scan(b"content")


def test_answer_in_pieces_of_any_network_is_understood(answering: Callable[[bytes], None]) -> None:
    answering(b"stream: OK\0")
    scanning.scan(b"content" * 100_000)
    answering(b"stream: Un.Nom FOUND\0")
    with pytest.raises(scanning.Infected):
        scanning.scan(b"content")


def test_scanner_that_never_answers_is_given_up(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.PMP_CLAMD = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(scanning.Unavailable):
            scanning.scan(b"content")


@pytest.mark.parametrize("address", ["/run/clamd.ctl", "tcp://host", "unix:relative"])
def test_nonsense_for_an_address_is_refused_at_the_start(address: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", "import pmp_recruit.settings"],
        env=os.environ | {"PMP_CLAMD": address},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr.strip().endswith("PMP_CLAMD must be unix:///path/of/the/socket or tcp://host:port.")
