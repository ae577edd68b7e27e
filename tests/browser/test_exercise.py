"""A candidate composes: the line is cut and comes back, the time ends by itself; another has no JavaScript."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from evaluations.models import Sitting
from journal import clock
from postings.models import Posting
from tests import cast
from tests.browser.conftest import NARROW, OpenPage, press
from tests.browser.soundness import Inspector
from tests.factories import exercises as factory

MINE = reverse("evaluations:my_exercise", args=["secretaire-general"])
SAVED = re.compile(r"^Enregistré à \d+\sh\s\d\d$")


@pytest.fixture
def convened(_default_clock: None) -> Posting:
    """Two candidates, and the shipped subject; its hour has come."""
    posting = factory.convened(2)
    factory.shipped(posting, terms=factory.terms())
    factory.exercises.seal_subject(posting=posting, by=cast.hr())
    posting.refresh_from_db()
    return factory.open_now(posting)


def kept(n: int = 1) -> Sitting:
    return Sitting.objects.get(application__candidate=cast.candidate(n))


def begin(page: Page) -> None:
    page.goto(MINE)
    press(page, "Commencer")
    page.locator("[data-composition]").wait_for()


def says_saved(page: Page) -> None:
    expect(page.locator("[data-autosave-status]")).to_have_text(SAVED)


def test_a_cut_line_loses_nothing_and_the_time_ends_by_itself(convened: Posting, open_page: OpenPage) -> None:
    candidate = open_page(user=cast.candidate(1))
    begin(candidate)
    clock.move_to(kept().due_at - timedelta(seconds=25), by="test")
    candidate.reload()
    expect(candidate.locator("[data-deadline-open]")).to_contain_text(re.compile(r"Il reste \d+\ssecondes"))
    text = candidate.get_by_label("Ma copie")
    text.press_sequentially("I. Note. Les faits.")
    says_saved(candidate)
    candidate.context.set_offline(True)
    text.press_sequentially(" Hors ligne, la suite.")
    expect(candidate.locator("[data-autosave-status]")).to_contain_text("Hors ligne")
    assert kept().text == "I. Note. Les faits."
    candidate.context.set_offline(False)
    says_saved(candidate)
    assert kept().text == "I. Note. Les faits. Hors ligne, la suite."
    expect(candidate.locator("[data-words]")).to_have_text("8")

    heading = candidate.get_by_role("heading", name="Votre copie est rendue")
    expect(heading).to_be_visible(timeout=40_000)
    expect(candidate.locator("main")).to_contain_text("I. Note. Les faits. Hors ligne, la suite.")
    assert (kept().ending, kept().ended_at) == ("time", kept().due_at)


def test_the_text_is_found_again_on_another_device_and_another_tab_overwrites_nothing(
    convened: Posting, open_page: OpenPage
) -> None:
    desk = open_page(user=cast.candidate(1))
    begin(desk)
    desk.get_by_label("Ma copie").press_sequentially("Écrit au bureau.")
    says_saved(desk)
    phone = open_page(user=cast.candidate(1), size=NARROW)
    phone.goto(MINE)
    expect(phone.get_by_label("Ma copie")).to_have_value("Écrit au bureau.")
    phone.get_by_label("Ma copie").press("Control+End")
    phone.get_by_label("Ma copie").press_sequentially(" Suite au téléphone.")
    says_saved(phone)
    desk.get_by_label("Ma copie").press_sequentially(" Autre suite.")
    expect(desk.locator("[data-autosave-status]")).to_contain_text("Rien n’est remplacé")
    expect(desk.get_by_label("Ma copie")).to_have_value("Écrit au bureau. Autre suite.")
    assert kept().text == "Écrit au bureau. Suite au téléphone."


def test_who_types_without_a_pause_is_saved_all_the_same(convened: Posting, open_page: OpenPage) -> None:
    page = open_page(user=cast.candidate(1))
    begin(page)
    with page.expect_request(re.compile("enregistrer")):
        page.get_by_label("Ma copie").press_sequentially("mot " * 30, delay=60)  # seven seconds, no pause of 1.2
    expect(page.locator("[data-autosave-status]")).to_have_text(SAVED)


def test_a_sign_is_shown_while_writing_and_before_handing_in(convened: Posting, open_page: OpenPage) -> None:
    page = open_page(user=cast.candidate(1))
    begin(page)
    signs = page.locator("[data-signs]")
    expect(signs).to_be_hidden()
    page.get_by_label("Ma copie").fill("Pour le service, S a l m a  BENNIS")
    expect(signs).to_contain_text("« BENNIS »")
    press(page, "Relire et rendre")
    expect(page.get_by_role("button", name="Rendre malgré tout")).to_be_visible()
    page.get_by_role("link", name="Corriger ma copie").click()
    page.get_by_label("Ma copie").fill("Pour le service.")
    expect(signs).to_be_hidden()
    press(page, "Relire et rendre")
    press(page, "Rendre ma copie")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre copie est rendue")
    assert (kept().ending, kept().text, kept().signs) == ("handed_in", "Pour le service.", 0)


def test_without_javascript_the_button_saves_and_the_page_says_when_it_was_true(
    convened: Posting, open_page: OpenPage
) -> None:
    page = open_page(user=cast.candidate(2), size=NARROW, javascript=False)
    begin(page)
    expect(page.locator("[data-deadline-told]")).to_contain_text("heure du serveur, il restait 3 heures")
    page.get_by_label("Ma copie").fill("Un texte.\n\nEn deux paragraphes.")
    press(page, "Enregistrer")
    expect(page.locator("main")).to_contain_text("Votre composition est enregistrée.")
    assert kept(2).text == "Un texte.\n\nEn deux paragraphes."
    expect(page.get_by_label("Ma copie")).to_have_value("Un texte.\n\nEn deux paragraphes.")
    press(page, "Relire et rendre")
    press(page, "Rendre ma copie")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre copie est rendue")


def test_every_page_of_the_exercise_is_sound(convened: Posting, open_page: OpenPage) -> None:
    page = open_page(user=cast.candidate(1))
    seen = Inspector(page)
    seen.visit(MINE)
    press(page, "Commencer")
    page.get_by_label("Ma copie").fill("Signé Bennis.")
    says_saved(page)
    seen.stay("writing")
    press(page, "Relire et rendre")
    seen.stay("handing in")
    press(page, "Rendre malgré tout")
    seen.stay("handed in")
    officer = open_page(user=cast.hr())
    desk = Inspector(officer)
    slug, code = convened.slug, kept().application.dossier_code
    desk.visit(
        reverse("evaluations:exercise", args=[slug]),
        reverse("evaluations:exercise_sitting", args=[slug, code]),
        reverse("evaluations:exercise_sitting", args=[slug, kept(2).application.dossier_code]),
        reverse("evaluations:campaign", args=[slug]),
    )
    assert seen.found + desk.found == []
