"""What must hold on every page, seen by the browser: no complaint, one heading, labels, no overflow, axe's rules."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request

from tests.browser.conftest import NARROW, WIDE

#: WCAG 2.2, levels A and AA.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "iframes": False,
    "preload": False,  # it would load style sheets in ways that the security policy refuses
}
UNLABELLED = """
    fields => fields.filter(f => !f.labels?.length && !f.ariaLabel && !f.getAttribute('aria-labelledby'))
                    .map(f => f.name || f.outerHTML)
"""
FIELDS = "input:not([type=hidden], [type=submit], [type=button]), select, textarea"
# What a finger aims at. A link within running text is as high as its line (WCAG 2.5.8, « inline »), and so is one that is
# only reached by keyboard or is the whole of a sentence; the admin keeps Django's own measures.
TARGETS = "main :is(a[href], button, input, select, summary, textarea), header :is(a[href], button), footer a[href]"
SMALL = """
    (elements, least) => elements.filter(e => {
        const style = getComputedStyle(e);
        const box = (e.matches('input[type=radio], input[type=checkbox]') && e.labels?.length
            ? e.closest('.form-check, label, li') ?? e.labels[0] : e).getBoundingClientRect();
        if (!box.height || style.visibility === 'hidden' || e.closest('.visually-hidden, [hidden]')) return false;
        if (e.matches('a') && style.display === 'inline') return false;
        return box.height < least - 0.5;
    }).map(e => `${Math.round(e.getBoundingClientRect().height)} px: ${e.outerHTML.slice(0, 120)}`)
"""
TARGET = 44
REFUSED = re.compile(r"the server responded with a status of (403|409|413|422|429|503) ")
# Without an answer, nothing is left to be refused: a document's frame tells of its own refusals.
VIOLATIONS = """
    window.refusals = [];
    document.addEventListener('securitypolicyviolation', e => refusals.push(`${e.violatedDirective} ${e.blockedURI}`));
"""


class Complaints(list[str]):
    """The console's errors, what the security policy refused, requests that failed."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        page.add_init_script(VIOLATIONS)
        page.on("pageerror", lambda error: self.append(f"error: {error}"))
        page.on("console", self._heard)
        page.on("requestfailed", self._failed)
        page.on("request", self._asked)

    def _heard(self, line: ConsoleMessage) -> None:
        # A page that refuses says so by its status: a form to correct (422), an hour that is past (409).
        if line.type in ("error", "warning") and not REFUSED.search(line.text):
            self.append(f"console: {line.text}")

    def _asked(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme in ("http", "https", "ws", "wss") and asked.hostname != "localhost":
            self.append(f"third party: {request.url}")

    def _failed(self, request: Request) -> None:
        # A page that was left before its preview had come: the browser itself called the preview off.
        if request.is_navigation_request() and request.frame.parent_frame and request.failure == "net::ERR_ABORTED":
            return
        # Leaving a page cuts short what Chromium's own viewer of PDFs asks of itself.
        if request.url.startswith(("chrome-extension://", "chrome://")):
            return
        self.append(f"failed: {request.url} {request.failure}")


def look(page: Page, address: str) -> Iterator[str]:
    """Open the address and tell each thing that doesn't hold there."""
    page.set_viewport_size(NARROW)
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        yield f"answered {answer and answer.status}"
    yield from look_here(page)


def look_here(page: Page) -> Iterator[str]:
    """Tell each thing that doesn't hold on the page as it stands."""
    yield from (f"refused: {refusal}" for refusal in page.evaluate("window.refusals"))
    for one in ("html[lang=fr]", "main", "h1"):
        if (count := page.locator(one).count()) != 1:
            yield f"{count} {one}"
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        if (width := page.evaluate("document.documentElement.scrollWidth")) > size["width"]:
            yield f"{width} wide at {size['width']}"
    yield from (f"no label: {field}" for field in page.locator(FIELDS).evaluate_all(UNLABELLED))
    if "/rh/" not in page.url:
        yield from (f"small: {target}" for target in page.locator(TARGETS).evaluate_all(SMALL, TARGET))
    yield from axe(page)


def axe(page: Page) -> Iterator[str]:
    """Each element that breaks one of axe's rules."""
    for violation in Axe().run(page, options=RULES).response["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {_where(node)} {node['html'][:160]}"


def _where(node: dict[str, Any]) -> str:
    return " ".join(str(part) for part in node["target"])


class Inspector:
    """Goes from page to page and remembers what was wrong, with the address."""

    def __init__(self, page: Page) -> None:
        self.page, self.complaints, self.found = page, Complaints(page), list[str]()

    def visit(self, *addresses: str) -> None:
        for address in addresses:
            self._note(address, look(self.page, address))

    def stay(self, words: str) -> None:
        """Look at the page that an act led to."""
        self._note(words, look_here(self.page))

    def _note(self, where: str, faults: Iterator[str]) -> None:
        self.found += [f"{where}: {fault}" for fault in [*faults, *self.complaints]]
        self.complaints.clear()
