"""A page in a real browser whose only server is the test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, Route

SITE = "https://front.test"
JS = Path(settings.BASE_DIR) / "static/js"
Show = Callable[..., Page]


@pytest.fixture
def show(browser: Browser) -> Iterator[Show]:
    """``show(body, scripts)`` opens a page of that body; the test may ``page.route`` what the page asks for."""
    context = browser.new_context(locale="fr-FR")

    def open_page(body: str, *scripts: str) -> Page:
        page = context.new_page()
        head = "".join(f'<script src="/{name}" defer></script>' for name in scripts)
        html = f'<!doctype html><html lang="fr" data-zone="Africa/Casablanca"><head>{head}</head><body>{body}</body></html>'

        def serve(route: Route) -> None:
            path = JS / route.request.url.removeprefix(f"{SITE}/")
            if path.is_file():
                route.fulfill(body=path.read_text(), content_type="text/javascript; charset=utf-8")
            else:
                route.fulfill(body=html, content_type="text/html; charset=utf-8")

        page.route(f"{SITE}/**", serve)
        return page

    yield open_page
    context.close()


@pytest.fixture
def status_line() -> str:
    """The element that says whether what was typed is saved."""
    return render_to_string("elements/autosave_status.html")
