"""The time left, in words without JavaScript and counted with it: never more than there is."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from playwright.sync_api import expect

from tests.front.conftest import SITE, Show

CLOSES = datetime(2025, 10, 30, 16, 30, tzinfo=ZoneInfo("Africa/Casablanca"))


def _element(left: timedelta) -> str:
    return render_to_string("elements/deadline.html", {"closes_at": CLOSES, "now": CLOSES - left})


def test_deadline_is_said_in_words_with_its_zone() -> None:
    page = _element(timedelta(minutes=29))

    assert "jeudi 30\u00a0octobre\u00a02025 à\u00a016\u00a0h\u00a030" in page
    assert "heure de Casablanca (UTC+01), soit 15\u00a0h\u00a030 UTC" in page
    assert ">29\u00a0minutes</strong>" in page


def test_last_minute_is_less_than_a_minute() -> None:
    assert ">moins d’une minute</strong>" in _element(timedelta(seconds=59))


def test_at_the_deadline_itself_there_is_no_time_left() -> None:
    page = _element(timedelta(0))

    assert "La date limite est passée." in page
    assert "data-deadline" not in page.replace("data-deadline-", "")
    assert "Il reste" not in page


def test_count_begins_below_what_the_server_said(show: Show) -> None:
    page = show(_element(timedelta(minutes=29)), "deadline.js")
    page.goto(SITE)

    expect(page.locator("[data-deadline-left]")).to_have_text("28 minutes 59 secondes")


def test_page_asks_the_server_again_when_the_deadline_is_reached(show: Show) -> None:
    page = show(_element(timedelta(seconds=1)), "deadline.js")
    page.goto(SITE)
    expect(page.locator("[data-deadline-over]")).to_be_visible()
    expect(page.locator("[data-deadline-open]")).to_be_hidden()

    with page.expect_navigation(timeout=5000):
        pass


def test_page_with_something_typed_is_not_thrown_away(show: Show) -> None:
    page = show(_element(timedelta(seconds=1)) + "<textarea></textarea>", "deadline.js")
    page.goto(SITE)
    page.fill("textarea", "Mon projet")
    expect(page.locator("[data-deadline-over]")).to_be_visible()
    page.wait_for_timeout(2500)

    expect(page.locator("textarea")).to_have_value("Mon projet")
