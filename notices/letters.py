"""Letters in PDF, tagged for assistive technology, drawn from our own static files alone."""

import hashlib
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import ProtectedError
from django.db.models.fields.files import FieldFile
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from journal import clock
from notices import electronic_seal, rendering
from notices.models import Letter, Notice

#: Stands for this site in a letter's links to its style and pictures; nothing is ever asked of a network.
_HERE = "https://letters.invalid/"


class StaticOnly(URLFetcher):
    """Opens the project's static files and refuses everything else: no network, no other file."""

    def __init__(self) -> None:
        # A letter without its style is not a letter: fail, and try again.
        super().__init__(allowed_protocols={"https"}, allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        name = _static_name(url)
        path = finders.find(name)
        if path is None and staticfiles_storage.exists(name):
            path = staticfiles_storage.path(name)
        if not isinstance(path, str):
            raise ValueError(f"No static file answers to {url}.")
        with open(path, "rb") as file:  # noqa: PTH123 - a path that the finders vouch for
            return URLFetcherResponse(url, file.read(), {"Content-Type": _content_type(name)})


def _static_name(url: str) -> str:
    parts = urlsplit(url)
    root = urlsplit(settings.STATIC_URL).path
    if f"{parts.scheme}://{parts.netloc}/" != _HERE or not parts.path.startswith(root):
        raise ValueError(f"A letter may not fetch {url}.")
    return unquote(parts.path.removeprefix(root))


def _content_type(name: str) -> str:
    kinds = {"css": "text/css", "svg": "image/svg+xml", "png": "image/png", "ttf": "font/ttf", "woff2": "font/woff2"}
    return kinds.get(name.rsplit(".", 1)[-1], "application/octet-stream")


@cache
def _fonts() -> FontConfiguration:
    """One for the process: reading the fonts costs more than a page."""
    return FontConfiguration()


def pdf(template: str, context: dict[str, Any]) -> bytes:
    """A template as a tagged PDF (PDF/UA-1) under the electronic seal, with what every letter may show of this installation.

    Call it outside any transaction. Raises CannotSeal where a seal is required and none is valid.
    """
    at = clock.now()
    material = electronic_seal.material_for(at)
    # Its footer names the seal, or says that there is none: decided once, before it is drawn.
    sealed_by = {"seal_holder": material.holder if material else ""}
    html = rendering.render(template, {**rendering.site(), **context, **sealed_by})
    document = HTML(string=html, base_url=_HERE, url_fetcher=StaticOnly())
    written: bytes = document.write_pdf(font_config=_fonts(), pdf_variant="pdf/ua-1")
    return electronic_seal.seal(written, material=material, at=at) if material else written


def render(notice: Notice) -> bytes:
    """The bytes of the notice's one stored letter, drawn on first need.

    Raises ValueError when the stored file isn't the one that was drawn.
    """
    letter = stored(notice)
    return read_drawn(letter.file, letter.sha256, f"The stored letter of {notice.key} is not the one that was drawn.")


def read_drawn(stored: FieldFile, sha256: str, otherwise: str) -> bytes:
    """The bytes of a paper that was drawn once and stored. Raises ValueError, in the words given, when they are others."""
    with stored.open("rb") as file:
        content: bytes = file.read()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(otherwise)
    return content


def stored(notice: Notice) -> Letter:
    """The notice's letter: drawn and stored once, whoever comes first, then the same for every try."""
    if notice.letter is None:
        content = pdf(f"notices/{notice.kind}/letter.html", rendering.context(notice))
        letter = _keep(content, name=f"{notice.public_id}.pdf")
        if not Notice.objects.filter(pk=notice.pk, letter=None).update(letter=letter):
            _discard(letter)
        notice.refresh_from_db(fields=["letter"])
    kept = notice.letter
    if kept is None:
        raise ValueError(f"{notice.key} has no letter.")
    return kept


def _discard(letter: Letter) -> None:
    """Take away what another worker was quicker to draw, unless it is that very one: a seal makes each drawing unlike."""
    try:
        with transaction.atomic():
            letter.delete()
    except ProtectedError:
        return
    # The file last: a row never names a file that isn't there.
    letter.file.delete(save=False)


def _keep(content: bytes, *, name: str) -> Letter:
    digest = hashlib.sha256(content).hexdigest()
    known = Letter.objects.filter(sha256=digest).first()
    if known is not None:
        return known
    letter = Letter(sha256=digest, size=len(content), rendered_at=clock.now())
    # The file first: a row never names a file that isn't there.
    letter.file.save(name, ContentFile(content), save=False)
    with transaction.atomic():
        return Letter.objects.get_or_create(
            sha256=digest, defaults={"file": letter.file, "size": letter.size, "rendered_at": letter.rendered_at}
        )[0]
