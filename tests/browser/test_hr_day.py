"""An HR officer's whole day in the browser, with a colleague for the second look; every page sound on the way."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from applications.models import Application
from applications.states import State
from postings.models import Posting
from tests import cast
from tests.browser.conftest import Mailbox, OpenPage, code_of, press, sign_in
from tests.browser.soundness import Inspector
from tests.factories import applications as factory

LIST = reverse("admin:applications_application_changelist")


@pytest.fixture
def files(posting: Posting) -> list[Application]:
    """Four files submitted in time, and intake closed."""
    files = [factory.submitted(posting, cast.candidate(n)) for n in (1, 2, 3, 4)]
    factory.close(posting)
    return files


def sign_in_by_code(page: Page, user: User, mailbox: Mailbox) -> None:
    """To the office by the code that came by mail; a second factor, where one is asked for, is another test's."""
    page.goto(reverse("admin:index"))
    page.get_by_label("Adresse électronique").fill(user.email)
    press(page, "Recevoir un code")
    page.get_by_label("Code reçu par courriel").fill(code_of(mailbox()[-1]))
    press(page, "Se connecter")
    if "second-facteur" in page.url:
        sign_in(page, user)


def check_through(page: Page) -> None:
    """Every line of the checklist in order."""
    for verdict in page.locator(".pmp-checks select").all():
        verdict.select_option("ok")
    press(page, "Enregistrer la grille")
    expect(page.locator(".messagelist")).to_contain_text("8 points enregistrés")


def save_the_filter(page: Page) -> None:
    """What waits, then exactly that list; narrowed, and the filter kept and shared."""
    page.get_by_role("link", name="4 dossiers à examiner").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(4)
    page.locator("#changelist-filter").get_by_role("link", name="non commencée").click()
    page.get_by_text("Enregistrer ce filtre").click()
    page.get_by_label("Nom du filtre").fill("À contrôler")
    page.get_by_label("Partager avec le bureau").check()
    press(page, "Enregistrer")
    expect(page.get_by_role("link", name="À contrôler")).to_have_attribute("aria-current", "true")


def examine_a_file(page: Page) -> None:
    """Its checklist, a note, and a piece asked after its mail was read."""
    check_through(page)
    page.get_by_label("Nouvelle note").fill("Vu avec la direction : dossier solide.")
    press(page, "Ajouter la note")
    expect(page.get_by_role("region", name="Notes internes")).to_contain_text("dossier solide")
    page.get_by_role("link", name="Demander une pièce").click()
    page.get_by_label(re.compile("^Pièce")).select_option(index=1)
    page.locator("textarea").fill("Une copie plus lisible, s’il vous plaît.")
    press(page, "Relire le courriel avant l’envoi")
    expect(page.locator(".pmp-quote")).to_contain_text("Une copie plus lisible")
    press(page, "Demander la pièce et prévenir le candidat")
    expect(page.locator(".messagelist")).to_contain_text("La pièce est demandée")


def propose_the_refusal(page: Page) -> str:
    """Of the first file behind the saved filter; its code."""
    page.goto(LIST)
    page.get_by_role("link", name="À contrôler").click()
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_url(re.compile("/change/"))
    refused = page.get_by_role("heading", level=1).inner_text().split()[-1]
    page.get_by_text("Proposer le refus").first.click()
    page.get_by_label(re.compile(r"^Motif\b")).select_option("identity")
    page.get_by_label(re.compile(r"^Motivation\b")).fill("La pièce d’identité est au nom d’une autre personne.")
    press(page, "Proposer le refus")
    expect(page.get_by_role("region", name="Recevabilité")).to_contain_text("Une autre personne du bureau")
    expect(page.get_by_role("button", name="Confirmer le refus")).to_have_count(0)
    return refused


def go_on_to_the_next(page: Page) -> None:
    """Without going back to the list."""
    following = page.get_by_role("link", name=re.compile("^Suivant"))
    address = (following.get_attribute("href") or "").partition("?")[0]
    following.click()
    page.wait_for_url(re.compile(re.escape(address)))


def confirm_the_refusal(page: Page, inspector: Inspector, refused: str) -> None:
    """A colleague reads it, and confirms it."""
    page.goto(reverse("admin:index"))
    page.get_by_role("link", name="1 refus attend votre second regard").click()
    page.get_by_role("link", name=refused).click()
    expect(page.get_by_role("region", name="Recevabilité")).to_contain_text("au nom d’une autre personne")
    inspector.stay("file, seen by the second pair of eyes")
    press(page, "Confirmer le refus")
    expect(page.locator(".messagelist")).to_contain_text(f"Le dossier {refused} est irrecevable.")


def admit_the_rest(page: Page, inspector: Inspector) -> None:
    """At once: the summary, then the report."""
    page.goto(f"{LIST}?state__exact=submitted")
    for box in page.locator("input.action-select").all():
        box.check()
    page.locator("select[name=action]").first.select_option("admit")
    press(page, "Continuer")
    expect(page.locator(".pmp-todo").first).to_contain_text("3 dossiers : l’acte sera fait")
    inspector.stay("summary of the act on many files")
    press(page, "Déclarer recevables : 3 dossiers")
    expect(page.get_by_role("status")).to_contain_text("3 dossiers faits")
    inspector.stay("report of the act on many files")


def test_an_officers_day(files: list[Application], open_page: OpenPage, mailbox: Mailbox) -> None:
    page = open_page()
    inspector = Inspector(page)
    sign_in_by_code(page, cast.hr(), mailbox)
    page.goto(reverse("admin:index"))
    inspector.stay("home")
    save_the_filter(page)
    inspector.stay("list, its filter saved")

    page.locator("#result_list tbody th a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/change/"))
    inspector.stay("file")
    examine_a_file(page)
    refused = propose_the_refusal(page)
    inspector.stay("file, its refusal proposed")
    for _file in range(2):
        go_on_to_the_next(page)
        check_through(page)

    colleague = open_page(narrow=True, user=cast.officer())
    second = Inspector(colleague)
    confirm_the_refusal(colleague, second, refused)
    admit_the_rest(page, inspector)

    states = sorted(Application.objects.values_list("state", flat=True))
    assert states == [State.ADMISSIBLE, State.ADMISSIBLE, State.ADMISSIBLE, State.INADMISSIBLE]
    assert inspector.found + second.found == []
