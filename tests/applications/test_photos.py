"""Photos of papers become one PDF: upright, small enough, in order, with nothing of where and when they were taken."""

import io
from collections.abc import Sequence

import pikepdf
import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from applications import checking, formats
from postings.models import DocumentRequirement
from tests.corpus import pictures
from tests.corpus.pictures import noted, paper, photo


def requirement(**limits: object) -> DocumentRequirement:
    return DocumentRequirement(**({"code": "cv", "max_pages": 10} | limits))


def taken(*photos: bytes, **limits: object) -> checking.Taken:
    files = [(f"IMG_{number}.jpg", content) for number, content in enumerate(photos, 2034)]
    return checking.take(files=files, requirement=requirement(**limits))


def refusal(files: Sequence[tuple[str, bytes]], **limits: object) -> tuple[str, str]:
    with pytest.raises(ValidationError) as caught:
        checking.take(files=files, requirement=requirement(**limits))
    return caught.value.code, caught.value.messages[0]


def drawn(content: bytes, page: int = 0) -> Image.Image:
    """The page as a reader draws it, at a point a pixel."""
    document = pypdfium2.PdfDocument(content)
    picture = document[page].render(scale=1).to_pil().convert("L")
    document.close()
    return picture


def corner(picture: Image.Image) -> str:
    """Where the dark corner is."""
    width, height = picture.size
    places = {
        "top left": (width // 12, height // 12),
        "top right": (width * 11 // 12, height // 12),
        "bottom left": (width // 12, height * 11 // 12),
        "bottom right": (width * 11 // 12, height * 11 // 12),
    }
    return min(places, key=lambda place: int(picture.getpixel(places[place])))  # type: ignore[arg-type]


def images(content: bytes) -> list[tuple[int, int]]:
    with pikepdf.open(io.BytesIO(content)) as document:
        return [
            (int(image.Width), int(image.Height)) for page in document.pages for image in page.get_images().values()
        ]


def noise(width: int, height: int) -> bytes:
    return photo(page=Image.effect_noise((width, height), 90).convert("RGB"), quality=95)


@pytest.mark.parametrize("case", pictures.SOUND, ids=str)
def test_every_kind_of_photo_is_seen_as_it_was(case: pictures.Case) -> None:
    result = checking.take(files=[(case.file, case.build())], requirement=requirement())
    assert (result.name, result.pages, formats.kind_of(result.content)) == ("photo.pdf", 1, "pdf")
    picture = drawn(result.content)
    if "49" not in case.name:
        turned = "top right" if "place" in case.name else "top left"
        assert corner(picture) == turned
    assert max(picture.getextrema()) > 180


@pytest.mark.parametrize(
    ("orientation", "place", "lying"),
    [
        (1, "top left", False),
        (2, "top right", False),
        (3, "bottom right", False),
        (4, "bottom left", False),
        (5, "top left", True),
        (6, "top right", True),
        (7, "bottom right", True),
        (8, "bottom left", True),
        (9, "top left", False),
    ],
)
def test_photo_stands_upright_however_it_was_held(orientation: int, place: str, lying: bool) -> None:
    picture = drawn(taken(noted(orientation)).content)
    assert (corner(picture), picture.width > picture.height) == (place, lying)
    assert sorted(picture.size) == [595, 842] or sorted(picture.size) == [596, 842]


def test_nothing_of_where_and_when_is_left() -> None:
    source = noted(6)
    assert (b"Fabricant" in source, b"Exif" in source, b"secret" in source) == (True, True, True)
    content = taken(source).content
    with pikepdf.open(io.BytesIO(content)) as document:
        raw = b"".join(image.read_raw_bytes() for page in document.pages for image in page.get_images().values())
        assert dict(document.docinfo) == {}
    for held in (content, raw):
        assert [word for word in (b"Fabricant", b"Exif", b"secret", b"2025:10:29", b"GPS") if word in held] == []


def test_photos_are_joined_in_their_order_under_the_first_ones_name() -> None:
    result = taken(photo(), photo("PNG", paper(800, 600).rotate(180)), photo("HEIF"))
    assert (result.name, result.pages) == ("IMG_2034.pdf", 3)
    assert [corner(drawn(result.content, page)) for page in range(3)] == ["top left", "bottom right", "top left"]
    assert images(result.content) == [(600, 800), (800, 600), (600, 800)]
    assert Image.open(io.BytesIO(result.preview)).size == (480, 640)


def test_large_photo_is_made_smaller() -> None:
    content = taken(photo(page=paper(4032, 3024))).content
    assert images(content) == [(2480, 1860)]
    assert len(content) < 300_000


def test_same_photos_make_the_same_file() -> None:
    assert taken(photo(), noted(3)).content == taken(photo(), noted(3)).content


def test_photos_too_heavy_together_lose_detail_before_they_are_refused() -> None:
    fine = taken(noise(2000, 1500))
    coarse = taken(noise(2000, 1500), max_bytes=len(fine.content) - 1)
    assert images(fine.content) == [(2000, 1500)]
    assert images(coarse.content) == [(1754, 1316)]
    assert len(coarse.content) < len(fine.content) / 2
    code, words = refusal([("a.jpg", noise(2000, 1500))], max_bytes=100_000)
    assert code == "photos_heavy"
    assert words.startswith("Réunies en un PDF, ces photos restent trop lourdes, pour 0,1\u00a0Mo au plus.")


def test_several_photos_name_the_one_that_will_not_do() -> None:
    files = [("a.jpg", photo()), ("recto.jpg", photo()[:2000]), ("c.png", photo("PNG"))]
    assert refusal(files) == (
        "photo_damaged",
        "Photo 2 sur 3 («\u00a0recto.jpg\u00a0»)\u00a0: Cette photo ne s’ouvre pas\u00a0: elle est endommagée ou incomplète. "
        "Reprenez-la, puis recommencez.",
    )
    code, words = refusal([("a.jpg", photo()), ("b.docx", b"PK\x03\x04word/document.xml")])
    assert (code, words[:39]) == ("kind_word", "Photo 2 sur 2 («\u00a0b.docx\u00a0»)\u00a0: Ce fichier")
    assert refusal([("a.jpg", photo()), ("b.jpg", b"")])[0] == "empty"


def test_more_photos_than_pages_are_refused_before_they_are_opened() -> None:
    files = [("a.jpg", photo())] * 3
    assert refusal(files, max_pages=2) == (
        "too_many_photos",
        "Vous envoyez 3 photos, pour 2 pages au plus. Gardez les pages utiles.",
    )


def test_photos_heavier_than_any_telephone_makes_are_refused() -> None:
    heavy = photo() + bytes(20_000_000)
    assert refusal([("a.jpg", heavy)])[0] == "photo_too_big"
    assert refusal([("a.jpg", heavy)] * 3)[0] == "photos_too_big"


def test_many_photos_that_take_too_long_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("applications.inspection.PDF_SECONDS", 0)
    monkeypatch.setattr("applications.inspection.PHOTO_SECONDS", 0)
    assert refusal([("a.jpg", photo())])[0] == "photos_slow"
