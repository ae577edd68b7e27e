"""Whatever is typed, in an address, in its query or in a form, the answer is never a fault of ours."""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.access.scene import Scene, set_scene
from tests.access.table import TABLE, Line
from tests.access.test_addresses import close
from tests.factories import applications as factory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]
#: Each breaks something naive: a database's text, a number's range, a date's, a file's name, a template, a header.
TYPED = (
    "a\x00b",
    "9" * 5_000,
    "9999-12-31",
    "\x01\r\nA: b{{ 7|add:7 }}%s%(x)s{0}",
    "é\u202e\ufffe" + "x" * 10_000,
)
ASKED = ("a\x00b", "9" * 25)
#: A piece of an address, as a scanner would send it.
PIECES = ("%00", "9" * 5_000, "%D9%A3", "x" * 2_000)
#: What the pages read beside the fields that they show.
UNSEEN = ("act", "step", "next", "add", "remove", "member", "to", "requirement", "confirmed", "referents-TOTAL_FORMS")
FILTERS = ("q", "o", "p", "_to_field", "kind", "state__exact", "at__gte")
MOST_FIRST = ("hr", "chair", "juror", "owner", "authority", "auditor", "administrator")
NAME = re.compile(rb'<(?:input|textarea|select|button)\b[^>]*?\bname="([^"]+)"')


def _allowed(line: Line) -> str:
    """Someone who may pass, and so comes furthest."""
    return next((who for who in MOST_FIRST if who in line.people), "hr")


def _status(browser: Client, method: str, address: str, data: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    """The status and the body of an answer; whatever it did is undone."""
    cookies = browser.cookies.copy()
    with transaction.atomic():
        response: Any = browser.get(address) if method == "GET" else browser.post(address, data or {})
        body = b"".join(response.streaming_content) if response.streaming else response.content
        close(response)
        transaction.set_rollback(True)
    browser.cookies = cookies
    return response.status_code, body


def _broken_forms(browser: Client, name: str, address: str) -> Iterable[str]:
    """The values that break what the address does with a form: each in every field at once."""
    status, _body = _status(browser, "POST", address)
    if status == 405:
        return
    _status_of_page, page = _status(browser, "GET", address)
    fields = {unescape(field.decode()) for field in NAME.findall(page)} | set(UNSEEN)
    for value in TYPED:
        status, _body = _status(browser, "POST", address, dict.fromkeys(fields, value))
        if status >= 500:
            yield f"{name}: {value[:20]!r} gives {status}"


@pytest.fixture
def scene() -> Scene:
    return set_scene()


def _addresses(scene: Scene) -> Iterable[tuple[str, Line, Client, str]]:
    for name, line in TABLE.items():
        if name != "readyz":  # honest about a worker that no test starts
            yield name, line, scene.browsers[_allowed(line)], reverse(name, kwargs=dict(line.kwargs(scene)))


def test_forms_take_anything(scene: Scene) -> None:
    broken = [fault for name, _line, browser, at in _addresses(scene) for fault in _broken_forms(browser, name, at)]
    assert broken == []


def test_forms_of_an_open_draft_take_anything() -> None:
    """Those of a file that was submitted refuse before they read."""
    application = factory.complete_draft(factory.open_posting(), cast.candidate(1))
    browser = cast.signed_in(application.candidate)
    browser.raise_request_exception = False
    steps = ("identity", "career", "documents", "referees", "answers", "declaration", "review", "withdraw")
    addresses = {name: reverse(f"applications:{name}", args=[application.posting.slug]) for name in steps}
    assert [fault for name, at in addresses.items() for fault in _broken_forms(browser, name, at)] == []


def test_queries_take_anything(scene: Scene) -> None:
    broken = []
    for name, line, browser, address in _addresses(scene):
        keys = FILTERS if name.endswith("_changelist") else ("next", "a", "piece", "q")
        for value in ASKED if line.method == "GET" else ():
            asked = keys if name.endswith("_changelist") else [keys]
            for key in asked:
                query = {key: value} if isinstance(key, str) else dict.fromkeys(key, value)
                status, _body = _status(browser, "GET", f"{address}?{urlencode(query)}")
                broken += [f"{name}: {query!r:.60} gives {status}"] if status >= 500 else []
    assert broken == []


def test_addresses_take_anything(scene: Scene) -> None:
    broken = []
    for name, line, browser, address in _addresses(scene):
        for value in map(str, line.kwargs(scene).values()):
            for piece in PIECES:
                status, _body = _status(browser, line.method, address.replace(quote(value), piece, 1))
                broken += [f"{name}: {piece[:20]} gives {status}"] if status >= 500 else []
    assert broken == []
