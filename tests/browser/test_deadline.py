"""The deadline lived on a telephone: the last hour, the hour itself, and after it; with JavaScript and without."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from applications import intake
from applications.completeness import missing
from applications.models import Application
from postings.models import Posting
from tests import cast
from tests.browser.conftest import NARROW, OpenPage, press, sign_in
from tests.browser.soundness import Inspector
from tests.conftest import MoveClock
from tests.factories import applications as factory

FILE = f"/candidature/{factory.SLUG}/"
OVER = "La date limite est passée"


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.fixture
def draft(posting: Posting) -> Application:
    return factory.complete_draft(posting, cast.candidate())


def abroad(page: Page, zone: str) -> BrowserContext:
    """The same browser, in another zone."""
    browser = page.context.browser
    assert browser is not None
    return browser.new_context(viewport=NARROW, base_url=_base(page), locale="fr-FR", timezone_id=zone)


def _base(page: Page) -> str:
    page.goto("/")
    return re.sub(r"^(https?://[^/]+).*", r"\1", page.url)


def no_time_is_told(page: Page) -> None:
    """Nowhere on the page does it read that time is left."""
    expect(page.locator("[data-deadline-open]:visible, [data-deadline-told]:visible")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_last_hour_is_told_on_a_telephone(
    open_page: OpenPage, at: MoveClock, draft: Application, javascript: bool
) -> None:
    at("2025-10-30 15:42")
    page = open_page(narrow=True, user=draft.candidate, javascript=javascript)
    for address in (FILE, f"{FILE}identite/", f"/avis/{factory.SLUG}/", "/registre/"):
        page.goto(address)
        banner = page.get_by_role("region", name="Dernière heure")
        expect(banner).to_contain_text("Votre dossier n’est PAS déposé.")
        expect(banner).to_contain_text("47 minutes" if javascript else "il restait 48 minutes")
        box, main = banner.bounding_box(), page.locator("main").bounding_box()
        assert box is not None
        assert main is not None
        assert box["y"] + box["height"] <= main["y"] + 1
        assert box["height"] <= 150
    page.goto(f"{FILE}identite/")
    page.get_by_role("link", name="Relire et déposer").first.click()
    expect(page).to_have_url(re.compile("/depot/$"))
    page.get_by_role("link", name="Aller au bouton de dépôt").click()
    expect(page.get_by_role("button", name="Déposer ma candidature")).to_be_in_viewport()


def test_last_hour_comes_on_a_page_that_is_open(open_page: OpenPage, at: MoveClock, draft: Application) -> None:
    at("2025-10-30 15:29:57", running=True)
    page = open_page(narrow=True, user=draft.candidate)
    page.goto(FILE)
    banner = page.locator(".pmp-last-hour")
    expect(banner).to_be_hidden()
    expect(banner).to_be_visible()
    expect(page.locator("aside [role=status]")).to_have_text("Il reste moins de 60 minutes avant la date limite.")


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("America/New_York", "(chez vous, à l’heure de New York : 11 h 30 ; pour information)"),
        ("Asia/Tokyo", "(chez vous, à l’heure de Tokyo : vendredi 31 octobre à 00 h 30 ; pour information)"),
        ("Africa/Casablanca", ""),
        ("Europe/Paris", ""),  # another zone, and that day the same hour
        ("Europe/London", "(chez vous, à l’heure de London : 15 h 30 ; pour information)"),
    ],
)
def test_own_hour_stands_behind_the_official_one_where_it_differs(
    open_page: OpenPage, draft: Application, zone: str, told: str
) -> None:
    context = abroad(open_page(narrow=True), zone)
    page = context.new_page()
    sign_in(page, draft.candidate)
    page.goto(FILE)
    words = plain(page.locator(".pmp-deadline-zone").inner_text())
    official = "heure de Casablanca (UTC+1), soit 15 h 30 UTC"
    assert words == f"{official} {told}".strip().replace("à 00 h 30", "à 0 h 30")
    context.close()


def test_own_hour_needs_javascript(open_page: OpenPage, draft: Application) -> None:
    page = open_page(narrow=True, user=draft.candidate, javascript=False)
    page.goto(FILE)
    expect(page.locator("main")).to_contain_text("heure de Casablanca")
    expect(page.locator(".pmp-own-zone")).to_have_count(0)


def test_page_open_two_seconds_before_turns_by_itself(open_page: OpenPage, at: MoveClock, draft: Application) -> None:
    at("2025-10-30 16:29:58", running=True)
    page = open_page(narrow=True, user=draft.candidate)
    page.goto(f"{FILE}depot/")
    expect(page.get_by_role("button", name="Déposer ma candidature")).to_be_visible()
    expect(page.locator("[data-deadline-over]:visible").first).to_be_visible()
    no_time_is_told(page)
    expect(page.get_by_role("button", name="Déposer ma candidature")).to_have_count(0)
    expect(page.locator(".pmp-note-error")).to_contain_text(OVER)
    expect(page.locator(".pmp-last-hour")).to_have_count(0)
    expect(page).to_have_title(re.compile("^Brouillon non déposé — "))


def test_back_after_the_hour_tells_no_time(open_page: OpenPage, at: MoveClock, draft: Application) -> None:
    at("2025-10-30 16:10")
    page = open_page(narrow=True, user=draft.candidate)
    page.goto(f"{FILE}depot/")
    expect(page.locator("[data-deadline-open]:visible").first).to_be_visible()
    page.goto("/registre/")
    at("2025-10-30 16:31")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Relire et déposer")
    expect(page.locator("main")).to_contain_text(OVER)
    no_time_is_told(page)
    expect(page.get_by_role("button", name="Déposer ma candidature")).to_have_count(0)


def test_page_kept_in_memory_asks_before_it_speaks(open_page: OpenPage, at: MoveClock, draft: Application) -> None:
    """A browser that brings a page back from memory says so by ``pageshow``; what was typed there stays."""
    at("2025-10-30 16:10")
    page = open_page(narrow=True, user=draft.candidate)
    page.goto(f"{FILE}identite/")
    page.get_by_label("Ville", exact=True).fill("Tanger")
    at("2025-10-30 16:31")
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.locator("[data-deadline-over]:visible").first).to_be_visible()
    no_time_is_told(page)
    expect(page.get_by_label("Ville", exact=True)).to_have_value("Tanger")


def test_back_after_the_submission_never_reads_as_a_draft(
    open_page: OpenPage, at: MoveClock, draft: Application
) -> None:
    at("2025-10-30 16:10")
    page = open_page(narrow=True, user=draft.candidate)
    page.goto(f"{FILE}depot/")
    press(page, "Déposer ma candidature")
    expect(page).to_have_url(re.compile("/recepisse/$"))
    page.go_back()
    expect(page.locator(".pmp-band-title")).to_contain_text("Déposée le")
    expect(page).to_have_title(re.compile("candidature déposée"))


def test_pressed_once_in_the_last_minute_is_sent_once_and_said(
    open_page: OpenPage, at: MoveClock, draft: Application
) -> None:
    at("2025-10-30 16:29:30")
    page = open_page(narrow=True, user=draft.candidate)
    page.goto(f"{FILE}depot/")
    held: list[Route] = []
    page.route("**/depot/", lambda route: held.append(route))  # the answer never comes
    said = page.evaluate(
        "() => { const button = document.querySelector('#deposer button'); button.click(); button.click();"
        " return document.querySelector('[data-sending]').textContent; }"
    )
    assert said.startswith("Envoi en cours…")
    assert "rechargez cette page" in said
    page.wait_for_timeout(500)
    assert [route.request.method for route in held] == ["POST"]
    # The request had in fact arrived; the candidate does as told.
    intake.submit(application=draft, by=draft.candidate)
    held[0].abort("aborted")
    page.unroute("**/depot/")
    page.reload()
    expect(page).to_have_url(re.compile("/recepisse/$"))


def test_checklist_leads_to_the_very_field(open_page: OpenPage, posting: Posting) -> None:
    draft = factory.draft(posting, cast.candidate())
    page = open_page(narrow=True, user=draft.candidate)
    for item in missing(draft):
        page.goto(FILE)
        page.get_by_role("link", name=item.label, exact=True).click()
        expect(page).to_have_url(re.compile(f"#{re.escape(item.anchor)}$"))
        target = page.locator(f"#{item.anchor}")
        expect(target).to_be_in_viewport()
        if not item.anchor.startswith("piece-"):
            expect(target).to_be_focused()


def test_pages_of_the_end_are_sound(open_page: OpenPage, at: MoveClock, draft: Application) -> None:
    page = open_page(user=draft.candidate)
    inspector = Inspector(page)
    at("2025-10-30 15:42")
    inspector.visit(FILE, f"{FILE}identite/", f"{FILE}depot/", f"/avis/{factory.SLUG}/")
    at("2025-10-30 16:30:00")
    inspector.visit(FILE, f"{FILE}depot/", f"{FILE}identite/")
    at("2025-10-30 16:29:40")
    page.goto(f"{FILE}depot/")
    at("2025-10-30 16:30:00")
    press(page, "Déposer ma candidature")
    inspector.complaints.clear()  # an answer of 409, which the console tells as an error
    inspector.stay("too late")
    assert inspector.found == []
