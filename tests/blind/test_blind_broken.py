"""The same crawler, when the blind is broken on purpose: each way that a person or a page could break it is found."""

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from applications.models import Application, Document
from evaluations import policy
from postings.models import Posting, Stage
from tests import cast
from tests.blind import people
from tests.blind.crawler import close, crawl
from tests.blind.matching import leaks, texts
from tests.blind.unpacking import readable
from tests.factories import evaluations

pytestmark = pytest.mark.django_db
SHEET, DESK = "evaluations/sheets/blind.html", "evaluations/jury/desk.html"


@dataclass(frozen=True)
class Break:
    """A line that a page grows, and what it gives away."""

    line: str
    tells: str
    template: str = SHEET


BREAKS = {
    "the name": Break("<p>{{ sheet.application.full_name }}</p>", "family name"),
    "in capitals": Break("<p>{{ sheet.application.family_name|upper }}</p>", "family name"),
    "as an address would": Break('<a href="/?de={{ sheet.application.given_names|slugify }}">…</a>', "given name"),
    "in a picture's words": Break('<img alt="{{ sheet.application.national_id }}" src="data:,">', "national id"),
    "a telephone, escaped": Break("{{ sheet.application.phone|escapejs }}", "phone"),
    "a key, in a comment": Break("<!-- {{ sheet.application.pk }} -->", "key of the file"),
    "a key, in an attribute": Break('<i data-of="{{ sheet.application.candidate_id }}"></i>', "key of the account"),
    "the account's identifier": Break(
        '<i id="x-{{ sheet.application.candidate.public_id }}"></i>', "account's public id"
    ),
    "the second": Break("<time datetime=\"{{ sheet.application.submitted_at|date:'c' }}\">…</time>", "submitted, ISO"),
    "the minute": Break("<p>{{ sheet.application.submitted_at|moment }}</p>", "submitted, in words"),
    "since 1970": Break("<i data-t=\"{{ sheet.application.submitted_at|date:'U' }}\"></i>", "submitted, since 1970"),
    "a document's name": Break("<i title='{{ sheet.application.documents.all.0.name }}'></i>", "document 0"),
    "a document's hash": Break("{{ sheet.application.documents.all.0.sha256 }}", "document 0, hash"),
    "a document's address": Break(
        "<a href=\"{% url 'evaluations:document' code sheet.application.documents.all.0.public_id %}\">…</a>",
        "document 0, id",
    ),
    "a referee": Break("{% for r in sheet.application.referees.all %}{{ r.email }}{% endfor %}", "referee 1, mail"),
    "on the desk": Break(
        "{% for desk in desks %}{% for f in desk.posting.applications.all %}{{ f.city }}{% endfor %}{% endfor %}",
        "city",
        DESK,
    ),
}


def break_template(settings: LazySettings, folder: Path, template: str, line: str) -> None:
    """Put a folder before the project's, whose ``template`` has one line more."""
    path = folder / template
    path.parent.mkdir(parents=True)
    path.write_text(f'{{% extends "{template}" %}}{{% block content %}}{{{{ block.super }}}}{line}{{% endblock %}}')
    engines = deepcopy(settings.TEMPLATES)
    engines[0]["DIRS"] = [folder, *engines[0]["DIRS"]]
    settings.TEMPLATES = engines


def found_by_marker() -> set[tuple[str, str]]:
    posting = Posting.objects.get()
    pages = crawl(cast.signed_in(cast.juror(2)), [reverse("evaluations:jury")])
    return leaks(texts(pages), posting)


def declared(count: int = 3, **kwargs: str) -> Posting:
    posting = people.campaign(count, **kwargs)
    for sheet in people.sheets_of(posting, 2):
        evaluations.declared(sheet)
    return posting


def test_what_a_page_gives_away_is_found(settings: LazySettings, tmp_path: Path) -> None:
    declared()
    assert found_by_marker() == set()
    missed = {}
    whole = deepcopy(settings.TEMPLATES)
    for n, (name, broken) in enumerate(BREAKS.items()):
        break_template(settings, tmp_path / str(n), broken.template, broken.line)
        told = {tells for _where, tells in found_by_marker()}
        settings.TEMPLATES = whole
        if broken.tells not in told:
            missed[name] = told
    assert missed == {}


def test_a_candidate_who_signs_an_answer_is_found() -> None:
    signature = f"Bien à vous, {people.GIVEN[0].upper()}, aaa.kwzjx0@boite-0.example"
    posting = declared(1, answer=signature)
    sheet = next(sheet for sheet in evaluations.sheets(posting) if sheet.member.user != cast.juror(2))
    evaluations.declared(sheet)
    pages = crawl(cast.signed_in(sheet.member.user), [reverse("evaluations:jury")])
    address = reverse("evaluations:sheet", args=[posting.applications.get().dossier_code, Stage.SKILLS])
    assert {(address, "given name"), (address, "e-mail")} <= leaks(texts(pages), posting)


class Careless:
    """A middleware that names a file after its candidate, in a header or in a cookie."""

    where = "header"

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.answer(request)  # type: ignore[operator]
        file = Application.objects.earliest("pk")
        if self.where == "header":
            response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(file.family_name)}.html"
            response.headers["ETag"] = f'"{file.pk}"'
        else:
            response.set_cookie("last", str(file.candidate.public_id))
        return response


class CarelessCookie(Careless):
    where = "cookie"


@pytest.mark.parametrize(
    ("middleware", "tells"),
    [("Careless", {"family name", "key of the file"}), ("CarelessCookie", {"account's public id"})],
)
def test_what_a_header_or_a_cookie_gives_away_is_found(
    settings: LazySettings, middleware: str, tells: set[str]
) -> None:
    declared(1)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"tests.blind.test_blind_broken.{middleware}"]
    assert tells <= {what for _where, what in found_by_marker()}


def test_the_author_of_a_pdf_that_opens_too_early_is_found(
    settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posting = declared()
    link = "<a href=\"{% url 'evaluations:document' code sheet.application.documents.all.0.public_id %}\">…</a>"
    break_template(settings, tmp_path / "x", SHEET, link)
    monkeypatch.setattr(
        policy,
        "get_heard_document_or_404",
        lambda _user, _code, public_id: get_object_or_404(Document, public_id=public_id),
    )
    client = cast.signed_in(cast.juror(2))
    pages = crawl(client, [reverse("evaluations:jury")])
    opened = {address: page for address, page in pages.items() if "/pieces/" in address}
    assert [page.status for page in opened.values()] == [200] * len(people.sheets_of(posting, 2))
    for address in opened:
        response = client.get(address)
        inside = readable(b"".join(response.streaming_content))  # type: ignore[attr-defined]
        close(response)
        assert "family name" in {what for _where, what in leaks({"": inside}, posting)}
