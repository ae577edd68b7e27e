"""A real Chromium in front of a live server on the tests' own database."""

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.conf import settings as django_settings
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.cast import signed_in

NARROW = ViewportSize(width=360, height=740)
TABLET = ViewportSize(width=820, height=1180)
WIDE = ViewportSize(width=1280, height=900)

OpenPage = Callable[..., Page]
Mailbox = Callable[[], list[EmailMessage]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The server's threads see only what is committed, so every test here commits."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.django_db(transaction=True))


class Faults(list[str]):
    """What the browser complained of: errors of scripts, refusals of the security policy, answers of 500 and up."""

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda line: self.append(f"{page.url}: {line.text}") if "Content Security Policy" in line.text else None,
        )
        page.on(
            "response",
            # 503 is what a proof that is not sealed yet answers: in a minute.
            lambda answer: (
                self.append(f"{answer.status} {answer.url}") if answer.status >= 500 and answer.status != 503 else None
            ),
        )


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer, settings: LazySettings) -> Iterator[OpenPage]:
    """``open_page(width=360, user=...)``: a page of its own context, signed in as ``user``.

    The test fails at its end if any page met a script's error, a breach of the security policy, or an answer of 500.
    """
    settings.PMP_BASE_URL = live_server.url
    contexts: list[BrowserContext] = []
    faults = Faults()

    def open_(
        *, narrow: bool = False, size: ViewportSize | None = None, user: User | None = None, javascript: bool = True
    ) -> Page:
        context = browser.new_context(
            viewport=size or (NARROW if narrow else WIDE),
            base_url=live_server.url,
            locale="fr-FR",
            timezone_id="America/New_York",  # no page may show the reader's own zone
            java_script_enabled=javascript,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        faults.watch(page)
        if user is not None:
            sign_in(page, user)
        return page

    yield open_
    for context in contexts:
        context.close()
    if faults:
        pytest.fail("\n".join(faults))


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page on a desk's screen, 1280 wide, signed out."""
    return open_page()


@pytest.fixture
def narrow_page(open_page: OpenPage) -> Page:
    """A page on a telephone's screen, 360 wide, signed out."""
    return open_page(narrow=True)


def sign_in(page: Page, user: User) -> None:
    """Sign ``user`` in without the code: a session's cookie put in the browser."""
    name = django_settings.SESSION_COOKIE_NAME
    value = signed_in(user).cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "domain": "localhost", "path": "/", "httpOnly": True}])


def code_of(message: EmailMessage) -> str:
    """The sign-in code that a mail carries."""
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"\b\d{6}\b", body.get_content())
    assert found is not None
    return found.group()


def press(page: Page, name: str) -> None:
    """Click the button that says exactly this; the page that it leads to, if it does, is there whole afterwards."""
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()
