"""A PDF's structure, read by pikepdf: what is wrong with it, and how many pages it has."""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf

from applications.sandbox import actions, streams
from applications.sandbox.filters import CHAIN, Budget, Damaged, TooMuch

#: A tagged report of two hundred pages has some sixty thousand.
OBJECTS = 200_000
#: Acrobat draws no page beyond 14,400 units, 5.08 m; nor does anyone read one under 3.5 mm.
PAGE_MOST, PAGE_LEAST = 14_400, 10
#: The worst first: one fault is told, and the mending of it often mends the others.
ORDER = (
    "javascript",
    "launch",
    "submit",
    "xfa",
    "media",
    "attachment",
    "remote",
    "link",
    "action",
    "heavy",
    "picture",
    "page_size",
    "no_pages",
    "damaged",
)
#: The table of objects had to be guessed, or an object was given up: another reader may see what we don't.
_RECOVERED = ("reconstruct", "file is damaged", "treating object as null")


def _children(item: Any) -> list[Any]:
    values = [value for _key, value in item.items()] if not isinstance(item, pikepdf.Array) else list(item)
    return [value for value in values if isinstance(value, pikepdf.Object) and not value.is_indirect]


def _dictionaries(document: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary and stream of the file, those that stand directly in others included."""
    for item in [document.trailer, *document.objects]:
        pending = [item]
        while pending:
            here = pending.pop()
            if isinstance(here, pikepdf.Dictionary | pikepdf.Stream):
                yield here
            elif not isinstance(here, pikepdf.Array):
                continue
            pending += _children(here)


def _measured(stream: Any, total: Budget) -> Iterator[str]:
    try:
        streams.measure(stream, total)
    except TooMuch:
        yield "heavy"
    except streams.AbsurdPicture:
        yield "picture"
    except Damaged:
        yield "damaged"


def _pages(document: pikepdf.Pdf) -> Iterator[str]:
    for page in document.pages:
        try:
            left, bottom, right, top = (float(side) for side in page.mediabox)
            unit = float(page.obj.get("/UserUnit", 1))
        except (AttributeError, TypeError, ValueError):
            yield "page_size"
            continue
        sides = sorted((abs(right - left) * unit, abs(top - bottom) * unit))
        if not PAGE_LEAST <= sides[0] <= sides[1] <= PAGE_MOST:
            yield "page_size"


def _faults(document: pikepdf.Pdf) -> Iterator[str]:
    total = Budget(streams.FILE_BYTES)
    for item in _dictionaries(document):
        yield from actions.faults(item, set(item.keys()))
        if isinstance(item, pikepdf.Stream):
            yield from _measured(item, total)
        if total.left < 0:
            return
    yield from _pages(document)


def _told(document: pikepdf.Pdf) -> Iterator[str]:
    """What qpdf itself stumbled on."""
    for warning in map(str, document.get_warnings()):
        if "limit exceeded" in warning or "bad_alloc" in warning:
            yield "heavy"
        elif any(words in warning for words in _RECOVERED):
            yield "damaged"


def examine(content: bytes) -> tuple[str, int]:
    """The worst fault of a PDF, or "", and its number of pages, 0 if that can't be told."""
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=streams.STREAM_BYTES,
        run_length_max_memory=streams.STREAM_BYTES,
        png_max_memory=streams.STREAM_BYTES,
        tiff_max_memory=streams.STREAM_BYTES,
        max_stream_filters=CHAIN,
        doc_max_warnings=1000,
    )
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as document:
            if document.is_encrypted:
                return "restricted", 0
            if int(document.trailer.get("/Size", 0)) > OBJECTS or len(document.objects) > OBJECTS:
                return "heavy", 0
            pages = len(document.pages)
            found = set(_faults(document)) if pages else {"no_pages"}
            found |= set(_told(document))
    except pikepdf.PasswordError:
        return "password", 0
    except pikepdf.PdfError as error:
        if "no pages found" in str(error):
            return "no_pages", 0
        return ("heavy" if pikepdf.settings.qpdf_limit_errors() else "damaged"), 0
    if pikepdf.settings.qpdf_limit_errors():
        found.add("heavy")
    return next((fault for fault in ORDER if fault in found), ""), pages
