"""The filters of PDF streams (ISO 32000-2, 7.4), undone piece by piece, with every byte that comes out counted.

Nothing is held but a piece, so that what a bomb inflates to costs no memory, and little time: it stops at the budget.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Iterable, Iterator

PIECE = 64 * 1024
#: Real files chain two (a text form of a compressed one); each one more multiplies what a bomb can do.
CHAIN = 4
IMAGE_CODECS = frozenset({"/DCTDecode", "/DCT", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "/CCF"})


class TooMuch(Exception):
    """More comes out than any document needs."""


class Damaged(Exception):
    """What is there can't be decoded."""


class Budget:
    """How many bytes may still come out of a file's streams. Raises TooMuch once they are spent."""

    def __init__(self, size: int) -> None:
        self.left = size

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise TooMuch


def _sliced(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Short pieces: zlib copies what it hasn't used yet, each time."""
    for piece in pieces:
        for at in range(0, len(piece), 8192):
            yield piece[at : at + 8192]


def _flate(pieces: Iterable[bytes]) -> Iterator[bytes]:
    state = zlib.decompressobj()
    for data in _sliced(pieces):
        while data and not state.eof:
            try:
                yield state.decompress(data, PIECE)
            except zlib.error as error:
                if "incorrect data check" in str(error):  # all came out: readers overlook the wrong sum
                    return
                raise Damaged from error
            data = state.unconsumed_tail
    yield state.flush()


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Small pieces made into larger ones: counting each would take longer than making it."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= PIECE:
            yield bytes(held)
            held.clear()
    yield bytes(held)


def _run_length(pieces: Iterable[bytes]) -> Iterator[bytes]:
    data, at = b"".join(pieces), 0
    while at < len(data) and data[at] != 128:
        length = data[at]
        if length < 128:
            yield data[at + 1 : at + 2 + length]
            at += 2 + length
        else:
            yield data[at + 1 : at + 2] * (257 - length)
            at += 2


def _codes(data: bytes, early: int) -> Iterator[tuple[int, bool]]:
    """Each code of an LZW stream, and whether the table was just cleared: its width follows the table's growth."""
    held = bits = 0
    width, known, fresh = 9, 258, True
    for byte in data:
        held, bits = (held << 8) | byte, bits + 8
        if bits < width:
            continue
        bits -= width
        code, held = held >> bits, held & ((1 << bits) - 1)
        if code == 256:
            width, known, fresh = 9, 258, True
            continue
        yield code, fresh
        known, fresh = known if fresh else min(known + 1, 4096), False
        width = min(max(9, (known + early).bit_length()), 12)


def _lzw(pieces: Iterable[bytes], early: int = 1) -> Iterator[bytes]:
    table: list[bytes] = []
    before = b""
    for code, fresh in _codes(b"".join(pieces), early):
        if code == 257:
            return
        if fresh:
            table = [bytes([n]) for n in range(256)] + [b"", b""]
        elif code <= len(table) and len(table) < 4096:
            table.append(before + (table[code] if code < len(table) else before)[:1])
        if code >= len(table):
            raise Damaged
        before = table[code]
        yield before


def _ascii85(pieces: Iterable[bytes]) -> Iterator[bytes]:
    data = re.sub(rb"\s+", b"", b"".join(pieces)).removeprefix(b"<~").partition(b"~")[0]
    try:
        yield base64.a85decode(data)
    except ValueError as error:
        raise Damaged from error


def _ascii_hex(pieces: Iterable[bytes]) -> Iterator[bytes]:
    data = re.sub(rb"\s+", b"", b"".join(pieces)).partition(b">")[0]
    try:
        yield binascii.unhexlify(data + b"0" * (len(data) % 2))
    except ValueError as error:
        raise Damaged from error


_UNDO: dict[str, Callable[[Iterable[bytes]], Iterator[bytes]]] = {
    "/FlateDecode": _flate,
    "/Fl": _flate,
    "/LZWDecode": _lzw,
    "/LZW": _lzw,
    "/RunLengthDecode": _run_length,
    "/RL": _run_length,
    "/ASCII85Decode": _ascii85,
    "/A85": _ascii85,
    "/ASCIIHexDecode": _ascii_hex,
    "/AHx": _ascii_hex,
}


def _counted(pieces: Iterable[bytes], budgets: tuple[Budget, ...]) -> Iterator[bytes]:
    for piece in pieces:
        for budget in budgets:
            budget.spend(len(piece))
        yield piece


def decoded(raw: bytes, names: list[str], *budgets: Budget) -> Iterator[bytes]:
    """What comes out of ``raw`` through the filters ``names``, up to an image codec, in pieces.

    Raises TooMuch when a budget is spent, by any filter of the chain, or the chain is too long; Damaged.
    """
    if len(names) > CHAIN:
        raise TooMuch
    pieces: Iterable[bytes] = [raw]
    for name in names:
        if name in IMAGE_CODECS and name == names[-1]:
            break
        if name not in _UNDO:
            raise Damaged
        pieces = _counted(_gathered(_UNDO[name](pieces)), budgets)
    yield from pieces
