"""Photos of papers: those of every telephone, and those that won't do."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw

from tests.corpus.case import Case

pillow_heif.register_heif_opener()
RABAT = {1: "N", 2: (34.0, 1.0, 15.0), 3: "W", 4: (6.0, 50.0, 1.0)}


def paper(width: int = 600, height: int = 800, mode: str = "RGB") -> Image.Image:
    """A light page with a dark corner at its top left, so that it shows which way up it is."""
    page = Image.new("RGB", (width, height), (240, 240, 230))
    ImageDraw.Draw(page).rectangle((0, 0, width // 3, height // 4), fill=(20, 20, 60))
    return page.convert(mode)


def photo(form: str = "JPEG", page: Image.Image | None = None, **saving: Any) -> bytes:
    content = io.BytesIO()
    (page or paper()).save(content, form, **saving)
    return content.getvalue()


def noted(orientation: int) -> bytes:
    """A JPEG with all that a telephone notes: how it was held, where, when, by which telephone."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0132] = orientation, "Fabricant", "2025:10:29 10:00:00"
    exif.get_ifd(0x8825).update(RABAT)
    return photo(exif=exif.tobytes(), comment=b"secret")


def _png_of(width: int, height: int) -> bytes:
    """A PNG whose header says what its data doesn't hold."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1 << 20), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _jpeg_of(width: int, height: int) -> bytes:
    content = bytearray(photo())
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def _cut(content: bytes, share: float = 0.5) -> bytes:
    return content[: int(len(content) * share)]


def _animated() -> bytes:
    return photo("PNG", save_all=True, append_images=[paper(mode="L").convert("RGB")])


def _named(form: str) -> str:
    return f"photo.{ {'JPEG': 'jpg', 'PNG': 'png', 'HEIF': 'heic'}[form] }"


def _sixteen() -> bytes:
    grey = Image.new("I;16", (300, 400), 60_000)
    grey.paste(2_000, (0, 0, 100, 100))
    return photo("PNG", grey)


def _see_through() -> bytes:
    page = paper(mode="RGBA")
    page.putpixel((599, 799), (0, 0, 0, 0))
    return photo("PNG", page)


def _case(name: str, form: str, build: Callable[[], bytes], code: str = "") -> Case:
    return Case(name, build, code, _named(form))


UNFIT = [
    _case("jpeg cut", "JPEG", lambda: _cut(photo()), "photo_damaged"),
    _case("png cut", "PNG", lambda: _cut(photo("PNG")), "photo_damaged"),
    _case("heic cut", "HEIF", lambda: _cut(photo("HEIF")), "photo_damaged"),
    _case("jpeg without a picture", "JPEG", lambda: b"\xff\xd8\xff\xd9", "photo_damaged"),
    _case("heic without a picture", "HEIF", lambda: b"\x00\x00\x00\x18ftypheic" + bytes(64), "photo_damaged"),
    _case("png of four gigapixels", "PNG", lambda: _png_of(65_000, 65_000), "photo_dimensions"),
    _case("png a line high", "PNG", lambda: _png_of(1_000_000, 1), "photo_dimensions"),
    _case("jpeg of four gigapixels", "JPEG", lambda: _jpeg_of(65_000, 65_000), "photo_dimensions"),
    _case("png animated", "PNG", _animated, "photo_animated"),
]

SOUND = [
    _case("jpeg", "JPEG", photo),
    _case("jpeg with the place in it", "JPEG", lambda: noted(6)),
    _case("jpeg in cmyk", "JPEG", lambda: photo(page=paper(mode="CMYK"))),
    _case("jpeg in grey, progressive", "JPEG", lambda: photo(page=paper(mode="L"), progressive=True)),
    _case("jpeg of two pictures", "JPEG", lambda: photo("MPO", save_all=True, append_images=[paper(60, 80)])),
    _case("png", "PNG", lambda: photo("PNG")),
    _case("png, transparent", "PNG", _see_through),
    _case("png of few colours, transparent", "PNG", lambda: photo("PNG", paper(mode="P"), transparency=0)),
    _case("png of 16 bits", "PNG", _sixteen),
    _case("png of one bit", "PNG", lambda: photo("PNG", paper(mode="1"))),
    _case("heic", "HEIF", lambda: photo("HEIF")),
    _case("png of 49 megapixels", "PNG", lambda: photo("PNG", Image.new("L", (7000, 7000), 200))),
]
