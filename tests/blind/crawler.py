"""Somebody who opens every address that a page gives them, and then every address that those give."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from django.http import HttpResponseBase
from django.test import Client

from tests.blind.unpacking import readable

HOST = "http://testserver"
#: Leaving, and what is the same for everyone. A rehearsal's own pages show everybody's mail, to teach: no campaign has them.
SKIPPED = ("/static/", "/repetition/", "/connexion/")
LEAVING = re.compile(r"deconnexion|logout|quitter")
_ADDRESSES = frozenset({"href", "src", "srcset", "poster", "data", "cite", "hx-get", "action", "formaction"})
_PATH = re.compile(r"""["'(=\s](/[\w\-./%?=&;~@:+]+)""")
#: Random, and long enough to spell a short name one day: a form's token.
_TOKEN = re.compile(r"""(name="csrfmiddlewaretoken" value="|"X-CSRFToken": ")[A-Za-z0-9]+""")


@dataclass(frozen=True)
class Fetched:
    """One answer: its status, and all that can be read in its headers, cookies and bytes."""

    status: int
    page: str
    text: str


class _Links(HTMLParser):
    """Every address that a page names, and every form that asks by GET, sent as it stands."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._form: tuple[str, list[tuple[str, str]]] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name, value in given.items():
            if name in _ADDRESSES:
                self.found += re.split(r",?\s+", value)
            else:  # « data-autosave », a refresh: an address where it looks like one
                self.found += _PATH.findall(f" {value}")
        if tag == "form" and given.get("method", "get").lower() == "get":
            self._form = (given.get("action", ""), [])
        elif self._form and tag in {"input", "button", "textarea"} and given.get("name"):
            self._form[1].append((given["name"], given.get("value", "")))
        elif self._form and tag == "option":
            self.found.append("?" + urlencode([*self._form[1], ("", given.get("value", ""))]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form:
            action, values = self._form
            self.found.append(f"{action}?{urlencode(values)}")
            self._form = None


def close(response: HttpResponseBase) -> None:
    """Close the files behind the answer; its own ``close()`` would end the test's database connection too."""
    for closer in response._resource_closers:  # type: ignore[attr-defined]
        closer()


def read(response: HttpResponseBase) -> Fetched:
    """The answer with all that it tells, tokens of forms aside."""
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    head = [f"{name}: {value}" for name, value in response.headers.items()]
    head += [f"Set-Cookie: {morsel.OutputString()}" for name, morsel in response.cookies.items() if name != "csrftoken"]
    close(response)
    page = body.decode("utf-8", "replace")
    told = _TOKEN.sub(r"\1", page).encode() if page.isprintable() or "<html" in page else body
    return Fetched(response.status_code, page, readable("\n".join(head).encode()) + "\n" + readable(told))


def crawl(client: Client, starts: Iterable[str]) -> dict[str, Fetched]:
    """Every answer to every address that leads from ``starts``, by address."""
    seen: dict[str, Fetched] = {}
    waiting = list(starts)
    while waiting:
        address = waiting.pop()
        if address in seen or address.startswith(SKIPPED) or LEAVING.search(address):
            continue
        response = client.get(address)
        seen[address] = read(response)
        kind = response.headers.get("Content-Type", "")
        targets = [*_targets(seen[address].page, kind), response.headers.get("Location", "")]
        targets += re.findall(r"<([^>]+)>", response.headers.get("Link", ""))
        waiting += [path for target in targets if (path := _here(address, target))]
    return seen


def _targets(page: str, kind: str) -> list[str]:
    if kind.startswith("text/html"):
        return _Links(page).found
    if kind.startswith("application/json"):
        return [value for value in _strings(json.loads(page)) if value.startswith(("/", HOST))]
    return [unescape(found) for found in _PATH.findall(page)] if kind.startswith("text/") else []


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(item)


def _here(address: str, target: str) -> str | None:
    """The path of a link of this site; None for any other."""
    try:
        found = urlsplit(urljoin(HOST + address, target.strip()))
    except ValueError:
        return None
    if not target.strip() or found.netloc != "testserver" or found.scheme != "http":
        return None
    # What isn't an address of ours only looks like one: words in a « data- » attribute.
    if " " in found.path or "{" in found.path:
        return None
    return found.path + (f"?{found.query}" if found.query else "")
