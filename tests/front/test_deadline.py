"""The time left, in words without JavaScript and counted with it: never more than there is."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Locator, Page, Route, expect

from postings.models import Posting
from tests.front.conftest import SITE, Show

CLOSES = datetime(2025, 10, 30, 16, 30, tzinfo=ZoneInfo("Africa/Casablanca"))
OVER = "La date limite est passée."


def _element(left: timedelta) -> str:
    context = {"closes_at": CLOSES, "now": CLOSES - left, "posting": Posting(slug="poste")}
    return render_to_string("elements/deadline.html", context)


class Clock:
    """The server's answer to who asks for its hour."""

    def __init__(self, page: Page, left: timedelta, *, closes_at: datetime = CLOSES) -> None:
        self.left, self.closes_at, self.asked, self.down = left, closes_at, 0, False
        page.route(f"{SITE}/avis/poste/heure/", self._answer)

    def _answer(self, route: Route) -> None:
        self.asked += 1
        if self.down:
            return route.abort()
        told = {"now": (CLOSES - self.left).isoformat(), "closes_at": self.closes_at.isoformat()}
        return route.fulfill(body=json.dumps(told), content_type="application/json")


def _part(page: Page, name: str) -> Locator:
    return page.locator(f"[data-deadline-{name}]")


def _wall_jumps(page: Page, seconds: int) -> None:
    """The machine's wall clock is set, or time passed on it while the monotonic clock stood still."""
    page.evaluate(f"(() => {{ const now = Date.now; Date.now = () => now() + {seconds * 1000}; }})()")


def _put_away(page: Page, hidden: bool) -> None:
    page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )


def test_deadline_is_said_in_words_with_its_zone() -> None:
    page = _element(timedelta(minutes=29))

    assert "jeudi 30\u00a0octobre\u00a02025 à\u00a016\u00a0h\u00a030" in page
    assert "heure de Casablanca (UTC+1), soit 15\u00a0h\u00a030 UTC" in page
    assert "À 16\u00a0h\u00a001, heure du serveur, il restait <strong>29\u00a0minutes</strong>." in page


def test_last_minute_is_less_than_a_minute() -> None:
    assert "il restait <strong>moins d’une minute</strong>." in _element(timedelta(seconds=59))


def test_at_the_deadline_itself_there_is_no_time_left() -> None:
    page = _element(timedelta(0))

    assert OVER in page
    assert "data-deadline" not in page
    assert "Il reste" not in page


def test_count_begins_below_what_the_server_said(show: Show) -> None:
    page = show(_element(timedelta(minutes=29)), "deadline.js")
    page.goto(SITE)

    expect(_part(page, "left")).to_have_text("28 minutes 59 secondes")
    expect(_part(page, "told")).to_be_hidden()


def test_page_asks_the_server_again_when_the_deadline_is_reached(show: Show) -> None:
    page = show(_element(timedelta(seconds=1)), "deadline.js")
    clock = Clock(page, timedelta(0))
    page.goto(SITE)
    expect(_part(page, "over")).to_be_visible()
    expect(_part(page, "open")).to_be_hidden()
    with page.expect_navigation(timeout=8000):
        pass
    assert clock.asked >= 1


def test_page_stays_as_it_is_while_the_server_cannot_be_reached(show: Show) -> None:
    page = show(_element(timedelta(seconds=1)), "deadline.js")
    clock = Clock(page, timedelta(0))
    clock.down = True
    page.goto(SITE)
    page.evaluate("window.kept = true")
    expect(_part(page, "over")).to_be_visible()
    page.wait_for_timeout(4000)
    assert clock.asked >= 1
    assert page.evaluate("window.kept")


@pytest.mark.parametrize(
    "act", ["document.querySelector('input').dispatchEvent(new Event('input', { bubbles: true }))",
            "document.querySelector('form').requestSubmit()"], ids=["typing", "sending"]
)  # fmt: skip
def test_nothing_typed_or_being_sent_is_thrown_away(show: Show, act: str) -> None:
    form = '<form target="elsewhere"><input name="city" aria-label="Ville"></form><iframe name="elsewhere"></iframe>'
    page = show(_element(timedelta(seconds=2)) + form, "deadline.js")
    Clock(page, timedelta(0))
    page.goto(SITE)
    page.fill("input", "Tanger")
    page.evaluate(act)
    expect(_part(page, "over")).to_be_visible()
    page.wait_for_timeout(4500)
    expect(page.locator("input")).to_have_value("Tanger")


def test_wall_clock_set_forward_ends_nothing_before_the_server_says_so(show: Show) -> None:
    page = show(_element(timedelta(minutes=29)), "deadline.js")
    clock = Clock(page, timedelta(minutes=28))
    page.goto(SITE)
    expect(_part(page, "open")).to_be_visible()
    _wall_jumps(page, 3600)

    expect(_part(page, "left")).to_contain_text("27 minutes 59 secondes")
    expect(_part(page, "over")).to_be_hidden()
    assert clock.asked == 1


def test_wall_clock_set_back_gives_no_time(show: Show) -> None:
    page = show(_element(timedelta(minutes=29)), "deadline.js")
    Clock(page, timedelta(minutes=28))
    page.goto(SITE)
    expect(_part(page, "open")).to_be_visible()
    _wall_jumps(page, -3600)

    expect(_part(page, "left")).to_contain_text("27 minutes")


def test_page_that_slept_says_nothing_until_the_server_has_answered(show: Show) -> None:
    page = show(_element(timedelta(minutes=29)), "deadline.js")
    clock = Clock(page, timedelta(0))
    clock.down = True
    page.goto(SITE)
    expect(_part(page, "open")).to_be_visible()
    _wall_jumps(page, 600)

    expect(_part(page, "check")).to_be_visible()
    expect(_part(page, "open")).to_be_hidden()
    clock.down = False
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(_part(page, "over")).to_be_visible()


def test_page_put_away_keeps_no_time_that_could_be_read_later(show: Show) -> None:
    page = show(_element(timedelta(minutes=29)), "deadline.js")
    Clock(page, timedelta(minutes=28))
    page.goto(SITE)
    expect(_part(page, "open")).to_be_visible()
    _put_away(page, True)
    expect(_part(page, "open")).to_be_hidden()
    _put_away(page, False)
    expect(_part(page, "open")).to_be_visible()


def test_page_that_came_slowly_asks_for_the_hour_first(show: Show) -> None:
    page = show(_element(timedelta(seconds=30)), "deadline.js")
    clock = Clock(page, timedelta(seconds=25))
    page.add_init_script(
        "const real = performance.getEntriesByType.bind(performance); performance.getEntriesByType = kind =>"
        " kind === 'navigation' ? [{ type: 'navigate', requestStart: -60000, responseStart: 0 }] : real(kind);"
    )
    page.goto(SITE)
    expect(_part(page, "left")).to_contain_text("24 secondes")
    assert clock.asked == 1


def test_deadline_that_moved_meanwhile_is_shown_at_once(show: Show) -> None:
    page = show(_element(timedelta(minutes=29)), "deadline.js")
    Clock(page, timedelta(minutes=28), closes_at=CLOSES + timedelta(days=1))
    page.goto(SITE)
    expect(_part(page, "open")).to_be_visible()
    with page.expect_navigation(timeout=8000):
        _wall_jumps(page, 600)


def test_crossing_five_minutes_is_said_once(show: Show) -> None:
    page = show(_element(timedelta(minutes=5, seconds=2)), "deadline.js")
    page.goto(SITE)
    expect(page.locator("[role=status]")).to_be_empty()
    expect(page.locator("[role=status]")).to_have_text("Il reste moins de 5 minutes avant la date limite.")
    page.evaluate("window.said = 0; new MutationObserver(() => said++).observe("
                  "document.querySelector('[role=status]'), { childList: true })")  # fmt: skip
    page.wait_for_timeout(2200)
    assert page.evaluate("said") == 0
