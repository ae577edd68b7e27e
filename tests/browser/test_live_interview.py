"""One interview, five members of the jury at once: marks and notes kept through a cut, who is ready, the last seal."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from applications.states import State
from evaluations.models import InterviewNote, Score, ScoreSheet
from journal import clock
from postings.models import Posting, Stage
from tests.browser.conftest import NARROW, TABLET, WIDE, OpenPage, press
from tests.browser.test_juror_road import address, kept, mark, says_saved, until_kept
from tests.factories import evaluations, late_stages


@pytest.fixture
def posting(_default_clock: None) -> Posting:
    """One interview, which began six minutes ago; every member has declared."""
    posting = late_stages.scheduled(1)
    clock.move_to(posting.interviews.get().starts_at + timedelta(minutes=6), by="test", stopped=True)
    for sheet in evaluations.sheets(posting, Stage.INTERVIEW):
        evaluations.declared(sheet)
    return posting


def members(posting: Posting) -> list[ScoreSheet]:
    """The sheets, the chair's first."""
    return sorted(evaluations.sheets(posting, Stage.INTERVIEW), key=lambda sheet: not sheet.member.chair)


def enter(open_page: OpenPage, sheet: ScoreSheet, **options: object) -> Page:
    page = open_page(user=sheet.member.user, **{"size": TABLET, **options})
    page.goto(address("sheet", sheet))
    expect(page.get_by_role("heading", level=1)).to_contain_text(sheet.application.full_name)
    return page


def note(page: Page, place: int, words: str) -> None:
    page.get_by_label(re.compile("^Mes notes")).nth(place).fill(words)
    page.locator("h1").click()


def noted(sheet: ScoreSheet) -> list[str]:
    return list(InterviewNote.objects.filter(sheet=sheet).order_by("question__position").values_list("text", flat=True))


def refresh(page: Page, sheet: ScoreSheet) -> None:
    """Ask for who is ready now, as the page does by itself every ten seconds."""
    with page.expect_response(re.compile("/en-cours/")):
        page.evaluate("htmx.trigger('[data-going]', 'every')") if False else page.evaluate(
            f"htmx.ajax('GET', '{address('going', sheet)}', '[data-going]')"
        )


def status_of(page: Page) -> list[str | None]:
    return [row.get_attribute("data-member-status") for row in page.locator("[data-member-status]").all()]


@pytest.mark.parametrize("size", [NARROW, TABLET, WIDE])
def test_look(posting: Posting, open_page: OpenPage, size) -> None:
    page = enter(open_page, members(posting)[0], size=size)
    page.screenshot(path=f"/tmp/int_live_{size['width']}.png", full_page=True)
    page.screenshot(path=f"/tmp/int_live_{size['width']}_top.png")
    page.locator(".jury-criterion").first.scroll_into_view_if_needed()
    page.mouse.wheel(0, 500)
    page.wait_for_timeout(300)
    page.screenshot(path=f"/tmp/int_live_{size['width']}_mid.png")
