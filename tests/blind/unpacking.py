"""Everything that a reader could find in some bytes, as text: whatever they are, and whatever they hold in turn."""

import base64
import binascii
import gzip
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from html import unescape
from urllib.parse import unquote

import pikepdf
import pypdfium2
from PIL import Image, UnidentifiedImageError

#: An archive in an archive in an archive: nobody hides a name deeper by accident.
DEPTH = 6
_DATA = re.compile(r"data:[^,;\s]*(?:;[^,;\s]+)*;base64,([A-Za-z0-9+/=%]+)")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def readable(content: bytes, *, depth: int = DEPTH) -> str:
    """All the text of ``content``: as it stands, decoded in the ways of the web, and from inside what it packs."""
    if depth == 0:
        return ""
    parts = [_plain(content)]
    parts += [readable(inner, depth=depth - 1) for inner in _inside(content)]
    return "\n".join(parts)


def _plain(content: bytes) -> str:
    texts = [content.decode("utf-8", "replace"), content.decode("latin-1")]
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        texts.append(content.decode("utf-16", "replace"))
    text = "\n".join(texts)
    unfolded = re.sub(r"\r?\n[ \t]", "", text)  # a calendar and a mail header fold their lines
    decoded = [unescape(text), unquote(unescape(text)), unquote(text, "latin-1")]
    escaped = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return "\n".join([text, unfolded, escaped, *decoded])


def _inside(content: bytes) -> Iterator[bytes]:
    for found in _DATA.finditer(content.decode("latin-1")):
        try:
            yield base64.b64decode(unquote(found[1]))
        except binascii.Error:
            continue
    if content.startswith(b"\x1f\x8b"):
        yield gzip.decompress(content)
    if zipfile.is_zipfile(io.BytesIO(content)):
        yield from _zip(content)
    elif content[257:262] == b"ustar":
        yield from _tar(content)
    elif b"%PDF-" in content[:1024]:
        yield from _pdf(content)
    elif re.match(rb"[A-Za-z-]+: .*\n", content) and b"\nMIME-Version:" in content:
        yield from _mail(content)
    else:
        yield from _image(content)


def _zip(content: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield archive.comment
        for info in archive.infolist():
            yield f"{info.filename}\n{info.date_time}".encode()
            yield info.comment
            yield archive.read(info)


def _tar(content: bytes) -> Iterator[bytes]:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            yield f"{member.name}\n{member.uname}\n{member.mtime}".encode()
            if held := archive.extractfile(member):
                yield held.read()


def _mail(content: bytes) -> Iterator[bytes]:
    message = message_from_bytes(content, policy=policy.default)
    for name, value in message.items():
        yield f"{name}: {value}".encode()
    for part in message.walk():
        yield (part.get_filename() or "").encode()
        held = part.get_payload(decode=True)
        if isinstance(held, bytes):
            yield held


def _image(content: bytes) -> Iterator[bytes]:
    try:
        with Image.open(io.BytesIO(content)) as image:
            yield json.dumps({str(k): str(v) for k, v in image.info.items()}, ensure_ascii=False).encode()
            exif = image.getexif()
            for values in (exif, *(exif.get_ifd(ifd) for ifd in (0x8769, 0x8825))):
                yield "\n".join(_words(value) for value in values.values()).encode()
    except (UnidentifiedImageError, OSError, ValueError):
        return


def _words(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1") + "\n" + value.decode("utf-16-le", "replace")
    return str(value)


def _pdf(content: bytes) -> Iterator[bytes]:
    """Its pages' text, and every string and stream of every object: author, XMP, outlines, annotations, files, names."""
    try:
        pages = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:  # it only begins like one
        return
    for page in pages:
        yield page.get_textpage().get_text_bounded().encode()
    pages.close()
    with pikepdf.open(io.BytesIO(content)) as document:
        for thing in [document.trailer, *document.objects]:
            yield from _of(thing)


def _of(thing: object) -> Iterator[bytes]:
    """The strings of one object, not those of the objects that it points to: each is visited by itself."""
    if isinstance(thing, pikepdf.String):
        yield str(thing).encode()
        yield bytes(thing)
    elif isinstance(thing, pikepdf.Name):
        yield str(thing).encode()
    elif isinstance(thing, pikepdf.Array):
        for item in thing:  # type: ignore[attr-defined]
            yield from () if getattr(item, "is_indirect", False) else _of(item)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for name in list(thing.keys()):
            value = thing.get(name)
            yield str(name).encode()
            yield from () if getattr(value, "is_indirect", False) else _of(value)
        if isinstance(thing, pikepdf.Stream):
            yield _stream(thing)


def _stream(thing: pikepdf.Stream) -> bytes:
    try:
        return thing.read_bytes()
    except pikepdf.PdfError:  # a picture's own compression: its bytes as they are
        return thing.read_raw_bytes()
