"""On a telephone: exchanging an interview's slot, and the receipt's way to the public register."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from evaluations import choosing, interviews
from evaluations.models import Interview
from journal import checkpoint, clock
from postings.models import Posting
from tests import cast
from tests.browser.conftest import OpenPage, press
from tests.browser.soundness import Inspector
from tests.factories import applications as factory
from tests.factories import evaluations

MINE = "/evaluation/secretaire-general/mon-entretien/"
RECEIPT = "/candidature/secretaire-general/recepisse/"


@pytest.fixture
def invited() -> Posting:
    """One candidate invited in a week, two slots free on the next day, the choice open."""
    posting = evaluations.skills_closed(1)
    first = clock.now() + timedelta(days=7)
    for hours in (0, 24, 25):
        at = first + timedelta(hours=hours)
        interviews.add_slot(posting=posting, starts_at=at, minutes=30, place="Salle des commissions", by=cast.hr())
    interviews.schedule_all(posting=posting, by=cast.hr())
    choosing.open_choice(posting=posting, by=cast.hr())
    return posting


def own() -> Interview:
    return Interview.objects.get(application__candidate=cast.candidate())


@pytest.mark.parametrize("javascript", [True, False])
def test_candidate_exchanges_a_slot_on_a_telephone(invited: Posting, open_page: OpenPage, javascript: bool) -> None:
    page = open_page(narrow=True, user=cast.candidate(), javascript=javascript)
    page.goto(MINE)
    wanted = invited.interviews.free().first()
    assert wanted is not None
    radio = page.locator(f'input[value="{wanted.public_id}"]')
    label = page.locator(f'label[for="creneau-{wanted.public_id}"]')
    box = label.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    label.click()
    expect(radio).to_be_checked()
    press(page, "Prendre ce créneau")
    expect(page.get_by_role("status")).to_contain_text("Votre entretien a changé de créneau")
    expect(radio).to_have_count(0)
    assert own().starts_at == wanted.starts_at


def test_slot_is_chosen_by_keyboard_alone(invited: Posting, open_page: OpenPage) -> None:
    page = open_page(user=cast.candidate())
    page.goto(MINE)
    page.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Prendre ce créneau")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("a changé de créneau")


def test_refusal_takes_the_focus_and_says_what_is_left(invited: Posting, open_page: OpenPage) -> None:
    page = open_page(narrow=True, user=cast.candidate())
    page.goto(MINE)
    slot = invited.interviews.free().first()
    assert slot is not None
    page.locator(f'label[for="creneau-{slot.public_id}"]').click()
    interviews.remove_slot(interview=slot, by=cast.hr())
    press(page, "Prendre ce créneau")
    alert = page.get_by_role("alert").filter(has_text="Ce créneau vient d’être pris")
    expect(alert).to_be_focused()
    expect(page).to_have_title(re.compile("^Erreur"))
    expect(page.get_by_role("radio")).to_have_count(1)


@pytest.mark.parametrize("javascript", [True, False])
def test_pages_of_the_interview_and_of_the_entry_are_sound(
    invited: Posting, open_page: OpenPage, javascript: bool
) -> None:
    page = open_page(user=cast.candidate(), javascript=javascript)
    if not javascript:  # axe is a script of its own: what the server sent stands the same looks, save axe's
        page.goto(MINE)
        expect(page.get_by_role("radio")).to_have_count(2)
        press(page, "Prendre ce créneau")
        expect(page.get_by_role("link", name=re.compile("Choisissez un créneau"))).to_be_visible()
        return
    inspector = Inspector(page)
    inspector.visit(MINE, RECEIPT)
    page.goto(MINE)
    page.locator("form").filter(has=page.get_by_role("radio")).evaluate("form => form.noValidate = true")
    press(page, "Prendre ce créneau")
    inspector.stay("no slot chosen")
    page.get_by_label("Ce qui vous empêche").fill("Je suis hospitalisée jusqu’au 15.")
    press(page, "Prévenir le Bureau des recrutements")
    inspector.stay("unavailability reported")
    entry = page_of_entry(page)
    inspector.visit(entry)  # not sealed yet
    checkpoint.seal()
    inspector.visit(entry)
    page.get_by_label("ou son empreinte").fill("abc")
    press(page, "Comparer")
    inspector.stay("no hash")
    assert inspector.found == []


def page_of_entry(page: Page) -> str:
    page.goto(RECEIPT)
    found = page.locator(".pmp-check a").get_attribute("href")
    assert found is not None
    return found


def test_receipt_leads_to_its_entry_without_an_account(posting: Posting, open_page: OpenPage) -> None:
    application = factory.submitted(posting, cast.candidate())
    page = open_page(narrow=True, user=cast.candidate())
    entry = page_of_entry(page)
    expect(page.get_by_role("img", name=re.compile("^Code QR"))).to_be_visible()
    stranger = open_page(narrow=True)
    stranger.goto(entry)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Cette inscription est en cours de scellement")
    checkpoint.seal()
    stranger.get_by_role("link", name="Regarder de nouveau").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Cette inscription figure au registre")
    expect(stranger.locator("main")).to_contain_text(application.dossier_code)
    with page.expect_download() as manifest:
        page.get_by_role("link", name="Manifeste du dossier (JSON)").click()
    stranger.get_by_label("Le manifeste du dossier").set_input_files(manifest.value.path())
    press(stranger, "Comparer")
    expect(stranger.get_by_role("status")).to_contain_text("C’est le même dossier")
    stranger.goto(reverse("journal:home"))
    expect(stranger.locator("main")).not_to_contain_text(application.dossier_code)
