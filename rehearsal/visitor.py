"""Someone in front of a browser, without the browser: real HTTP requests, cookies, and the forms of the pages."""

import mimetypes
import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from typing import cast
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

TIMEOUT = 60  # seconds for one answer


class WalkFailed(Exception):
    """Something was not as the walk expected it: what, and the page that showed it."""

    def __init__(self, what: str, page: "Page | None" = None) -> None:
        super().__init__(what)
        self.page = page


@dataclass
class Form:
    """One form of a page, with what its fields hold."""

    action: str
    method: str = "get"
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[tuple[str, str, bytes]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    options: dict[str, list[str]] = field(default_factory=dict)
    multipart: bool = False

    def has(self, name: str) -> bool:
        """Whether a field or button of the form carries that name."""
        return name in self.names

    def values(self, name: str) -> list[str]:
        """What the fields of that name hold."""
        return [value for key, value in self.fields if key == name]

    def choices(self, name: str) -> list[str]:
        """What may be chosen in a list, boxes or radios of that name, the empty choice left out."""
        return [value for value in self.options.get(name, []) if value]

    def fill(self, **values: str | list[str]) -> "Form":
        """Type over fields; a list fills several of one name. Raises WalkFailed for a field that isn't there."""
        for name, value in values.items():
            if not self.has(name):
                raise WalkFailed(f"{self.action}: no field {name!r} among {sorted(self.names)}")
            self.fields = [(key, old) for key, old in self.fields if key != name]
            self.fields += [(name, item) for item in (value if isinstance(value, list) else [value])]
        return self

    def attach(self, name: str, filename: str, content: bytes) -> "Form":
        """Choose a file. Raises WalkFailed when the form has no such field."""
        if not self.has(name):
            raise WalkFailed(f"{self.action}: no file field {name!r} among {sorted(self.names)}")
        self.files.append((name, filename, content))
        return self


class _Reader(HTMLParser):
    """Collects the forms of a page, fields tied by ``form=`` included."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.open: Form | None = None
        self.select: tuple[Form, str, list[str], list[str]] | None = None
        self.textarea: tuple[Form, str, list[str]] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        attrs = {key: value or "" for key, value in attributes}
        if tag == "form":
            self.open = Form(action=attrs.get("action", ""), method=attrs.get("method", "get").lower())
            self.open.multipart = attrs.get("enctype") == "multipart/form-data"
            self.forms.append(self.open)
            self.by_id[attrs.get("id", "")] = self.open
        form = self.by_id.get(attrs["form"]) if "form" in attrs else self.open
        name = attrs.get("name", "")
        if tag == "option" and self.select is not None:
            self._option(attrs)
        if form is None or not name or "disabled" in attrs:
            return
        form.names.add(name)
        if tag == "input":
            self._input(form, name, attrs)
        elif tag == "button":
            form.buttons.append((name, attrs.get("value", "")))
        elif tag == "select":
            self.select = (form, name, [], [])
        elif tag == "textarea":
            self.textarea = (form, name, [])

    @staticmethod
    def _input(form: Form, name: str, attrs: dict[str, str]) -> None:
        kind = attrs.get("type", "text")
        if kind in ("checkbox", "radio"):
            form.options.setdefault(name, []).append(attrs.get("value", "on"))
        if kind == "submit":
            form.buttons.append((name, attrs.get("value", "")))
        elif kind == "file" or (kind in ("checkbox", "radio") and "checked" not in attrs):
            return
        else:
            form.fields.append((name, attrs.get("value", "on" if kind in ("checkbox", "radio") else "")))

    def _option(self, attrs: dict[str, str]) -> None:
        assert self.select is not None  # noqa: S101 - narrowed by the caller
        _form, _name, every, chosen = self.select
        every.append(attrs.get("value", ""))
        if "selected" in attrs:
            chosen.append(attrs.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select" and self.select:
            form, name, every, chosen = self.select
            form.options[name] = every
            form.fields += [(name, value) for value in chosen or every[:1]]
            self.select = None
        elif tag == "textarea" and self.textarea:
            form, name, text = self.textarea
            form.fields.append((name, "".join(text).removeprefix("\n")))
            self.textarea = None

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.textarea[2].append(data)


@dataclass
class Page:
    """An answer of the site."""

    url: str
    status: int
    body: bytes
    disposition: str

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")

    @property
    def forms(self) -> list[Form]:
        reader = _Reader()
        reader.feed(self.text)
        return reader.forms

    def form(self, *, having: str = "", to: str = "") -> Form:
        """The first posting form with a field named ``having`` and an action containing ``to``."""
        for form in self.forms:
            if form.method == "post" and (not having or form.has(having)) and to in form.action:
                return form
        raise WalkFailed(f"{self.url} ({self.status}): no form having {having!r} to {to!r}", self)

    def links(self, containing: str) -> list[str]:
        """The addresses on the page that contain a text, each once, in order."""
        found = [part.split('"', 1)[0] for part in self.text.split('href="')[1:]]
        return list(dict.fromkeys(link.replace("&amp;", "&") for link in found if containing in link))


class Visitor:
    """One person's browser: their cookies, and nothing of anyone else's."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.cookies = CookieJar()
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.cookies))

    def _open(self, request: Request) -> Page:
        try:
            answer = cast(HTTPResponse, self.opener.open(request, timeout=TIMEOUT))
        except HTTPError as error:  # an answer like any other: the walk looks at its status
            answer = cast(HTTPResponse, error)
        with answer:
            disposition = answer.headers.get("Content-Disposition", "")
            return Page(url=answer.url, status=answer.status, body=answer.read(), disposition=disposition)

    def get(self, path: str, *, expect: int = 200) -> Page:
        """Open a page. Raises WalkFailed unless it answers ``expect``."""
        return self._expected(self._open(Request(urljoin(self.base_url, path))), expect)  # noqa: S310 - our own server

    def submit(self, page: Page, form: Form, *, button: str = "", expect: int = 200) -> Page:
        """Send a form as a browser would, pressing ``button`` (``name`` or ``name=value``) if told."""
        url = urljoin(page.url, form.action or urlsplit(page.url).path)
        fields = [*form.fields, *self._pressed(form, button)]
        if form.multipart:
            body, kind = _multipart(fields, form.files)
        else:
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, "Referer": page.url, "Origin": self.base_url}
        return self._expected(self._open(Request(url, data=body, headers=headers)), expect)  # noqa: S310

    @staticmethod
    def _pressed(form: Form, button: str) -> list[tuple[str, str]]:
        if not button:
            return []
        name, _sep, value = button.partition("=")
        choices = [pair for pair in form.buttons if pair[0] == name and (not value or pair[1] == value)]
        if not choices:
            raise WalkFailed(f"{form.action}: no button {button!r} among {form.buttons}")
        return choices[:1]

    @staticmethod
    def _expected(page: Page, expect: int) -> Page:
        if page.status != expect:
            raise WalkFailed(f"{page.url} answered {page.status}, not {expect}.", page)
        return page


def _multipart(fields: list[tuple[str, str]], files: list[tuple[str, str, bytes]]) -> tuple[bytes, str]:
    boundary = secrets.token_hex(16)
    parts: list[bytes] = []
    for name, value in fields:
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, filename, content in files:
        kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        parts.append(f"{head}Content-Type: {kind}\r\n\r\n".encode() + content + b"\r\n")
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"
