"""How the corpus builds PDFs: with pikepdf where a library would write it so, by hand where none would."""

import io
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

A4 = (595, 842)
Change = Callable[[pikepdf.Pdf], None]


def saved(document: pikepdf.Pdf, **saving: Any) -> bytes:
    content = io.BytesIO()
    document.save(content, **saving)
    return content.getvalue()


def made(*changes: Change, pages: int = 1, **saving: Any) -> bytes:
    """A PDF of blank pages, changed."""
    document = pikepdf.new()
    for _page in range(pages):
        document.add_blank_page(page_size=A4)
    for change in changes:
        change(document)
    return saved(document, **saving)


def annotated(**annotation: Any) -> Change:
    """One annotation on the first page; a link unless it says otherwise."""

    def change(document: pikepdf.Pdf) -> None:
        rest = {"Type": Name.Annot, "Subtype": Name.Link, "Rect": Array([10, 10, 90, 30])} | annotation
        document.pages[0].obj.Annots = Array([document.make_indirect(Dictionary(**rest))])

    return change


def rooted(**entries: Any) -> Change:
    """Entries of the catalogue."""

    def change(document: pikepdf.Pdf) -> None:
        for key, value in entries.items():
            document.Root[f"/{key}"] = value

    return change


def action(kind: str, **entries: Any) -> Dictionary:
    return Dictionary(S=Name(f"/{kind}"), **entries)


def script() -> Dictionary:
    return action("JavaScript", JS="app.alert(1)")


def link(address: str) -> Change:
    return annotated(A=action("URI", URI=address))


def streamed(raw: bytes, filters: Sequence[str], **entries: Any) -> Change:
    """The first page's drawing: ``raw`` as it stands, said to have gone through ``filters``."""

    def change(document: pikepdf.Pdf) -> None:
        stream = pikepdf.Stream(document, raw)
        stream.stream_dict = Dictionary(Filter=Array([Name(f"/{name}") for name in filters]), **entries)
        document.pages[0].obj.Contents = document.make_indirect(stream)

    return change


def pictured(raw: bytes = b"", **entries: Any) -> Change:
    """A picture on the first page."""

    def change(document: pikepdf.Pdf) -> None:
        image = pikepdf.Stream(document, raw)
        image.stream_dict = Dictionary(
            Type=Name.XObject, Subtype=Name.Image, ColorSpace=Name.DeviceGray, BitsPerComponent=8, **entries
        )
        page = document.pages[0].obj
        page.Resources = Dictionary(XObject=Dictionary(I=document.make_indirect(image)))
        page.Contents = document.make_stream(b"q 595 0 0 842 0 0 cm /I Do Q")

    return change


def untouched(*changes: Change) -> bytes:
    """As :func:`made`, with each stream written as it was given: qpdf would undo and redo what it can."""
    return made(
        *changes,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        compress_streams=False,
        preserve_pdfa=False,
    )


def zeros(size: int, times: int = 1) -> bytes:
    """What inflates, ``times`` over, to ``size`` zeros: one packed mebibyte, repeated, with the sum that comes out."""
    state = zlib.compressobj(9)
    first, again = (state.compress(bytes(1 << 20)) + state.flush(zlib.Z_FULL_FLUSH) for _turn in range(2))
    mebibytes = size >> 20
    adler = ((mebibytes << 20) % 65521) << 16 | 1
    data = first + again * (mebibytes - 1) + b"\x03\x00" + adler.to_bytes(4, "big")
    for _once_more in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def written(
    objects: dict[int, bytes], *, trailer: bytes = b"", header: bytes = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
) -> bytes:
    """Objects written by hand, object 1 being the catalogue, with a right table of where they stand."""
    out, places = bytearray(header), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    out += b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(out)


def stream_of(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(data), entries, data)


def plain(**replaced: bytes) -> dict[int, bytes]:
    """The objects of a page that says « Bonjour »; ``page=...`` and so on replace one."""
    objects = {
        "catalogue": b"<< /Type /Catalog /Pages 2 0 R >>",
        "pages": b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "page": b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F 5 0 R >> >> >>",
        "drawing": stream_of(b"BT /F 24 Tf 72 720 Td (Bonjour) Tj ET"),
        "font": b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    return dict(enumerate((objects | replaced).values(), 1))


def updated(content: bytes, number: int, body: bytes) -> bytes:
    """``content`` with one object replaced by an incremental update (ISO 32000-2, 7.5.6)."""
    before = content.rindex(b"startxref") + 9
    previous = int(content[before:].split()[0])
    place = len(content)
    update = b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, place)
    trailer = b"trailer\n<< /Size 50 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        previous,
        place + len(update),
    )
    return content + update + table + trailer
