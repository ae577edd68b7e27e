"""The streams of a PDF, decoded without being kept, and its pictures, measured without being drawn."""

import re
import struct
from typing import Any

import pikepdf

from applications.sandbox.actions import name_of
from applications.sandbox.filters import Budget, decoded

#: One stream of text, drawing or data. The drawing of a dense map comes to some 30 MB.
STREAM_BYTES = 64 * 1024 * 1024
#: One picture: A4 at 600 dpi in colours is 104 MB, A3 210.
PICTURE_BYTES = 256 * 1024 * 1024
#: All streams of one file: fifty scanned pages at 300 dpi in grey come to 440 MB.
FILE_BYTES = 768 * 1024 * 1024
#: A3 at 1200 dpi would be 278; at 600 dpi it is 70.
PICTURE_PIXELS = 150_000_000
PICTURE_SIDE = 30_000
_INLINE = re.compile(rb"\bBI\s((?:(?!\bID\b).){0,600})\bID\b", re.DOTALL)
_INLINE_SIDE = re.compile(rb"/(?:W|H|Width|Height)\s+(\d+)")


class AbsurdPicture(Exception):
    """A picture larger than any scanner makes."""


def _measure(width: int, height: int) -> None:
    if max(width, height) > PICTURE_SIDE or width * height > PICTURE_PIXELS:
        raise AbsurdPicture


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """What the JPEG itself says (ITU-T T.81, B.2.2): readers believe it rather than the PDF. (0, 0) if it doesn't."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length if marker != 0xFF else 1
    return 0, 0


def _jpeg2000_size(data: bytes) -> tuple[int, int]:
    """By the SIZ segment of the codestream (ITU-T T.800, A.5.1); (0, 0) without one."""
    at = data.find(b"\xff\x4f\xff\x51")
    if at < 0 or len(data) < at + 24:
        return 0, 0
    right, bottom, left, top = struct.unpack(">IIII", data[at + 8 : at + 24])
    return max(0, right - left), max(0, bottom - top)


def _filters(stream: Any) -> list[str]:
    value = stream.get("/Filter")
    if isinstance(value, pikepdf.Array):
        return [name_of(name) for name in value]
    return [] if value is None else [name_of(value)]


def _number(value: Any) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _picture(stream: Any, names: list[str], total: Budget) -> None:
    _measure(_number(stream.get("/Width")), _number(stream.get("/Height")))
    budget = Budget(PICTURE_BYTES)
    if not names or not names[-1].startswith(("/DCT", "/JPX")):
        for _piece in decoded(stream.read_raw_bytes(), names, total, budget):
            pass
        return
    content = b"".join(decoded(stream.read_raw_bytes(), names, total, Budget(STREAM_BYTES)))
    _measure(*(_jpeg_size(content) if names[-1].startswith("/DCT") else _jpeg2000_size(content)))


def measure(stream: Any, total: Budget) -> None:
    """Decode one stream, within ``total`` for the whole file. Raises TooMuch, AbsurdPicture, or filters.Damaged."""
    names = _filters(stream)
    if name_of(stream.get("/Subtype")) == "/Image":
        _picture(stream, names, total)
        return
    budget, tail = Budget(STREAM_BYTES), b""
    for piece in decoded(stream.read_raw_bytes(), names, total, budget):
        text = tail + piece if b"B" in tail else piece
        tail = text[-700:]
        if b"BI" not in text:  # far quicker than to search for what follows it
            continue
        for inline in _INLINE.findall(text):
            sides = [int(side) for side in _INLINE_SIDE.findall(inline)]
            _measure(max(sides, default=0), min(sides, default=0))
