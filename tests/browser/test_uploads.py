"""Documents sent over lines that are slow, that break, and from pages that are left."""

import hashlib
import io
import random
import re
from functools import cache

import pikepdf
import pypdfium2
import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import CDPSession, FilePayload, Locator, Page, expect

from applications.models import Application, Document, Upload
from postings.models import Posting
from tests import cast
from tests.browser.conftest import OpenPage, press
from tests.browser.soundness import axe, look_here
from tests.factories import applications as factory

ADDRESS = reverse("applications:documents", args=[factory.SLUG])
#: Bytes a second, and milliseconds: a telephone far from its mast.
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 60_000}


@cache
def heavy(size: int = 400_000, words: str = "lourd") -> bytes:
    """A sound PDF of some ``size`` bytes that don't compress."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    document.pages[0].Padding = document.make_stream(random.Random(words).randbytes(size))  # noqa: S311 - no secret
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


@cache
def photo(colour: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (300, 400), colour).save(content, "JPEG")
    return content.getvalue()


def pdf(name: str, content: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="application/pdf", buffer=content)


def jpeg(name: str, colour: str) -> FilePayload:
    return FilePayload(name=name, mimeType="image/jpeg", buffer=photo(colour))


def section(page: Page, label: str = "Curriculum vitæ") -> Locator:
    return page.get_by_role("region", name=label, exact=True)


def choose(where: Locator, *files: FilePayload) -> None:
    where.get_by_label(re.compile("^Fichier PDF|^Ajouter")).set_input_files(list(files))


def throttle(page: Page) -> CDPSession:
    line = page.context.new_cdp_session(page)
    line.send("Network.emulateNetworkConditions", SLOW)
    return line


def under_way(where: Locator) -> Locator:
    """The words beside the bar, once the first piece is there for certain."""
    words = where.locator("[data-words]")
    expect(words).to_have_text(re.compile(r"^\d{3}\sko sur \d{3}\sko$"))
    return words


def is_kept(page: Page, content: bytes, label: str = "Curriculum vitæ") -> None:
    """The page shows the document, and the server has it byte by byte, with nothing left on its way."""
    digest = hashlib.sha256(content).hexdigest()
    expect(section(page, label).locator(".pmp-hash")).to_have_text(digest, timeout=30_000)
    document = Document.objects.get()
    with document.file.open("rb") as stored:
        assert hashlib.sha256(stored.read()).hexdigest() == digest
    assert Upload.objects.count() == 0


@pytest.fixture
def draft(posting: Posting) -> Application:
    return factory.draft(posting, cast.candidate())


@pytest.fixture
def page(draft: Application, open_page: OpenPage) -> Page:
    """The page of the documents, on a telephone."""
    page = open_page(narrow=True, user=draft.candidate)
    page.add_init_script("window.refusals = []")
    page.goto(ADDRESS)
    return page


def test_chosen_file_is_sent_at_once_and_shown(page: Page) -> None:
    cv = section(page)
    expect(cv.get_by_role("button", name="Envoyer")).to_be_hidden()
    choose(cv, pdf("mon cv.pdf", factory.pdf("Mon CV", 2)))
    is_kept(page, factory.pdf("Mon CV", 2))
    expect(cv.get_by_role("link", name="mon cv.pdf", exact=True)).to_be_visible()
    picture = cv.get_by_role("img", name="Première page de mon cv.pdf")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    expect(page.locator("#envois-dire")).to_contain_text("mon cv.pdf : fichier reçu et vérifié")
    expect(cv.get_by_text("Reçue", exact=True)).to_be_visible()
    assert list(look_here(page)) == []


def test_document_is_replaced_then_removed(page: Page) -> None:
    cv = section(page)
    choose(cv, pdf("ancien.pdf", factory.pdf("Ancien")))
    expect(cv.get_by_role("link", name="ancien.pdf", exact=True)).to_be_visible()
    cv.get_by_text("Remplacer").click()
    cv.get_by_label("Nouveau fichier PDF").set_input_files(pdf("nouveau.pdf", factory.pdf("Nouveau")))
    expect(cv.get_by_role("link", name="nouveau.pdf", exact=True)).to_be_visible()
    expect(cv.get_by_role("link", name="ancien.pdf", exact=True)).to_have_count(0)
    is_kept(page, factory.pdf("Nouveau"))
    cv.get_by_role("button", name="Supprimer").click()
    expect(page.locator("#envois-dire")).to_have_text("Fichier supprimé.")
    expect(cv.get_by_label("Fichier PDF")).to_be_visible()
    assert Document.objects.count() == 0


def test_slow_line_is_told_step_by_step_and_can_be_called_off(page: Page) -> None:
    throttle(page)
    choose(section(page), pdf("cv.pdf", heavy(600_000)))
    under_way(section(page))
    bar = section(page).get_by_role("progressbar", name="cv.pdf")
    assert 0 < float(bar.evaluate("bar => bar.value")) < 1
    assert list(axe(page)) == []
    section(page).get_by_role("button", name="Annuler cv.pdf").click()
    expect(section(page).get_by_label("Fichier PDF")).to_be_focused()
    expect(page.locator("#envois-dire")).to_have_text("cv.pdf : envoi annulé.")
    choose(section(page), pdf("autre.pdf", factory.pdf("Autre")))
    is_kept(page, factory.pdf("Autre"))


def test_cut_line_costs_nothing_that_had_arrived(page: Page) -> None:
    line = throttle(page)
    choose(section(page), pdf("cv.pdf", heavy()))
    under_way(section(page))
    page.context.set_offline(True)
    expect(section(page).locator("[data-words]")).to_contain_text("Connexion coupée")
    assert list(axe(page)) == []
    before = Upload.objects.get().received
    assert before > 0
    page.context.set_offline(False)
    line.send("Network.emulateNetworkConditions", SLOW)
    expect(page.locator("#envois-dire")).to_contain_text("La connexion est revenue")
    is_kept(page, heavy())


def test_reload_goes_on_where_it_was(page: Page) -> None:
    throttle(page)
    choose(section(page), pdf("cv.pdf", heavy()))
    under_way(section(page))
    page.reload()
    first = Upload.objects.get()
    assert first.received > 0
    is_kept(page, heavy())
    assert Document.objects.get().public_id == first.public_id


def test_closed_tab_goes_on_when_the_page_is_opened_again(page: Page) -> None:
    throttle(page)
    choose(section(page), pdf("cv.pdf", heavy()))
    under_way(section(page))
    page.close()
    again = page.context.new_page()
    again.goto(ADDRESS)
    is_kept(again, heavy())


def test_file_that_the_device_forgot_goes_on_when_chosen_again(page: Page) -> None:
    throttle(page)
    choose(section(page), pdf("cv.pdf", heavy()))
    under_way(section(page))
    page.goto(reverse("applications:overview", args=[factory.SLUG]))
    page.evaluate("new Promise(done => { indexedDB.deleteDatabase('envois').onsuccess = done; })")
    page.goto(ADDRESS)
    expect(section(page).locator("[data-words]")).to_contain_text("Choisissez de nouveau « cv.pdf »")
    assert list(axe(page)) == []
    first = Upload.objects.get().public_id
    choose(section(page), pdf("cv.pdf", heavy()))
    is_kept(page, heavy())
    assert Document.objects.get().public_id == first


def test_other_file_of_the_same_name_and_size_is_not_mixed_in(page: Page) -> None:
    throttle(page)
    choose(section(page), pdf("cv.pdf", heavy()))
    under_way(section(page))
    page.goto(reverse("applications:overview", args=[factory.SLUG]))
    page.evaluate("new Promise(done => { indexedDB.deleteDatabase('envois').onsuccess = done; })")
    page.goto(ADDRESS)
    other = heavy(words="tout autre")
    assert len(other) == len(heavy())
    expect(section(page).locator("[data-words]")).to_contain_text("Choisissez de nouveau")
    choose(section(page), pdf("cv.pdf", other))
    is_kept(page, other)


def test_second_tab_leaves_the_file_to_the_first(page: Page) -> None:
    throttle(page)
    choose(section(page), pdf("cv.pdf", heavy()))
    under_way(section(page))
    other = page.context.new_page()
    other.goto(ADDRESS)
    expect(section(other).get_by_label("Fichier PDF")).to_be_visible()
    expect(other.get_by_role("progressbar")).to_have_count(0)
    is_kept(page, heavy())


def test_refusal_stands_beside_its_field_and_the_rest_goes_on(page: Page) -> None:
    throttle(page)
    choose(section(page), pdf("cv.pdf", heavy(200_000)))
    letter = section(page, "Lettre de motivation")
    choose(letter, pdf("lettre.pdf", b"PK\x03\x04word/document.xml" + b"x" * 4_000))
    field = letter.get_by_label("Fichier PDF")
    expect(letter.get_by_role("alert")).to_contain_text("c’est un document Word")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert list(axe(page)) == []
    is_kept(page, heavy(200_000))
    expect(letter.get_by_role("alert")).to_be_visible()
    choose(letter, pdf("lettre.pdf", factory.pdf("Lettre")))
    expect(letter.get_by_role("link", name="lettre.pdf", exact=True)).to_be_visible()
    expect(letter.get_by_role("alert")).to_have_count(0)


def _shade(page: pypdfium2.PdfPage) -> str:
    """Which of its colours a joined page is."""
    picture = page.render().to_pil().convert("RGB")
    red, green, blue = picture.getpixel((picture.width // 2, picture.height // 2))
    return max((red, "rouge"), (green, "vert"), (blue, "bleu"))[1]


def test_photos_are_put_in_order_by_keyboard_and_joined(page: Page) -> None:
    papers = section(page, "Pièce d’identité")
    choose(papers, jpeg("recto.jpg", "red"), jpeg("verso.jpg", "blue"))
    expect(papers.get_by_role("button", name="Joindre ces photos au dossier")).to_be_visible()
    assert list(axe(page)) == []
    page.reload()  # what is not yet joined waits
    expect(papers.locator(".app-item-name")).to_have_text(["Photo 1 sur 2 · recto.jpg", "Photo 2 sur 2 · verso.jpg"])
    choose(papers, jpeg("titre.jpg", "green"))
    expect(papers.locator(".app-item-name")).to_have_count(3)
    up = papers.get_by_role("button", name="Avancer d’une page titre.jpg")
    up.press("Enter")
    expect(up).to_be_focused()
    up.press("Enter")
    expect(papers.locator(".app-item-name").first).to_have_text("Photo 1 sur 3 · titre.jpg")
    expect(page.locator("#envois-dire")).to_have_text("titre.jpg : photo 1 sur 3.")
    papers.get_by_role("button", name="Joindre ces photos au dossier").press("Enter")
    expect(papers.get_by_role("link", name="titre.pdf", exact=True)).to_be_visible()
    document = Document.objects.get()
    with document.file.open("rb") as stored:
        assert [_shade(page) for page in pypdfium2.PdfDocument(stored.read())] == ["vert", "rouge", "bleu"]
    assert Upload.objects.count() == 0


def test_signing_out_leaves_no_file_on_the_device(page: Page) -> None:
    choose(section(page, "Pièce d’identité"), jpeg("recto.jpg", "red"))
    expect(section(page, "Pièce d’identité").get_by_role("button", name="Joindre")).to_be_visible()
    kept = "indexedDB.databases().then(all => all.map(one => one.name))"
    assert page.evaluate(kept) == ["envois"]
    press(page, "Se déconnecter")
    page.wait_for_function(f"{kept}.then(names => names.length === 0)")


def test_plain_form_does_it_all_without_javascript(draft: Application, open_page: OpenPage) -> None:
    page = open_page(narrow=True, user=draft.candidate, javascript=False)
    page.goto(ADDRESS)
    choose(section(page), pdf("cv.pdf", heavy()))
    section(page).get_by_role("button", name="Envoyer").click()
    is_kept(page, heavy())
    papers = section(page, "Pièce d’identité")
    choose(papers, jpeg("recto.jpg", "red"), jpeg("verso.jpg", "blue"))
    papers.get_by_role("button", name="Envoyer").click()
    expect(papers.get_by_text("2 pages")).to_be_visible()
    section(page).get_by_text("Remplacer").click()
    section(page).get_by_label("Nouveau fichier PDF").set_input_files(pdf("neuf.pdf", factory.pdf("Neuf")))
    section(page).get_by_role("button", name="Envoyer à la place").click()
    expect(section(page).get_by_role("link", name="neuf.pdf", exact=True)).to_be_visible()
    section(page).get_by_role("button", name="Supprimer").click()
    expect(page.locator("main")).to_contain_text("Fichier supprimé.")
    assert Document.objects.get().requirement.code == "piece-d-identite"


def test_submitted_documents_are_shown_and_nothing_more(posting: Posting, open_page: OpenPage) -> None:
    application = factory.submitted(posting, cast.candidate())
    page = open_page(narrow=True, user=application.candidate)
    page.add_init_script("window.refusals = []")
    page.goto(ADDRESS)
    expect(section(page).get_by_role("link", name="cv.pdf", exact=True)).to_be_visible()
    expect(page.locator("main form, main input")).to_have_count(0)
    assert list(look_here(page)) == []
