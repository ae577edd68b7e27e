"""What is typed is saved without a click, and never lost: the contract of docs/design.md, in a real browser."""

import json
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Route, expect

from tests.front.conftest import SITE, Show

SAVED = {"saved_at": "2025-10-30T15:12:00+00:00", "errors": {}}


class Server:
    """Answers the saves of a page and remembers them."""

    def __init__(self, page: Page) -> None:
        self.posts: list[dict[str, list[str]]] = []
        self.status, self.answer, self.down = 200, SAVED, False
        page.route(f"{SITE}/save", self._serve)

    def _serve(self, route: Route) -> None:
        if self.down:
            route.abort("internetdisconnected")
            return
        self.posts.append(parse_qs(route.request.post_data or "", keep_blank_values=True))
        route.fulfill(status=self.status, body=json.dumps(self.answer), content_type="application/json")


@pytest.fixture
def form(status_line: str) -> str:
    return f"""<form method="post" data-autosave="/save" data-autosave-key="sheet-1">
        <input type="hidden" name="csrfmiddlewaretoken" value="t"><input type="hidden" name="stage" value="skills">
        <input name="mark" value="10"><textarea name="comment"></textarea><input type="checkbox" name="sworn" checked>
        {status_line}</form>"""


def _open(page: Page) -> Server:
    server = Server(page)
    page.goto(f"{SITE}/page")
    return server


def _type(page: Page, value: str) -> None:
    page.fill("[name=mark]", value)
    page.locator("[name=mark]").blur()


def test_change_is_saved_and_said(show: Show, form: str) -> None:
    page = show(form, "autosave.js")
    server = _open(page)
    _type(page, "12,5")

    expect(page.locator("[data-autosave-status]")).to_have_text("Enregistré à 16\u00a0h\u00a012")
    assert server.posts == [{"mark": ["12,5"], "stage": ["skills"]}]


def test_unticked_box_is_sent_as_empty(show: Show, form: str) -> None:
    page = show(form, "autosave.js")
    server = _open(page)
    page.uncheck("[name=sworn]")

    expect(page.locator("[data-autosave-status]")).to_contain_text("Enregistré")
    assert server.posts == [{"sworn": [""], "stage": ["skills"]}]


def test_refused_value_stays_with_its_message(show: Show, form: str) -> None:
    page = show(form, "autosave.js")
    server = _open(page)
    server.status, server.answer = 422, {"errors": {"mark": ["De 0 à 20."]}}
    _type(page, "31")

    expect(page.locator(".pmp-field-error")).to_have_text("De 0 à 20.")
    expect(page.locator("[name=mark]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=mark]")).to_have_value("31")


def test_corrected_value_clears_the_message(show: Show, form: str) -> None:
    page = show(form, "autosave.js")
    server = _open(page)
    server.status, server.answer = 422, {"errors": {"mark": ["De 0 à 20."]}}
    _type(page, "31")
    expect(page.locator(".pmp-field-error")).to_have_count(1)
    server.status, server.answer = 200, SAVED
    _type(page, "13")

    expect(page.locator(".pmp-field-error")).to_have_count(0)
    expect(page.locator("[data-autosave-status]")).to_contain_text("Enregistré")


def test_other_field_saved_does_not_hide_a_refusal(show: Show, form: str) -> None:
    page = show(form, "autosave.js")
    server = _open(page)
    server.status, server.answer = 422, {"errors": {"mark": ["De 0 à 20."]}}
    _type(page, "31")
    expect(page.locator(".pmp-field-error")).to_have_count(1)
    server.status, server.answer = 200, SAVED
    page.uncheck("[name=sworn]")
    page.wait_for_timeout(300)

    assert len(server.posts) == 2
    expect(page.locator("[data-autosave-status]")).to_contain_text("n’a pas été acceptée")


def test_sealed_sheet_says_so_and_sends_no_more(show: Show, form: str) -> None:
    page = show(form, "autosave.js")
    server = _open(page)
    server.status, server.answer = 409, {"message": "Cette grille est scellée."}
    _type(page, "12")
    expect(page.locator("[data-autosave-status]")).to_have_text("Cette grille est scellée.")
    _type(page, "13")
    page.wait_for_timeout(200)

    assert len(server.posts) == 1
    expect(page.locator("[name=mark]")).to_have_value("13")


def test_what_was_typed_offline_is_sent_when_the_line_is_back(show: Show, form: str) -> None:
    page = show(form, "autosave.js")
    server = _open(page)
    server.down = True
    _type(page, "14")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Hors ligne")
    page.fill("[name=comment]", "Clair.")
    server.down = False
    page.evaluate("window.dispatchEvent(new Event('online'))")

    expect(page.locator("[data-autosave-status]")).to_contain_text("Enregistré")
    assert server.posts == [{"mark": ["14"], "comment": ["Clair."], "stage": ["skills"]}]


def test_what_was_typed_survives_a_reload_without_a_line(show: Show, form: str) -> None:
    page = show(form, "autosave.js")
    server = _open(page)
    page.on("dialog", lambda dialog: dialog.accept())
    server.down = True
    _type(page, "15,5")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Hors ligne")
    server.down = False
    page.reload()

    expect(page.locator("[data-autosave-status]")).to_contain_text("Enregistré")
    expect(page.locator("[name=mark]")).to_have_value("15,5")
    assert server.posts == [{"mark": ["15,5"], "stage": ["skills"]}]
    assert page.evaluate("localStorage.length") == 0


def test_session_that_ended_is_told_and_nothing_is_dropped(show: Show, form: str) -> None:
    page = show(form, "autosave.js")
    server = _open(page)
    server.status, server.answer = 403, {}
    _type(page, "9")

    expect(page.locator("[data-autosave-status]")).to_contain_text("Votre session a pris fin")
    assert json.loads(page.evaluate("localStorage.getItem('autosave:sheet-1')"))[0][:2] == ["mark", ["9"]]
