"""From the notice to the receipt on a telephone, with JavaScript and without it."""

import hashlib
import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import FilePayload, Locator, Page, expect

from applications.models import Application
from postings.models import Posting
from tests import cast
from tests.browser.conftest import Mailbox, OpenPage, code_of, press
from tests.browser.test_uploads import throttle
from tests.conftest import MoveClock
from tests.factories import applications as factory
from tests.factories.applications import pdf

EMAIL = "samira.touzani@exemple.example"
#: Each required document, by its button's words.
DOCUMENTS = {
    "Curriculum vitæ": "cv.pdf",
    "Lettre de motivation": "lettre.pdf",
    "Diplômes": "doctorat.pdf",
    "Pièce d’identité": "cnie.pdf",
    "Projet pour le poste": "projet.pdf",
}
REFEREES = (("Nabil Ferhat", "nabil.ferhat@exemple.example"), ("Ilham Sabri", "ilham.sabri@exemple.example"))
DRAFT_PAGES = ("overview", "identity", "career", "documents", "referees", "answers", "declaration", "review", "follow")


def address(name: str) -> str:
    return reverse(f"applications:{name}", args=[factory.SLUG])


def plain(words: str) -> str:
    """With plain spaces, to be compared with what a person would type."""
    return re.sub(r"[\u00a0\u202f]", " ", words)


def content(name: str) -> bytes:
    return pdf(f"Le fichier {name}")


def fill(area: Page | Locator, values: dict[str, str]) -> None:
    for label, value in values.items():
        area.get_by_label(label, exact=True).fill(value)


def says_draft(page: Page) -> None:
    """The title and the band say it, whatever the page."""
    expect(page).to_have_title(re.compile("^Brouillon non déposé — "))
    expect(page.locator(".pmp-band-title")).to_have_text("Brouillon — non déposée")


def enter(page: Page, mailbox: Mailbox) -> None:
    """From the front page to one's draft, through the code that came by mail."""
    page.goto("/")
    expect(page.locator("main")).to_contain_text("date limite du 30 octobre 2025 à 16h30")
    page.get_by_role("link", name="Préparer ma candidature").click()
    page.get_by_label("Adresse électronique").fill(EMAIL)
    press(page, "Recevoir un code")
    page.get_by_label("Code reçu par courriel").fill(code_of(mailbox()[-1]))
    press(page, "Se connecter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Préparer ma candidature")
    press(page, "Ouvrir mon brouillon")
    says_draft(page)


def fill_identity(page: Page) -> None:
    page.get_by_role("link", name="Identité", exact=True).click()
    says_draft(page)
    values = {
        "Prénoms": "Samira",
        "Nom de famille": "Touzani",
        "Date de naissance": "1979-03-14",
        "Nationalité": "marocaine",
        "Numéro de la pièce d’identité": "AB123456",
        "Téléphone": "+212 6 12 34 56 78",
        "Adresse postale": "7, rue Oqba",
        "Ville": "Rabat",
    }
    fill(page, values)
    press(page, "Enregistrer et continuer")


def fill_career(page: Page) -> None:
    says_draft(page)
    fill(
        page,
        {"Diplôme le plus élevé": "Doctorat en droit public", "Années d’expérience professionnelle": "18"},
    )
    first = page.get_by_role("group", name="Poste 1")
    fill(first, {"Fonction": "Directrice", "Employeur": "Ministère de la justice", "Depuis le": "2016-09-01"})
    press(page, "Ajouter un poste")
    expect(first.get_by_label("Fonction", exact=True)).to_have_value("Directrice")
    second = page.get_by_role("group", name="Poste 2")
    values = {"Fonction": "Cheffe de division", "Employeur": "Cour d’appel", "Depuis le": "2008-01-07"}
    fill(second, {**values, "Jusqu’au": "2016-08-31"})
    press(page, "Enregistrer et continuer")


def send_documents(page: Page) -> None:
    says_draft(page)
    for label, name in DOCUMENTS.items():
        section = page.get_by_role("region", name=label, exact=True)
        file = FilePayload(name=name, mimeType="application/pdf", buffer=content(name))
        section.get_by_label("Fichier PDF").set_input_files(file)
        button = section.get_by_role("button", name="Envoyer")
        if button.is_visible():  # with JavaScript, choosing is sending
            button.click()
        expect(section.get_by_role("link", name=name, exact=True)).to_be_visible()
        says_draft(page)
    page.get_by_role("link", name="Continuer", exact=True).click()


def name_referees(page: Page) -> None:
    says_draft(page)
    for n, (name, email) in enumerate(REFEREES, start=1):
        values = {"Nom complet": name, "Fonction": "Directeur", "Organisme": f"Direction {n}"}
        group = page.get_by_role("group", name=f"Référent {n}")
        fill(group, {**values, "Lien professionnel": "Supérieur hiérarchique", "Adresse électronique": email})
    press(page, "Enregistrer et continuer")


def answer(page: Page) -> None:
    says_draft(page)
    for n, area in enumerate(page.locator("main textarea").all(), start=1):
        area.fill(f"Ma réponse à la question {n}.")
    press(page, "Enregistrer et continuer")


def declare(page: Page) -> None:
    says_draft(page)
    for box in page.locator("main").get_by_role("checkbox").all():
        box.check()
    press(page, "Enregistrer et continuer")


def check_receipt(page: Page) -> None:
    """The dossier's code, the instant, and each file's hash, as it was sent."""
    application = Application.objects.get()
    expect(page).to_have_url(re.compile(address("receipt")))
    expect(page.locator("main table .pmp-hash")).to_have_count(len(DOCUMENTS))
    sheet = page.locator("main").inner_text()
    assert application.dossier_code in sheet
    assert "mercredi 29 octobre 2025 à 10 h 00 min 00,000 s" in plain(sheet)
    shown = page.locator("main table .pmp-hash").all_inner_texts()
    assert shown == [hashlib.sha256(content(name)).hexdigest() for name in DOCUMENTS.values()]


def check_pdf(page: Page, folder: Path) -> None:
    with page.expect_download() as coming:
        page.get_by_role("link", name="Récépissé en PDF").click()
    application = Application.objects.get()
    assert coming.value.suggested_filename == f"recepisse-{application.dossier_code}.pdf"
    coming.value.save_as(folder / "recepisse.pdf")
    assert (folder / "recepisse.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("line", ["javascript", "plain", "slow"])
def test_candidate_applies_on_a_telephone(
    posting: Posting, open_page: OpenPage, mailbox: Mailbox, tmp_path: Path, line: str
) -> None:
    page = open_page(narrow=True, javascript=line != "plain")
    if line == "slow":
        throttle(page)
    enter(page, mailbox)
    fill_identity(page)
    fill_career(page)
    send_documents(page)
    name_referees(page)
    answer(page)
    declare(page)
    says_draft(page)
    expect(page.locator("main")).to_contain_text("Ma réponse à la question 5.")
    press(page, "Déposer ma candidature")

    check_receipt(page)
    check_pdf(page, tmp_path)
    for name in ("overview", "receipt", "follow", "withdraw"):
        page.goto(address(name))
        expect(page).to_have_title(re.compile("candidature déposée"))
        band = plain(page.locator(".pmp-band-title").inner_text())
        assert band == "Déposée le mercredi 29 octobre 2025 à 10 h 00"


def test_every_page_of_a_draft_says_so(posting: Posting, open_page: OpenPage) -> None:
    factory.complete_draft(posting, cast.candidate())
    page = open_page(narrow=True, user=cast.candidate())
    for name in DRAFT_PAGES:
        page.goto(address(name))
        says_draft(page)


def test_wrong_field_is_told_first_and_keeps_what_was_typed(posting: Posting, open_page: OpenPage) -> None:
    factory.draft(posting, cast.candidate())
    page = open_page(narrow=True, user=cast.candidate())
    page.goto(address("identity"))
    fill(page, {"Prénoms": "Salma", "Date de naissance": "1879-03-14"})
    press(page, "Enregistrer et continuer")

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert plain(summary.get_by_role("link").inner_text()).startswith("Date de naissance : Vérifiez")
    field = page.get_by_label("Date de naissance")
    expect(field).to_have_value("1879-03-14")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Prénoms")).to_have_value("Salma")
    summary.get_by_role("link").press("Enter")
    expect(field).to_be_focused()


def test_late_attempt_is_told_when_it_arrived(posting: Posting, open_page: OpenPage, at: MoveClock) -> None:
    factory.complete_draft(posting, cast.candidate())
    page = open_page(narrow=True, user=cast.candidate())
    at("2025-10-30 16:29:40")
    page.goto(address("review"))
    at("2025-10-30 16:30:00")
    press(page, "Déposer ma candidature")

    expect(page.get_by_role("heading", level=1)).to_have_text("Votre dépôt est arrivé trop tard")
    expect(page.locator("main .pmp-dl dd")).to_have_count(4)
    told = [plain(words) for words in page.locator("main .pmp-dl dd").all_inner_texts()]
    code = Application.objects.get().dossier_code
    assert told == [*["jeudi 30 octobre 2025 à 16 h 30 min 00,000 s"] * 2, "à l’instant même de la date limite", code]
    says_draft(page)
    page.goto(address("overview"))
    expect(page.locator("main")).to_contain_text("Une tentative de dépôt est arrivée")


def test_page_closes_itself_when_the_hour_comes(posting: Posting, open_page: OpenPage, at: MoveClock) -> None:
    factory.complete_draft(posting, cast.candidate())
    page = open_page(narrow=True, user=cast.candidate())
    at("2025-10-30 16:29:58", running=True)
    page.goto(address("review"))
    expect(page.get_by_role("button", name="Déposer ma candidature")).to_be_visible()
    expect(page.locator(".pmp-last-hour [data-deadline-over]")).to_be_visible()
    expect(page.locator(".pmp-note-error")).to_have_text(
        "La date limite est passée : ce brouillon ne peut plus être déposé."
    )
    expect(page.get_by_role("button", name="Déposer ma candidature")).to_have_count(0)
    expect(page.locator(".pmp-deadline-left")).to_contain_text("Plus aucune candidature n’est reçue.")


def test_page_keeps_what_is_being_typed_when_the_hour_comes(
    posting: Posting, open_page: OpenPage, at: MoveClock
) -> None:
    factory.draft(posting, cast.candidate())
    page = open_page(narrow=True, user=cast.candidate())
    at("2025-10-30 16:29:58", running=True)
    page.goto(address("identity"))
    page.get_by_label("Ville").fill("Tanger")
    expect(page.locator(".pmp-last-hour [data-deadline-over]")).to_be_visible()
    page.locator(".pmp-last-hour").get_by_role("link", name="Actualiser la page").wait_for()
    expect(page.get_by_label("Ville")).to_have_value("Tanger")


def test_candidate_withdraws(posting: Posting, open_page: OpenPage) -> None:
    factory.submitted(posting, cast.candidate())
    page = open_page(narrow=True, user=cast.candidate())
    page.goto(address("overview"))
    page.get_by_role("link", name="Retirer ma candidature").click()
    expect(page.locator("main")).to_contain_text("Le retrait est définitif")
    press(page, "Retirer ma candidature")
    expect(page).to_have_title(re.compile("candidature retirée"))
    assert plain(page.locator(".pmp-band-title").inner_text()) == "Retirée le mercredi 29 octobre 2025 à 10 h 00"
