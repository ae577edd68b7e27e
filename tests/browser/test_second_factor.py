"""The second factor in a real browser: enrolled by the square or the secret in letters, then asked, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts import second_factor
from tests import cast
from tests.browser.conftest import Mailbox, OpenPage, code_of, press
from tests.browser.soundness import Inspector
from tests.browser.test_account import with_key
from tests.second_factor import code, step


def by_mail(page: Page, email: str, mailbox: Mailbox) -> None:
    page.goto("/connexion/?next=/evaluation/jury/")
    page.get_by_label("Votre adresse électronique").fill(email)
    press(page, "Recevoir un code")
    page.get_by_label("Code reçu par courriel").fill(code_of(mailbox()[-1]))
    press(page, "Se connecter")


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])
def test_a_juror_enrols_then_signs_in_again(open_page: OpenPage, mailbox: Mailbox, javascript: bool) -> None:
    page = open_page(narrow=True, javascript=javascript)
    inspector = Inspector(page) if javascript else None
    by_mail(page, cast.juror().email, mailbox)
    expect(page.get_by_role("heading", level=1)).to_have_text("Protégez votre compte par un second facteur")
    square = page.get_by_role("img", name="Carré à photographier")
    expect(square).to_be_visible()
    if inspector:
        assert square.evaluate("image => image.complete && image.naturalWidth > 0")
        inspector.stay("enrolling")
    secret = page.locator(".account-secret").inner_text().replace(" ", "")
    page.get_by_label("Code de l’application").fill(second_factor.code_at(secret, step()))
    press(page, "Confirmer")
    expect(page.locator(".account-codes li")).to_have_count(10)
    if inspector:
        inspector.stay("recovery codes")
    page.get_by_role("link", name="Je les ai gardés").click()
    expect(page).to_have_url(re.compile("/evaluation/jury/$"))
    press(page, "Se déconnecter")
    by_mail(page, cast.juror().email, mailbox)
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirmez que c’est bien vous")
    if inspector:
        inspector.stay("proving")
        assert inspector.found == []
    page.get_by_label("Code de l’application").fill("000000")
    press(page, "Continuer")
    expect(page.get_by_text("Ce code n’est pas le bon").first).to_be_visible()
    page.get_by_label("Code de l’application").fill(code(cast.juror(), ahead=1))
    press(page, "Continuer")
    expect(page).to_have_url(re.compile("/evaluation/jury/$"))


def test_a_passkey_made_at_the_first_sign_in_opens_alone_afterwards(open_page: OpenPage, mailbox: Mailbox) -> None:
    page = open_page()
    device = with_key(page)
    by_mail(page, cast.juror().email, mailbox)
    page.get_by_role("link", name="Créez plutôt une clé d’accès").click()
    page.get_by_label("Nom de la clé").fill("Mon téléphone")
    page.get_by_role("button", name="Créer la clé").click()
    expect(page.locator(".account-codes li")).to_have_count(10)
    page.get_by_role("link", name="Je les ai gardés").click()
    expect(page).to_have_url(re.compile("/evaluation/jury/$"))
    press(page, "Se déconnecter")
    page.goto("/connexion/?next=/evaluation/jury/")
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    expect(page).to_have_url(re.compile("/evaluation/jury/$"))
    press(page, "Se déconnecter")
    by_mail(page, cast.juror().email, mailbox)
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirmez que c’est bien vous")
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    expect(page).to_have_url(re.compile("/evaluation/jury/$"))
    device.detach()
