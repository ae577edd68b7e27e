"""Photos of papers, joined into one PDF of A4 pages. Only what is seen goes in: no place, no date, no maker of the camera."""

import io
from collections.abc import Sequence
from contextlib import suppress

import pikepdf
import pillow_heif
from PIL import (
    ExifTags,
    Image,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
)

#: What telephones make today: 50 megapixels at most, unless one asks for more.
PIXELS = 50_000_000
SIDE = 30_000
#: A4 at 210 dpi, which keeps an eight-point print legible; and, where that is too heavy, A4 at 150 dpi.
FINE = (2480, 85)
COARSE = (1754, 60)
A4 = (595.276, 841.89)
FORMATS = ("JPEG", "PNG", "HEIF")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
#: Pillow would import these when it meets them, and by then this process can't open a file any more.
_LOADED = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin)
pillow_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = PIXELS


class Unfit(Exception):
    """One of the photos won't do: ``fault`` says why, ``index`` which, from 0."""

    def __init__(self, fault: str, index: int = 0) -> None:
        super().__init__(fault)
        self.fault, self.index = fault, index


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """How to set it upright (Exif 2.32, 4.6.4.A). Where the camera's notes can't be read, it stays as it stands."""
    with suppress(Exception):
        return _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    return None


def _on_white(picture: Image.Image) -> Image.Image:
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")


def _small(picture: Image.Image) -> Image.Image:
    """As RGB on white, no longer than FINE asks. What has few colours or 16 bits must be converted before it shrinks."""
    transparent = "A" in picture.getbands() or "transparency" in picture.info
    if picture.mode.startswith("I"):  # Pillow would cut 16-bit greys off where they should be scaled
        picture = picture.convert("I").point(lambda value: value / 257).convert("L")
    elif picture.mode in {"1", "P", "PA", "La", "RGBa"}:
        picture = picture.convert("RGBA" if transparent else "RGB")
    picture.thumbnail((FINE[0], FINE[0]))
    return _on_white(picture) if transparent else picture.convert("RGB")


def _decoded(content: bytes) -> Image.Image:
    """One photo, as it will be seen. Raises Unfit."""
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
        if max(picture.size) > SIDE or picture.width * picture.height > PIXELS:
            raise Unfit("photo_dimensions")
        if picture.format == "PNG" and getattr(picture, "is_animated", False):
            raise Unfit("photo_animated")
        picture.draft("RGB", (FINE[0], FINE[0]))
        turn, small = _turn(picture), _small(picture)
        return small if turn is None else small.transpose(turn)
    except Image.DecompressionBombError as error:
        raise Unfit("photo_dimensions") from error
    except (Unfit, MemoryError):
        raise
    except Exception as error:  # a decoder may raise anything on a broken file
        raise Unfit("photo_damaged") from error


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    content = io.BytesIO()
    Image.frombytes("RGB", picture.size, picture.tobytes()).save(content, "JPEG", quality=quality, optimize=True)
    return content.getvalue()


def _coarser(jpeg: bytes) -> bytes:
    picture = Image.open(io.BytesIO(jpeg), formats=("JPEG",))
    picture.thumbnail((COARSE[0], COARSE[0]))
    return _jpeg(picture, COARSE[1])


def _page(document: pikepdf.Pdf, jpeg: bytes) -> None:
    """An A4 page, standing or lying as the photo does, filled by it as far as its shape allows."""
    width, height = Image.open(io.BytesIO(jpeg), formats=("JPEG",)).size
    paper = A4 if height >= width else A4[::-1]
    scale = min(paper[0] / width, paper[1] / height)
    w, h = width * scale, height * scale
    left, bottom = (paper[0] - w) / 2, (paper[1] - h) / 2
    page = document.add_blank_page(page_size=paper)
    image = pikepdf.Stream(document, jpeg)
    image.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=width,
        Height=height,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Photo=document.make_indirect(image)))
    drawing = f"q {w:.3f} 0 0 {h:.3f} {left:.3f} {bottom:.3f} cm /Photo Do Q".encode()
    page.obj.Contents = document.make_stream(drawing)


def _pdf(jpegs: Sequence[bytes]) -> bytes:
    """The same photos make the same bytes, so that the same paper sent twice is seen to be the same."""
    document = pikepdf.new()
    for jpeg in jpegs:
        _page(document, jpeg)
    content = io.BytesIO()
    document.save(content, deterministic_id=True)
    return content.getvalue()


def join(photos: Sequence[bytes], max_bytes: int) -> tuple[bytes, Image.Image]:
    """The PDF, of at most ``max_bytes``, and the first photo to make a preview of. Raises Unfit."""
    jpegs: list[bytes] = []
    for index, photo in enumerate(photos):
        try:
            jpegs.append(_jpeg(_decoded(photo), FINE[1]))
        except Unfit as error:
            raise Unfit(error.fault, index) from error
    content = _pdf(jpegs)
    if len(content) > max_bytes:
        content = _pdf([_coarser(jpeg) for jpeg in jpegs])
    if len(content) > max_bytes:
        raise Unfit("photos_heavy")
    return content, Image.open(io.BytesIO(jpegs[0]), formats=("JPEG",))
