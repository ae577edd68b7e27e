"""The crawler's eyes: a name is found wherever a file can hide one."""

import base64
import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import quote

import pikepdf
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.blind.matching import plain
from tests.blind.unpacking import readable

NAME = "Théophraste Vrouzéniek"


def _pdf(change: Callable[[pikepdf.Pdf], object]) -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=(300, 300))
    change(document)
    out = io.BytesIO()
    document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True)
    return out.getvalue()


def _author(document: pikepdf.Pdf) -> None:
    document.docinfo["/Author"] = NAME


def _xmp(document: pikepdf.Pdf) -> None:
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = [NAME]


def _attached(document: pikepdf.Pdf) -> None:
    document.attachments["notes.txt"] = pikepdf.AttachedFileSpec(document, NAME.encode())


def _attached_name(document: pikepdf.Pdf) -> None:
    document.attachments[f"{NAME}.txt"] = pikepdf.AttachedFileSpec(document, b"rien")


def _outline(document: pikepdf.Pdf) -> None:
    with document.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(NAME, 0))


def _note(document: pikepdf.Pdf) -> None:
    note = {
        "/Type": pikepdf.Name.Annot,
        "/Subtype": pikepdf.Name.Text,
        "/Rect": [0, 0, 9, 9],
        "/T": pikepdf.String(NAME),
    }
    document.pages[0].Annots = document.make_indirect(pikepdf.Array([document.make_indirect(pikepdf.Dictionary(note))]))


def _drawn(document: pikepdf.Pdf) -> None:
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )
    document.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    document.pages[0].Contents = document.make_stream(b"BT /F 12 Tf 20 20 Td (" + NAME.encode("cp1252") + b") Tj ET")


def _zip(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def _tar(content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def _png() -> bytes:
    out, info = io.BytesIO(), PngInfo()
    info.add_itxt("Author", NAME)
    Image.new("RGB", (2, 2)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def _jpeg() -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x9C9D] = NAME.encode("utf-16-le")  # the author, as Windows writes it
    Image.new("RGB", (2, 2)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def _mail() -> bytes:
    message = EmailMessage()
    message["Subject"] = f"À propos de {NAME}"
    message.set_content("Rien.")
    return message.as_bytes()


def _folded() -> bytes:
    return b"BEGIN:VCALENDAR\r\nSUMMARY:" + NAME[:15].encode() + b"\r\n " + NAME[15:].encode() + b"\r\n"


HIDDEN: dict[str, Callable[[], bytes]] = {
    "text": lambda: NAME.encode(),
    "capitals without accents": lambda: plain(NAME).upper().encode(),
    "latin-1": lambda: NAME.encode("latin-1"),
    "utf-16": lambda: NAME.encode("utf-16"),
    "html": lambda: NAME.replace("é", "&eacute;").replace(" ", "&#160;").encode(),
    "address": lambda: quote(NAME).encode(),
    "json": lambda: json.dumps({"x": NAME}).encode(),
    "calendar": _folded,
    "author of a pdf": lambda: _pdf(_author),
    "xmp of a pdf": lambda: _pdf(_xmp),
    "file in a pdf": lambda: _pdf(_attached),
    "name of a file in a pdf": lambda: _pdf(_attached_name),
    "outline of a pdf": lambda: _pdf(_outline),
    "note on a pdf": lambda: _pdf(_note),
    "page of a pdf": lambda: _pdf(_drawn),
    "zip": lambda: _zip("a.txt", NAME.encode()),
    "name in a zip": lambda: _zip(f"{NAME}.txt", b"rien"),
    "pdf in a zip in a zip": lambda: _zip("a.zip", _zip("a.pdf", _pdf(_author))),
    "tar": lambda: _tar(NAME.encode()),
    "gzip": lambda: gzip.compress(NAME.encode()),
    "png": _png,
    "jpeg": _jpeg,
    "mail": _mail,
    "pdf in a page": lambda: b"<a href='data:application/pdf;base64," + base64.b64encode(_pdf(_author)) + b"'>",
}


@pytest.mark.parametrize("place", HIDDEN)
def test_a_name_is_found_wherever_it_hides(place: str) -> None:
    assert plain(NAME) in plain(readable(HIDDEN[place]()))


@pytest.mark.parametrize("content", [b"", b"%PDF-", b"PK\x03\x04", b"\x89PNG", bytes(range(256))])
def test_bytes_that_are_nothing_are_read_as_they_are(content: bytes) -> None:
    assert plain(NAME) not in plain(readable(content))
