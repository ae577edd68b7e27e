"""The candidate's road without a mouse, and as a screen reader is told of it."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from applications.models import Application
from postings.models import Posting
from tests import cast
from tests.browser.conftest import Mailbox, OpenPage, code_of
from tests.factories import applications as factory


def address(name: str) -> str:
    return reverse(f"applications:{name}", args=[factory.SLUG])


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab, as someone without a mouse does, until the target has the focus."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail("Not reached by the keyboard.")


def test_step_is_filled_and_sent_by_keyboard_alone(posting: Posting, open_page: OpenPage) -> None:
    factory.draft(posting, cast.candidate())
    page = open_page(narrow=True, user=cast.candidate())
    page.goto(address("declaration"))
    tab_to(page, page.locator("#id_sworn"))
    page.keyboard.press("Space")
    tab_to(page, page.locator("#id_consented"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Enregistrer et continuer"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(address("review")))
    application = Application.objects.get()
    assert (application.sworn, application.consented) == (True, True)


def test_enter_key_saves_the_step(posting: Posting, open_page: OpenPage) -> None:
    factory.draft(posting, cast.candidate())
    page = open_page(narrow=True, user=cast.candidate())
    page.goto(address("identity"))
    tab_to(page, page.get_by_label("Ville", exact=True))
    page.keyboard.type("Fès")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Enregistré. Votre dossier reste un brouillon")
    assert Application.objects.get().city == "Fès"


def go(page: Page, role: str, name: str) -> None:
    """Reach a link or a button with Tab alone, and press Enter."""
    tab_to(page, page.locator("main").get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, label: str, words: str) -> None:
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.type(words)


def test_signs_in_by_keyboard_alone(posting: Posting, open_page: OpenPage, mailbox: Mailbox) -> None:
    page = open_page(narrow=True)
    page.goto(reverse("postings:detail", args=[factory.SLUG]))
    go(page, "link", "Préparer ma candidature")
    write(page, "Votre adresse électronique", "clavier@exemple.example")
    go(page, "button", "Recevoir un code")
    write(page, "Code reçu par courriel", code_of(mailbox()[-1]))
    go(page, "button", "Se connecter")
    go(page, "button", "Ouvrir mon brouillon")
    assert Application.objects.get().candidate.email == "clavier@exemple.example"


def test_career_referees_and_answers_are_filled_by_keyboard_alone(posting: Posting, open_page: OpenPage) -> None:
    draft = factory.draft(posting, cast.candidate())
    page = open_page(narrow=True, user=cast.candidate())
    page.goto(address("career"))
    write(page, "Diplôme le plus élevé", "Doctorat")
    write(page, "Années d’expérience professionnelle", "12")
    write(page, "Fonction", "Directrice")
    go(page, "button", "Enregistrer et continuer")
    page.goto(address("referees"))
    tab_to(page, page.get_by_role("group", name="Référent 1").get_by_label("Nom complet", exact=True))
    page.keyboard.type("Nabil Ferhat")
    go(page, "button", "Enregistrer et continuer")
    tab_to(page, page.locator("main textarea").first)
    page.keyboard.type("Je vérifie d’abord la compétence.")
    go(page, "button", "Enregistrer et continuer")
    draft.refresh_from_db()
    assert (draft.highest_degree, draft.years_of_experience) == ("Doctorat", 12)
    assert draft.career.get().title == "Directrice"
    assert draft.referees.get().name == "Nabil Ferhat"
    assert draft.answers.exclude(text="").get().text == "Je vérifie d’abord la compétence."


def test_document_is_chosen_by_keyboard_alone(posting: Posting, open_page: OpenPage, tmp_path: Path) -> None:
    draft = factory.draft(posting, cast.candidate())
    (tmp_path / "cv.pdf").write_bytes(factory.pdf("au clavier"))
    page = open_page(narrow=True, user=cast.candidate(), javascript=False)
    page.goto(address("documents"))
    tab_to(page, page.locator("#section-cv input[type=file]"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(tmp_path / "cv.pdf")
    tab_to(page, page.locator("#section-cv").get_by_role("button", name="Envoyer"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert draft.documents.get().name == "cv.pdf"


def test_submits_and_withdraws_by_keyboard_alone(posting: Posting, open_page: OpenPage) -> None:
    draft = factory.complete_draft(posting, cast.candidate())
    page = open_page(narrow=True, user=cast.candidate())
    page.goto(address("review"))
    go(page, "button", "Déposer ma candidature")
    expect(page).to_have_url(re.compile(address("receipt")))
    page.goto(address("overview"))
    go(page, "link", "Retirer ma candidature")
    go(page, "button", "Retirer ma candidature")
    draft.refresh_from_db()
    assert draft.state == "withdrawn"


def told(page: Page) -> list[str]:
    """The landmarks, headings and buttons of the page, as a screen reader lists them, with plain spaces."""
    lines = re.sub(r"[\u00a0\u202f]", " ", page.locator("body").aria_snapshot()).splitlines()
    roles = ("banner", "navigation", "region", "main", "complementary", "contentinfo", "heading", "button")
    return [line.strip(" -:") for line in lines if line.strip(" -").startswith(roles)]


def test_submission_and_receipt_are_told_to_a_screen_reader(posting: Posting, open_page: OpenPage) -> None:
    factory.complete_draft(posting, cast.candidate())
    page = open_page(user=cast.candidate())
    page.goto(address("review"))
    heard = told(page)
    assert [line for line in heard if line.startswith(("banner", "main", "contentinfo"))] == [
        "banner",
        "main",
        "contentinfo",
    ]
    assert 'region "État de la candidature"' in heard
    assert 'heading "Relire et déposer" [level=1]' in heard
    assert 'button "Déposer ma candidature"' in heard
    page.get_by_role("button", name="Déposer ma candidature").click()
    expect(page).to_have_url(re.compile(address("receipt")))
    heard = told(page)
    assert 'heading "Récépissé de dépôt" [level=1]' in heard
    assert [line for line in heard if "[level=1]" in line] == ['heading "Récépissé de dépôt" [level=1]']
    assert [line for line in heard if line.startswith("button") and "Déposer" in line] == []
