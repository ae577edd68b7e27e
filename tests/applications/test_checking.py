"""What is taken and what is told, where the candidate's own form would not show it."""

import ast
import io
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from PIL import Image
from playwright.sync_api import Browser

from applications import checking, inspection, refusals
from postings.models import DocumentRequirement
from tests.corpus import active, heavy, outside, pictures, sound
from tests.corpus.names import NAMES
from tests.corpus.pdfs import made, plain, saved, stream_of, written

SANDBOX = Path(inspection.__file__).with_name("sandbox")
#: Refusals that a single file, or a file alone, can't meet.
ELSEWHERE = {
    "too_many_photos",
    "mixed",
    "one_file",
    "photo_too_big",
    "photos_too_big",
    "photos_heavy",
    "photos_slow",
} | {
    "busy",
    "malware",
    "scanner_unavailable",
}
#: What the process may try once it is shut in, and how it must end.
FORBIDDEN = {
    "read a file": "open('/etc/hostname').read()",
    "write a file": "open('/tmp/pmp-written', 'w').write('a')",
    "list a folder": "os.listdir('/')",
    "start a program": "os.execv('/bin/true', ['true'])",
    "reach the network": "socket.create_connection(('127.0.0.1', PORT), 2)",
    "see the environment": "os.environ['PATH']",
    "take a gibibyte": "bytearray(1 << 30)",
}


def requirement(**limits: object) -> DocumentRequirement:
    return DocumentRequirement(**({"code": "cv", "max_pages": 10} | limits))


def refused(*files: tuple[str, bytes], **limits: object) -> tuple[str, str]:
    """The refusal's code and words."""
    with pytest.raises(ValidationError) as caught:
        checking.take(files=files, requirement=requirement(**limits))
    return caught.value.code, caught.value.messages[0]


def _page_of(*size: int) -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=size)
    return saved(document)


@pytest.fixture
def no_place(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The only place there is has been taken by another's file."""
    settings.PMP_INSPECTIONS = 1
    monkeypatch.setattr(inspection, "QUEUE_SECONDS", 0.2)
    with inspection._slot("inspections", 1):
        yield


@pytest.fixture
def live_port() -> Iterator[int]:
    """A port of this machine at which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("case", NAMES)
def test_name_is_mended_never_refused(case: str) -> None:
    raw, kept = NAMES[case]
    assert checking.display_name(raw) == kept
    assert checking.display_name(kept) == kept


def test_preview_is_the_first_page_as_a_small_picture() -> None:
    taken = checking.take(files=[("cv.pdf", sound.scanned("RGB"))], requirement=requirement())
    picture = Image.open(io.BytesIO(taken.preview))
    assert (picture.format, picture.size, taken.pages) == ("PNG", (480, 679), 2)
    assert len(picture.convert("L").getcolors()) > 2
    assert len(taken.preview) < 60_000


@pytest.mark.parametrize(("size", "shown"), [((14_000, 100), (480, 3)), ((100, 14_000), (10, 1400))])
def test_preview_of_an_odd_page_stays_small(size: tuple[int, int], shown: tuple[int, int]) -> None:
    taken = checking.take(files=[("cv.pdf", _page_of(*size))], requirement=requirement())
    assert Image.open(io.BytesIO(taken.preview)).size == pytest.approx(shown, abs=1)


def test_page_that_takes_for_ever_to_draw_is_taken_without_a_preview() -> None:
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /F %d 0 R >> >>"
    levels = {
        number: stream_of(b"/F Do " * 40 if number < 13 else b"0 0 9 9 re f", form % (number + 1 if number < 13 else 4))
        for number in range(6, 14)
    }
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /XObject << /F 6 0 R >> >> >>"
    )
    content = written({**plain(page=page, drawing=stream_of(b"/F Do")), **levels})
    taken = checking.take(files=[("cv.pdf", content)], requirement=requirement())
    assert (taken.pages, taken.preview) == (1, b"")


def test_browsers_own_print_is_taken(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<h1>CV</h1><p><a href='https://exemple.example'>Page</a></p><h2>سيرة</h2>")
    content = page.pdf(tagged=True, outline=True)
    page.close()
    taken = checking.take(files=[("cv.pdf", content)], requirement=requirement())
    assert (taken.pages, taken.content == content, taken.preview[:4]) == (1, True, b"\x89PNG")


def test_print_of_poppler_is_taken(tmp_path: Path) -> None:
    source, printed = tmp_path / "source.pdf", tmp_path / "printed.pdf"
    source.write_bytes(written(plain()))
    subprocess.run(["pdftocairo", "-pdf", str(source), str(printed)], check=True)
    taken = checking.take(files=[("cv.pdf", printed.read_bytes())], requirement=requirement())
    assert (taken.pages, taken.preview[:4]) == (1, b"\x89PNG")


@pytest.mark.parametrize("share", range(5, 100, 10))
def test_file_cut_anywhere_is_told_to_be_incomplete(share: int) -> None:
    content = sound.scanned("L", pages=3)
    assert refused(("cv.pdf", content[: len(content) * share // 100]))[0] == "truncated"


def test_hole_in_the_middle_is_told() -> None:
    content = bytearray(sound.CASES[0].build())
    at = content.index(b"stream") + 40
    content[at : at + 200] = bytes(200)
    assert refused(("cv.pdf", bytes(content)))[0] == "damaged"


def test_photo_where_none_is_taken_is_told_what_to_send() -> None:
    code, words = refused(("photo.jpg", pictures.photo()), photos=False)
    assert (code, words) == (
        "kind_jpeg",
        "Ce fichier est une image (JPEG)\u00a0; il faut un PDF. Ouvrez-la, choisissez «\u00a0Imprimer\u00a0», puis "
        "«\u00a0Enregistrer au format PDF\u00a0», et envoyez le PDF.",
    )


def test_two_files_where_photos_are_not_taken_are_refused() -> None:
    photo = ("a.jpg", pictures.photo())
    assert refused(photo, photo, photos=False)[0] == "one_file"


def test_pdf_among_photos_is_refused() -> None:
    assert refused(("a.jpg", pictures.photo()), ("b.pdf", made()))[0] == "mixed"


def test_no_place_left_is_said_kindly(no_place: None) -> None:
    assert refused(("cv.pdf", made())) == (
        "busy",
        "Beaucoup de fichiers arrivent en ce moment. Réessayez dans un instant\u00a0: rien n’est perdu.",
    )
    assert refused(("a.jpg", pictures.photo()))[0] == "busy"


def test_machine_without_room_is_said_kindly(settings: LazySettings, tmp_path: Path) -> None:
    settings.PMP_HOME = tmp_path / "file"
    settings.PMP_HOME.write_bytes(b"")
    assert refused(("cv.pdf", made()))[0] == "busy"


def test_place_is_free_again_after_a_failure(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PMP_INSPECTIONS = 1
    monkeypatch.setattr(inspection, "_START", "raise SystemExit({task!r})")
    assert inspection.inspect(made()).fault == "heavy"
    monkeypatch.undo()
    assert inspection.inspect(made()).fault == ""


def test_process_that_never_ends_is_killed_with_what_it_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "_START", "import os, time; os.fork(); time.sleep(3600)  # {task}")
    monkeypatch.setattr(inspection, "PDF_SECONDS", 1)
    assert inspection.inspect(made()).fault == "heavy"


def test_process_that_says_too_much_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "_START", "import sys\nwhile True: sys.stdout.write('a' * 65536)  # {task}")
    assert inspection.inspect(made()).fault == "heavy"


@pytest.mark.parametrize("attempt", FORBIDDEN)
def test_process_has_given_up(attempt: str, live_port: int) -> None:
    code = (
        "import os, socket, sys; sys.path.insert(0, sys.argv[1]); from applications.sandbox import bounds\n"
        f"bounds.limit(seconds=5, memory=768 << 20); bounds.shut_in()\n{FORBIDDEN[attempt]}"
    ).replace("PORT", str(live_port))
    command = [sys.executable, "-I", "-c", code, str(SANDBOX.parent.parent)]
    run = subprocess.run(command, capture_output=True, text=True, env={}, check=False)
    last = run.stderr.strip().rpartition("\n")[2].partition(":")[0]
    assert (run.returncode, last in {"PermissionError", "KeyError", "MemoryError", "OSError"}) == (1, True), run.stderr


def test_sandbox_imports_nothing_of_the_project() -> None:
    known = {
        "applications.sandbox",
        "pikepdf",
        "pillow_heif",
        "PIL",
        "pypdfium2",
        "pyhanko",
        "pyhanko_certvalidator",
        "asn1crypto",
        "cryptography",
    }
    imported = set()
    for path in SANDBOX.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                imported.add(node.module or "")
            elif isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
    foreign = {name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names}
    assert {name for name in foreign if not any(name == k or name.startswith(f"{k}.") for k in known)} == set()


def test_every_refusal_is_lived_by_a_test() -> None:
    corpus = [*outside.CASES, *active.CASES, *heavy.CASES, *pictures.UNFIT]
    codes = set(refusals._WORDS) | {f"kind_{kind}" for kind in refusals._KINDS}
    assert codes - {case.code for case in corpus} == ELSEWHERE


def test_words_are_set_as_french_is() -> None:
    words = [str(text) for text in refusals._WORDS.values()]
    words += [str(text) for pair in refusals._KINDS.values() for text in pair]
    assert [text for text in words if re.search(r" [:;?!»]|« |[^\u00a0][:;?!»]", text)] == []
    assert [text for text in refusals._WORDS.values() if not str(text).endswith((".", "%(print)s"))] == []
