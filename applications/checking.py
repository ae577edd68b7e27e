"""Uploaded files, judged before anything is kept: what won't do is refused in words that say what to do instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from django.core.exceptions import ValidationError
from django.template.defaultfilters import floatformat

from applications import formats, scanning
from applications.filenames import display_name, plain
from applications.inspection import Busy, Findings, inspect, join
from applications.refusals import in_photo, refusal, wrong_kind
from postings.models import DocumentRequirement

#: What one photo may weigh before it is made smaller, and all of one document together.
PHOTOS_BYTES = 60_000_000

File = tuple[str, bytes]

__all__ = ["PHOTOS_BYTES", "Taken", "display_name", "take"]


@dataclass(frozen=True)
class Taken:
    """A document fit to be kept: its name to show, a PDF, how many pages it has, and its first one as PNG (or nothing)."""

    name: str
    content: bytes
    pages: int
    preview: bytes


def _megabytes(size: int) -> str:
    """In tenths, rounded up: one byte more than 5 MB must not read as 5 MB."""
    return floatformat(ceil(size / 100_000) / 10, -1)


def _scan(content: bytes) -> None:
    try:
        scanning.scan(content)
    except scanning.Infected as error:
        raise refusal("malware") from error
    except scanning.Unavailable as error:
        raise refusal("scanner_unavailable") from error


def _refuse_by_size(code: str, size: int, most: int) -> None:
    if size > most:
        raise refusal(code, size=_megabytes(size), max=_megabytes(most))


def _refuse_by_outside(content: bytes) -> None:
    """What shows without reading the structure: a PDF that broke off, or that another program would take for its own."""
    if formats.broke_off(content):
        raise refusal("truncated")
    if not formats.begins_plainly(content):
        raise refusal("foreign")
    if not formats.ends_plainly(content):
        raise refusal("trailing")


def _refuse_by_findings(found: Findings, requirement: DocumentRequirement) -> None:
    if found.fault:
        raise refusal(found.fault)
    if found.pages > requirement.max_pages:
        raise refusal("too_many_pages", pages=found.pages, max=requirement.max_pages)


def _pdf(file: File, requirement: DocumentRequirement) -> Taken:
    name, content = file
    _refuse_by_size("too_big", len(content), requirement.max_bytes)
    _refuse_by_outside(content)
    _scan(content)
    try:
        found = inspect(content)
    except Busy as error:
        raise refusal("busy") from error
    _refuse_by_findings(found, requirement)
    return Taken(display_name(name), content, found.pages, found.preview)


def _joined(files: Sequence[File], requirement: DocumentRequirement) -> Taken:
    try:
        found = join(tuple(content for _name, content in files), requirement.max_bytes)
    except Busy as error:
        raise refusal("busy") from error
    if found.fault == "heavy":
        raise refusal("photos_slow")
    if found.fault == "photos_heavy":
        raise refusal("photos_heavy", max=_megabytes(requirement.max_bytes))
    if found.fault:
        name = plain(files[found.index][0])
        raise in_photo(refusal(found.fault), number=found.index + 1, name=name, of=len(files))
    return Taken(display_name(files[0][0]), found.content, found.pages, found.preview)


def _refuse_photo(file: File, kind: str, number: int, of: int, most: int) -> None:
    """One photo, before it is decoded. Raises as :func:`take`."""
    name, content = file
    try:
        if not content:
            raise refusal("empty")
        if kind not in formats.PHOTOS:
            raise wrong_kind(kind, named_pdf=_is_named_pdf(name), photos=True)
        _refuse_by_size("photo_too_big", len(content), most)
        _scan(content)
    except ValidationError as error:
        raise in_photo(error, number=number, name=plain(name), of=of) from error


def _is_named_pdf(name: str) -> bool:
    return name.lower().endswith(".pdf")


def _photos(files: Sequence[File], kinds: Sequence[str], requirement: DocumentRequirement) -> Taken:
    if formats.PDF in kinds:
        raise refusal("mixed")
    if len(files) > requirement.max_pages:
        raise refusal("too_many_photos", pages=len(files), max=requirement.max_pages)
    _refuse_by_size("photos_too_big", sum(len(content) for _name, content in files), PHOTOS_BYTES)
    for number, (file, kind) in enumerate(zip(files, kinds, strict=True), 1):
        _refuse_photo(file, kind, number, len(files), requirement.photo_bytes)
    return _joined(files, requirement)


def take(*, files: Sequence[File], requirement: DocumentRequirement) -> Taken:
    """One PDF as it is, or photos joined in their order into one, named and within the requirement's limits.

    ``files``: each one's name and bytes, at least one. Raises ValidationError, with a ``code`` of :mod:`applications.refusals`.
    """
    kinds = [formats.kind_of(content) for _name, content in files]
    if len(files) > 1:
        if not requirement.photos:
            raise refusal("one_file")
        return _photos(files, kinds, requirement)
    [(name, content)], [kind] = files, kinds
    if not content:
        raise refusal("empty")
    if kind == formats.PDF:
        return _pdf(files[0], requirement)
    if kind in formats.PHOTOS and requirement.photos and not _is_named_pdf(name):
        return _photos(files, kinds, requirement)
    raise wrong_kind(kind, named_pdf=_is_named_pdf(name), photos=requirement.photos)
