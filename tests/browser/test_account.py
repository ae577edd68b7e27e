"""« Mon compte » in a real browser: a passkey made, used and taken away; sessions; the change of address; one's own data."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from zipfile import ZipFile

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import CDPSession, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from journal.models import Entry
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.browser.conftest import OpenPage, code_of, press
from tests.browser.soundness import Inspector
from tests.factories import applications as factory

ACCOUNT, SIGN_IN = "/compte/gerer/", "/connexion/"
Mailbox = Callable[[], list[EmailMessage]]


def with_key(page: Page) -> CDPSession:
    """The page's browser, with a device that makes keys and says yes."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device


def add_key(page: Page, name: str) -> None:
    page.goto(ACCOUNT)
    page.get_by_role("link", name="Ajouter une clé").click()
    page.get_by_label("Nom de la clé").fill(name)
    page.get_by_role("button", name="Créer la clé").click()
    expect(page.get_by_text("Votre clé est ajoutée.")).to_be_visible()


def test_a_passkey_is_made_used_and_taken_away(open_page: OpenPage, mailbox: Mailbox) -> None:
    page = open_page(user=cast.candidate())
    with_key(page)
    add_key(page, "Mon téléphone")
    expect(page.get_by_role("main")).to_contain_text("Mon téléphone")
    assert Entry.objects.filter(kind="account.passkey_added").count() == 1
    assert Notice.objects.get(kind="passkey_added").address == cast.candidate().email
    press(page, "Se déconnecter")
    page.goto(f"{SIGN_IN}?next=/compte/gerer/")
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    expect(page).to_have_url(re.compile(r"/compte/gerer/$"))
    expect(page.get_by_text("Dernier usage")).to_be_visible()
    page.get_by_role("button", name="Retirer Mon téléphone").click()
    expect(page.get_by_text("elle n’ouvre plus votre compte")).to_be_visible()
    assert Authenticator.objects.count() == 0
    press(page, "Se déconnecter")
    page.goto(SIGN_IN)
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    expect(page.get_by_text("Cette clé n’a pas été reconnue")).to_be_visible()


def test_the_code_still_opens_an_account_that_has_a_passkey(open_page: OpenPage, mailbox: Mailbox) -> None:
    page = open_page(user=cast.candidate())
    with_key(page)
    add_key(page, "Clé")
    press(page, "Se déconnecter")
    page.goto(SIGN_IN)
    page.get_by_label("Votre adresse électronique").fill(cast.candidate().email)
    press(page, "Recevoir un code")
    code = code_of([mail for mail in mailbox() if "code de connexion" in mail["Subject"]][-1])
    page.get_by_label("Code reçu par courriel").fill(f"{code[:3]} {code[3:]}")
    press(page, "Se connecter")
    expect(page).to_have_url(re.compile(r"/candidature/"))


def test_a_closed_account_opens_with_no_key(open_page: OpenPage) -> None:
    page = open_page(user=cast.candidate())
    with_key(page)
    add_key(page, "Clé")
    press(page, "Se déconnecter")
    User.objects.filter(pk=cast.candidate().pk).update(is_active=False)
    page.goto(SIGN_IN)
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    expect(page.get_by_role("heading", name="Ce compte est fermé")).to_be_visible()
    page.goto(ACCOUNT)
    expect(page).to_have_url(re.compile(r"/connexion/"))


def test_without_a_key_the_page_says_so_and_the_code_is_there(open_page: OpenPage) -> None:
    page = open_page(user=cast.candidate(), javascript=False)
    page.goto("/compte/cles/ajouter/")
    expect(page.get_by_text("JavaScript est désactivé")).to_be_visible()
    expect(page.get_by_role("button", name="Créer la clé")).to_be_hidden()


def test_an_address_changes_on_a_telephone_without_javascript(open_page: OpenPage, mailbox: Mailbox) -> None:
    page = open_page(user=cast.candidate(), narrow=True, javascript=False)
    page.goto(ACCOUNT)
    page.get_by_role("link", name="Changer d’adresse").click()
    page.get_by_label("Nouvelle adresse électronique").fill("neuve@exemple.example")
    press(page, "Recevoir les deux codes")
    old, new = mailbox()[-2:]
    page.get_by_label("Code reçu à l’adresse actuelle").fill(code_of(old))
    page.get_by_label("Code reçu à la nouvelle adresse").fill("123")
    press(page, "Changer d’adresse")
    expect(page.get_by_text("Au moins un des deux codes")).to_be_visible()
    page.get_by_label("Code reçu à la nouvelle adresse").fill(code_of(new))
    press(page, "Changer d’adresse")
    expect(page.get_by_text("Votre adresse est désormais neuve@exemple.example")).to_be_visible()


def test_another_session_is_ended(open_page: OpenPage) -> None:
    here, there = open_page(user=cast.candidate()), open_page(user=cast.candidate())
    there.goto(ACCOUNT)
    here.goto(ACCOUNT)
    expect(here.get_by_text("celui-ci")).to_be_visible()
    press(here, "Déconnecter tous les autres")
    expect(here.get_by_text("Un autre appareil a été déconnecté.")).to_be_visible()
    there.reload()
    expect(there).to_have_url(re.compile(r"/connexion/"))


def test_a_copy_of_ones_data_is_downloaded(open_page: OpenPage, posting: Posting) -> None:
    file = factory.submitted(posting, cast.candidate())
    page = open_page(user=file.candidate)
    page.goto(ACCOUNT)
    page.get_by_role("link", name="Mes données").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger mes données (ZIP)").click()
    assert re.fullmatch(r"mes-donnees-2025-10-29\.zip", download.value.suggested_filename)
    assert f"{file.dossier_code}/manifeste.json" in ZipFile(download.value.path()).namelist()


def test_equality_is_answered_by_keyboard(open_page: OpenPage, posting: Posting) -> None:
    file = factory.submitted(posting, cast.candidate())
    page = open_page(user=file.candidate, narrow=True)
    page.goto(reverse("applications:equality", args=[posting.slug]))
    page.get_by_role("radio", name="Femme").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Envoyer mes réponses").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("ne vous sera plus proposé")).to_be_visible()


@pytest.mark.usefixtures("live_server")
def test_pages_of_the_account_are_sound(open_page: OpenPage, posting: Posting, live_server: LiveServer) -> None:
    file = factory.submitted(posting, cast.candidate())
    cast.signed_in(file.candidate)
    inspector = Inspector(open_page(user=file.candidate))
    page = inspector.page
    with_key(page)
    add_key(page, "Mon téléphone " * 4)
    key = Authenticator.objects.get().pk
    inspector.visit(ACCOUNT, "/compte/adresse/", "/compte/cles/ajouter/", f"/compte/cles/{key}/nom/")
    inspector.visit(*(reverse(f"applications:{name}") for name in ("own_data", "close_account")))
    inspector.visit(*(reverse(f"applications:{name}", args=[posting.slug]) for name in ("erase", "equality")))
    page.goto("/compte/adresse/")
    page.get_by_label("Nouvelle adresse électronique").fill("non")
    press(page, "Recevoir les deux codes")
    inspector.stay("address, refused")
    page.get_by_label("Nouvelle adresse électronique").fill("b@exemple.example")
    press(page, "Recevoir les deux codes")
    inspector.stay("codes")
    press(page, "Changer d’adresse")
    inspector.stay("codes, refused")
    assert inspector.found == []
