"""Never lose a word: each field saves itself, and a cut line, a dead session, another device or the hour lose nothing."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Session
from applications.models import Application
from postings.models import Posting
from tests import cast
from tests.applications.tabs import address
from tests.browser.conftest import NARROW, WIDE, OpenPage, press, sign_in
from tests.browser.soundness import axe
from tests.conftest import MoveClock
from tests.factories import applications as factory

SAVED = re.compile("^Enregistré à")
CHANGED = re.compile("Ce champ a été modifié ailleurs, au plus tard à")


@pytest.fixture
def draft(posting: Posting) -> Application:
    return factory.fill(factory.draft(posting, cast.candidate()), documents_too=False)


def now(draft: Application) -> Application:
    return Application.objects.get(pk=draft.pk)


def city(page: Page, words: str) -> None:
    """Type, and go to the next field."""
    page.get_by_label("Ville", exact=True).fill(words)
    page.get_by_label("Ville", exact=True).blur()


def state(page: Page, name: str) -> None:
    expect(page.locator("[data-autosave-status]")).to_have_attribute("data-state", name)


def stored(page: Page) -> int:
    """How many forms have words on this device that the server hasn't acknowledged."""
    count: int = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('autosave:')).length")
    return count


def line_is_back(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new Event('online'))")


@pytest.mark.parametrize(
    ("step", "label", "words"),
    [
        ("identity", "Nom de famille", "Touzani"),
        ("identity", "Date de naissance", "1979-03-14"),
        ("career", "Diplôme le plus élevé", "Master"),
        ("career", "Missions (facultatif)", "Diriger.\nÉcrire."),
        ("referees", "Organisme", "Cour d’appel"),
        ("answers", "1. ", "Une réponse."),
    ],
)
def test_field_is_saved_without_a_click(
    draft: Application, open_page: OpenPage, step: str, label: str, words: str
) -> None:
    page = open_page(narrow=True, user=draft.candidate)
    page.goto(address(step))
    field = page.get_by_label(label).first
    field.fill(words)
    field.blur()
    expect(page.locator("[data-autosave-status]")).to_have_text(SAVED)
    assert stored(page) == 0
    page.reload()
    expect(page.get_by_label(label).first).to_have_value(words)


def test_box_is_saved_without_a_click(draft: Application, open_page: OpenPage) -> None:
    page = open_page(narrow=True, user=draft.candidate)
    page.goto(address("declaration"))
    page.get_by_label("Je déclare sur l’honneur").uncheck()
    expect(page.locator("[data-autosave-status]")).to_have_text(SAVED)
    assert (now(draft).sworn, now(draft).consented) == (False, True)


def test_post_is_added_typed_and_removed_without_losing_the_rest(draft: Application, open_page: OpenPage) -> None:
    page = open_page(narrow=True, user=draft.candidate)
    page.goto(address("career"))
    page.get_by_label("Fonction", exact=True).fill("Directrice")
    press(page, "Ajouter un poste")
    expect(page.get_by_label("Fonction", exact=True).nth(1)).to_be_in_viewport()
    page.get_by_label("Fonction", exact=True).nth(1).fill("Juriste")
    page.get_by_label("Employeur", exact=True).nth(1).fill("Barreau")
    page.get_by_label("Employeur", exact=True).nth(1).blur()
    expect(page.locator("[data-autosave-status]")).to_have_text(SAVED)
    assert list(draft.career.order_by("pk").values_list("title", "employer")) == [
        ("Directrice", "Ministère"),
        ("Juriste", "Barreau"),
    ]
    press(page, "Retirer le poste 1")
    expect(page.get_by_label("Fonction", exact=True)).to_have_count(1)
    expect(page.get_by_label("Fonction", exact=True)).to_have_value("Juriste")
    assert list(draft.career.values_list("title", flat=True)) == ["Juriste"]


def test_two_devices_that_type_in_other_fields_keep_both(draft: Application, open_page: OpenPage) -> None:
    telephone, desk = open_page(narrow=True, user=draft.candidate), open_page(user=draft.candidate)
    telephone.goto(address("identity"))
    desk.goto(address("identity"))
    city(telephone, "Fès")
    expect(telephone.locator("[data-autosave-status]")).to_have_text(SAVED)
    desk.get_by_label("Téléphone").fill("+212 611 111 111")
    press(desk, "Enregistrer")
    expect(desk.locator(".pmp-message-success")).to_be_visible()
    expect(desk.get_by_label("Ville", exact=True)).to_have_value("Fès")
    assert (now(draft).city, now(draft).phone) == ("Fès", "+212 611 111 111")


@pytest.mark.parametrize(("button", "left"), [("Garder ma saisie", "Tanger"), ("Reprendre la version", "Fès")])
def test_two_devices_that_type_in_one_field_are_shown_both(
    draft: Application, open_page: OpenPage, button: str, left: str
) -> None:
    telephone, desk = open_page(narrow=True, user=draft.candidate), open_page(user=draft.candidate)
    telephone.goto(address("identity"))
    desk.goto(address("identity"))
    city(desk, "Fès")
    expect(desk.locator("[data-autosave-status]")).to_have_text(SAVED)
    city(telephone, "Tanger")
    expect(telephone.locator("#div_id_city .pmp-field-error")).to_have_text(CHANGED)
    expect(telephone.locator(".app-conflict blockquote")).to_have_text("Fès")
    expect(telephone.get_by_label("Ville", exact=True)).to_have_value("Tanger")
    assert now(draft).city == "Fès"
    for size in (WIDE, NARROW):
        telephone.set_viewport_size(size)
        assert list(axe(telephone)) == []
        assert telephone.evaluate("document.documentElement.scrollWidth") <= size["width"]
    telephone.reload()  # even so, nothing is lost
    expect(telephone.get_by_label("Ville", exact=True)).to_have_value("Tanger")
    expect(telephone.locator(".app-conflict blockquote")).to_have_text("Fès")
    telephone.get_by_role("button", name=button).click()
    expect(telephone.locator(".pmp-message-success")).to_be_visible()
    expect(telephone.get_by_label("Ville", exact=True)).to_have_value(left)
    expect(telephone.locator(".app-conflict")).to_have_count(0)
    assert (now(draft).city, stored(telephone)) == (left, 0)


@pytest.mark.parametrize("javascript", [True, False])
def test_button_shows_a_conflict_too(draft: Application, open_page: OpenPage, javascript: bool) -> None:
    page = open_page(narrow=True, user=draft.candidate, javascript=javascript)
    page.goto(address("career"))
    other = open_page(user=draft.candidate)
    other.goto(address("career"))
    other.get_by_label("Employeur", exact=True).fill("Cour des comptes")
    other.get_by_label("Employeur", exact=True).blur()
    expect(other.locator("[data-autosave-status]")).to_have_text(SAVED)
    page.get_by_label("Employeur", exact=True).fill("Parlement")
    press(page, "Enregistrer")
    expect(page.get_by_role("heading", name="Deux versions d’un même champ")).to_be_visible()
    expect(page.locator(".app-conflict blockquote")).to_have_text("Cour des comptes")
    expect(page.get_by_label("Employeur", exact=True)).to_have_value("Parlement")
    if javascript:
        assert list(axe(page)) == []
    page.get_by_role("button", name="Garder ma saisie").click()
    expect(page.locator(".pmp-message-success")).to_be_visible()
    assert draft.career.get().employer == "Parlement"


def test_session_that_ends_mid_form_loses_nothing(draft: Application, open_page: OpenPage) -> None:
    page = open_page(narrow=True, user=draft.candidate)
    page.goto(address("identity"))
    Session.objects.all().delete()
    city(page, "Tanger")
    state(page, "expired")
    expect(page.get_by_label("Ville", exact=True)).to_have_value("Tanger")
    sign_in(page, draft.candidate)  # in another tab of the same browser
    line_is_back(page)
    expect(page.locator("[data-autosave-status]")).to_have_text(SAVED)
    assert now(draft).city == "Tanger"


def test_words_on_the_device_are_sent_after_signing_in_again(draft: Application, open_page: OpenPage) -> None:
    page = open_page(narrow=True, user=draft.candidate)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(address("identity"))
    Session.objects.all().delete()
    city(page, "Tanger")
    state(page, "expired")
    page.goto("/")
    assert now(draft).city == "Rabat"
    sign_in(page, draft.candidate)
    page.goto(address("identity"))
    expect(page.get_by_label("Ville", exact=True)).to_have_value("Tanger")
    expect(page.locator("[data-autosave-status]")).to_have_text(SAVED)
    assert (now(draft).city, stored(page)) == ("Tanger", 0)


@pytest.mark.parametrize("javascript", [True, False])
def test_button_pressed_after_the_session_ended_loses_nothing(
    draft: Application, open_page: OpenPage, javascript: bool
) -> None:
    page = open_page(narrow=True, user=draft.candidate, javascript=javascript)
    page.goto(address("answers"))
    Session.objects.all().delete()
    page.get_by_label("1. ").fill("Une longue réponse.")
    press(page, "Enregistrer")
    expect(page.locator("main")).to_contain_text("Votre saisie n’est pas encore enregistrée, mais elle est gardée")
    # The same session, signed in: what django.contrib.auth.login does with it.
    key = next(c["value"] for c in page.context.cookies() if c["name"] == "sessionid")
    client = cast.signed_in(draft.candidate)
    client.cookies["sessionid"] = key
    client.force_login(draft.candidate, backend=cast.BACKEND)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "domain": "localhost", "path": "/"}]
    )
    page.goto(address("answers"))
    expect(page.locator("main")).to_contain_text("Ce n’est pas encore enregistré")
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    if javascript:
        assert list(axe(page)) == []
    expect(page.get_by_label("1. ")).to_have_value("Une longue réponse.")
    press(page, "Enregistrer")
    expect(page.locator(".pmp-message-success")).to_be_visible()
    expect(page.get_by_label("1. ")).to_have_value("Une longue réponse.")


def test_page_whose_token_is_too_old_leads_back_to_the_words(draft: Application, open_page: OpenPage) -> None:
    page = open_page(narrow=True, user=draft.candidate, javascript=False)
    page.goto(address("identity"))
    city(page, "Tanger")
    cookies = [cookie for cookie in page.context.cookies() if cookie["name"] == "csrftoken"]
    page.context.add_cookies([{**cookies[0], "value": "x" * 32}])  # type: ignore[typeddict-item]
    press(page, "Enregistrer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande n’a pas été prise en compte")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    page.get_by_role("link", name="Retrouver ma saisie").click()
    expect(page.get_by_label("Ville", exact=True)).to_have_value("Tanger")
    press(page, "Enregistrer")
    expect(page.locator(".pmp-message-success")).to_be_visible()
    assert now(draft).city == "Tanger"


def test_line_cut_and_back(draft: Application, open_page: OpenPage) -> None:
    page = open_page(narrow=True, user=draft.candidate)
    page.goto(address("identity"))
    page.context.set_offline(True)
    city(page, "Tanger")
    state(page, "offline")
    page.get_by_label("Téléphone").fill("+212 611 111 111")
    page.context.set_offline(False)
    expect(page.locator("[data-autosave-status]")).to_have_text(SAVED)
    assert (now(draft).city, now(draft).phone) == ("Tanger", "+212 611 111 111")


def test_answer_lost_on_the_way_back_is_no_conflict(draft: Application, open_page: OpenPage) -> None:
    page = open_page(narrow=True, user=draft.candidate)
    page.goto(address("identity"))
    page.route(f"**{address('identity')}", lambda route: (route.fetch(), route.abort())[1])
    city(page, "Fè")
    state(page, "offline")
    assert now(draft).city == "Fè"
    page.unroute(f"**{address('identity')}")
    city(page, "Fès")
    expect(page.locator("[data-autosave-status]")).to_have_text(SAVED)
    assert now(draft).city == "Fès"


def test_reload_without_a_line_and_a_new_post_lose_nothing(draft: Application, open_page: OpenPage) -> None:
    page = open_page(narrow=True, user=draft.candidate)
    page.on("dialog", lambda dialog: dialog.accept())
    draft.career.all().delete()
    page.goto(address("career"))
    page.route(
        f"**{address('career')}", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.get_by_label("Fonction", exact=True).fill("Juriste")
    page.get_by_label("Employeur", exact=True).fill("Barreau")
    page.get_by_label("Employeur", exact=True).blur()
    state(page, "offline")
    page.reload()
    expect(page.get_by_label("Fonction", exact=True)).to_have_value("Juriste")
    page.unroute(f"**{address('career')}")
    line_is_back(page)
    expect(page.locator("[data-autosave-status]")).to_have_text(SAVED)
    assert list(draft.career.values_list("title", "employer")) == [("Juriste", "Barreau")]


def test_refused_value_survives_a_reload(draft: Application, open_page: OpenPage) -> None:
    page = open_page(narrow=True, user=draft.candidate)
    page.goto(address("career"))
    page.get_by_label("Années d’expérience").fill("99")
    page.get_by_label("Années d’expérience").blur()
    expect(page.locator("#div_id_years_of_experience .pmp-field-error")).to_have_text(re.compile("70 au plus"))
    page.reload()
    expect(page.get_by_label("Années d’expérience")).to_have_value("99")
    expect(page.locator("#div_id_years_of_experience .pmp-field-error")).to_have_text(re.compile("70 au plus"))
    assert now(draft).years_of_experience == 15


@pytest.mark.parametrize("javascript", [True, False])
def test_going_back_and_forward_shows_what_was_typed(draft: Application, open_page: OpenPage, javascript: bool) -> None:
    page = open_page(narrow=True, user=draft.candidate, javascript=javascript)
    answer = page.goto(address("identity"))
    assert answer is not None
    assert answer.headers["cache-control"] == "no-store"
    city(page, "Tanger")
    press(page, "Enregistrer et continuer")
    expect(page).to_have_url(re.compile("/parcours/$"))
    page.get_by_label("Diplôme le plus élevé").fill("Master")
    if javascript:
        page.get_by_label("Diplôme le plus élevé").blur()
        expect(page.locator("[data-autosave-status]")).to_have_text(SAVED)
    page.go_back()
    expect(page.get_by_label("Ville", exact=True)).to_have_value("Tanger")
    page.go_forward()
    if javascript:
        expect(page.get_by_label("Diplôme le plus élevé")).to_have_value("Master")
    assert now(draft).city == "Tanger"


def test_slow_line_saves_in_order(draft: Application, open_page: OpenPage) -> None:
    page = open_page(narrow=True, user=draft.candidate)
    page.goto(address("identity"))
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 900, "downloadThroughput": 6000, "uploadThroughput": 3000}
    line.send("Network.emulateNetworkConditions", slow)
    for words in ("Ta", "Tang", "Tanger"):
        city(page, words)
    page.get_by_label("Téléphone").fill("+212 611 111 111")
    page.get_by_label("Téléphone").blur()
    expect(page.locator("[data-autosave-status]")).to_have_text(SAVED, timeout=20_000)
    assert (now(draft).city, now(draft).phone) == ("Tanger", "+212 611 111 111")


def test_button_pressed_while_a_save_is_under_way_is_no_conflict(draft: Application, open_page: OpenPage) -> None:
    page = open_page(narrow=True, user=draft.candidate)
    page.goto(address("identity"))
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 700, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)
    city(page, "Fè")
    state(page, "saving")
    page.get_by_label("Ville", exact=True).fill("Fès")
    press(page, "Enregistrer")
    expect(page.locator(".pmp-message-success")).to_be_visible()
    assert (now(draft).city, stored(page)) == ("Fès", 0)


def test_hour_that_comes_with_words_pending(draft: Application, open_page: OpenPage, at: MoveClock) -> None:
    at("2025-10-30 16:29:30")
    page = open_page(narrow=True, user=draft.candidate)
    page.goto(address("identity"))
    page.context.set_offline(True)
    city(page, "Tanger")
    state(page, "offline")
    at("2025-10-30 16:30:00")
    page.context.set_offline(False)
    expect(page.locator("[data-autosave-status]")).to_contain_text(
        "Rien n’a été enregistré : la date limite est passée"
    )
    expect(page.get_by_label("Ville", exact=True)).to_have_value("Tanger")
    assert now(draft).city == "Rabat"


def test_somebody_else_on_the_same_device_gets_nothing(draft: Application, open_page: OpenPage) -> None:
    other = factory.draft(draft.posting, cast.candidate(2))
    page = open_page(narrow=True, user=draft.candidate)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(address("identity"))
    Session.objects.all().delete()
    city(page, "Tanger")
    state(page, "expired")
    sign_in(page, other.candidate)
    line_is_back(page)  # the first one's page is still open
    expect(page.locator("[data-autosave-status]")).to_contain_text("ouverte par une autre personne")
    page.goto(address("identity"))
    expect(page.get_by_label("Ville", exact=True)).to_have_value("")
    assert (now(other).city, now(draft).city, stored(page)) == ("", "Rabat", 0)
