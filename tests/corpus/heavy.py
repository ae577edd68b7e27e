"""PDFs that cost their reader more than they weigh, and those with a lock."""

import base64
import struct
import zlib
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.corpus.case import Case
from tests.corpus.pdfs import (
    Change,
    made,
    pictured,
    plain,
    stream_of,
    streamed,
    untouched,
    written,
    zeros,
)

GIB = 1 << 30


def _boxed(*box: float, **entries: Any) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.MediaBox = Array(list(box))
        for key, value in entries.items():
            document.pages[0].obj[f"/{key}"] = value

    return change


def _drawing(filters: bytes, data: bytes) -> bytes:
    return written(plain(drawing=stream_of(data, b"/Filter " + filters)))


def lzw(codes: list[int]) -> bytes:
    """Codes as a stream, all of them of the width that the table has by then."""
    bits, known = "", 258
    for code in codes:
        bits += f"{code:0{min(max(9, (known + 1).bit_length()), 12)}b}"
        known = 257 if code == 256 else min(known + 1, 4096)
        if code == 256:
            known = 257
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _lzw_bomb() -> bytes:
    """Each code stands for one zero more than the one before it; the last is then repeated."""
    return lzw([256, 0, *range(258, 4095), *[4094] * 40_000])


def _jpeg_header(width: int, height: int) -> bytes:
    return b"\xff\xd8\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00\xff\xd9"


def _jpeg2000_header(width: int, height: int) -> bytes:
    return b"\xff\x4f\xff\x51" + struct.pack(">HHIIII", 41, 0, width, height, 0, 0) + bytes(24)


def _with_object_stream(packed: bytes, count: int, first: int) -> bytes:
    """``packed`` as object 6, said to hold ``count`` objects from number 8 on; 7 is the table."""
    held = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (count, first)
    body = written({**plain(), 6: stream_of(packed, held)})
    body = body[: body.rindex(b"xref\n0 1")]
    rows = [struct.pack(">BIH", 1, body.index(b"%d 0 obj" % number), 0) for number in range(1, 7)]
    rows += [struct.pack(">BIH", 1, len(body), 0)] + [struct.pack(">BIH", 2, 6, n % 65536) for n in range(count)]
    table = zlib.compress(b"".join(rows))
    said = b"/Type /XRef /W [1 4 2] /Index [1 %d] /Size %d /Root 1 0 R /Filter /FlateDecode" % (7 + count, 8 + count)
    return body + b"7 0 obj\n" + stream_of(table, said) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(body)


def _object_stream_bomb() -> bytes:
    """An object stream inflates before anything of it is read."""
    return _with_object_stream(zeros(GIB), 1, 4)


def _many_objects() -> bytes:
    count = 210_000
    heads = b"".join(b"%d %d " % (8 + n, 2 * n) for n in range(count))
    return _with_object_stream(zlib.compress(heads + b"0 " * count), count, len(heads))


def _long_array() -> bytes:
    """An object stream within its limit, that holds one array of twelve million figures."""
    return _with_object_stream(zlib.compress(b"8 0 [" + b"0 " * 12_000_000 + b"]"), 1, 4)


def _many_streams(document: pikepdf.Pdf) -> None:
    """None too large alone: together they come to two gibibytes."""
    packed = zeros(50 << 20)
    document.Root.PieceInfo = Dictionary(
        X=Array([pikepdf.Stream(document, packed, Filter=Name.FlateDecode, N=n) for n in range(41)])
    )


def _locked(**passwords: Any) -> bytes:
    return made(encryption=pikepdf.Encryption(**passwords))


_INLINE = b"q 1 0 0 1 0 0 cm BI /W 100000 /H 100000 /BPC 8 /CS /G ID \x00 EI Q"

BOMBS = [
    Case("drawing of a gibibyte", lambda: _drawing(b"/FlateDecode", zeros(GIB)), "heavy"),
    Case("bomb in a bomb", lambda: _drawing(b"[/FlateDecode /FlateDecode]", zeros(GIB, 2)), "heavy"),
    Case("bomb in three", lambda: _drawing(b"[/Fl /Fl /Fl]", zeros(4 * GIB, 3)), "heavy"),
    Case("chain of ten filters", lambda: _drawing(b"[" + b"/ASCIIHexDecode " * 10 + b"]", b"00>"), "heavy"),
    Case("bomb of lzw", lambda: _drawing(b"/LZWDecode", _lzw_bomb()), "heavy"),
    Case(
        "bomb of runs in a bomb",
        lambda: _drawing(b"[/FlateDecode /RunLengthDecode]", zlib.compress(b"\x81\x00" * 600_000)),
        "heavy",
    ),
    Case(
        "bomb in letters",
        lambda: _drawing(b"[/ASCII85Decode /FlateDecode]", base64.a85encode(zeros(GIB)) + b"~>"),
        "heavy",
    ),
    Case("bomb in the objects", _object_stream_bomb, "heavy"),
    Case(
        "bomb that says it holds objects",
        lambda: written(plain(drawing=stream_of(zeros(GIB), b"/Type /ObjStm /Filter /FlateDecode"))),
        "heavy",
    ),
    Case(
        "filter after a picture's",
        lambda: untouched(pictured(zeros(GIB), Width=9, Height=9, Filter=Array([Name.DCTDecode, Name.FlateDecode]))),
        "damaged",
    ),
    Case("forty-one small bombs", lambda: untouched(_many_streams), "heavy"),
    Case("array of twelve million figures", _long_array, "heavy"),
    Case("arrays five thousand deep", lambda: written({**plain(), 6: b"[" * 5000 + b"]" * 5000}), "heavy"),
    Case("two hundred thousand objects", _many_objects, "heavy"),
    Case(
        "picture of a gibibyte",
        lambda: untouched(pictured(zeros(GIB), Width=9000, Height=9000, Filter=Name.FlateDecode)),
        "heavy",
    ),
]

ABSURD = [
    Case("picture a million wide", lambda: untouched(pictured(b"\x00", Width=1_000_000, Height=2)), "picture"),
    Case("picture of 400 megapixels", lambda: untouched(pictured(b"\x00", Width=20_000, Height=20_000)), "picture"),
    Case(
        "jpeg larger than it says",
        lambda: untouched(pictured(_jpeg_header(65_000, 65_000), Width=10, Height=10, Filter=Name.DCTDecode)),
        "picture",
    ),
    Case(
        "jpeg 2000 larger than it says",
        lambda: untouched(pictured(_jpeg2000_header(90_000, 90_000), Width=10, Height=10, Filter=Name.JPXDecode)),
        "picture",
    ),
    Case("picture in the drawing", lambda: made(streamed(_INLINE, [])), "picture"),
    Case("page of a kilometre", lambda: made(_boxed(0, 0, 595, 2_834_646)), "page_size"),
    Case("page by its unit", lambda: made(_boxed(0, 0, 595, 842, UserUnit=75_000)), "page_size"),
    Case("page without a surface", lambda: made(_boxed(0, 0, 0, 842)), "page_size"),
]

LOCKED = [
    Case("password", lambda: _locked(user="secret", owner="secret"), "password"),
    Case(
        "password of long ago",
        lambda: _locked(user="secret", owner="secret", R=2, aes=False, metadata=False),
        "password",
    ),
    Case("restrictions", lambda: _locked(owner="secret"), "restricted"),
    Case("restrictions of long ago", lambda: _locked(owner="secret", R=3, aes=False, metadata=False), "restricted"),
]

TOO_MUCH = [
    Case("one page too many", lambda: made(pages=11), "too_many_pages", values={"pages": 11, "max": 10}),
    Case("two thousand pages", lambda: made(pages=2000), "too_many_pages", values={"pages": 2000, "max": 10}),
    Case(
        "one byte too many",
        lambda: made().rpartition(b"%%EOF")[0].ljust(4_999_996) + b"%%EOF",
        "too_big",
        values={"size": "5,1", "max": "5"},
    ),
]

CASES = [*BOMBS, *ABSURD, *LOCKED, *TOO_MUCH]
