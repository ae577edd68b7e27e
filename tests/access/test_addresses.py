"""Each role at each address: denied unless the table says otherwise."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.contrib import admin
from django.core.signals import request_finished
from django.db import close_old_connections, connection, transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from journal import heart
from tests.access.scene import Scene, set_scene
from tests.access.table import ANYONE, TABLE, Line


def names(resolver: URLResolver | None = None, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    """The name of every address of the site, with its namespace. Without one are only the admin's redirects."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield ":".join((*spaces, pattern.name))
        else:
            yield from names(pattern, (*spaces, *([pattern.namespace] if pattern.namespace else [])))


def test_every_address_has_its_line_and_every_line_its_address() -> None:
    assert set(names()) ^ set(TABLE) == set()


def unnamed(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """The pattern of every address that has no name, and so no line in the table."""
    for pattern in (resolver or get_resolver()).url_patterns:
        where = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from unnamed(pattern, where)
        elif not pattern.name:
            yield where


def test_only_the_admins_own_redirects_have_no_name() -> None:
    """To a row's page, to an address with its slash; and its door, which leads to ours."""
    models = [model._meta for model in admin.site._registry]
    rows = {f"rh/{model.app_label}/{model.model_name}/<path:object_id>/" for model in models}
    assert set(unnamed()) == rows | {"rh/login/", "rh/(?P<url>.*)$"}


def outcome(response: HttpResponse, name: str) -> str:
    """``passes``, ``refused``, ``sign in``, or the status of a page that breaks."""
    location = response.headers.get("Location", "")
    if (
        response.status_code == 302
        and location.startswith(("/connexion/", "/rh/login/"))
        and not name.startswith("account_")
    ):
        return "sign in"
    if response.status_code in (403, 404):
        return "refused"
    if response.status_code == 405:
        return "not so"
    if response.status_code >= 500 and name != "readyz":
        return str(response.status_code)
    return "passes"


def close(response: HttpResponse) -> None:
    """Let go of the files it streams, and, as Django's test client does, not of the database."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


#: What a request may write whoever asks: when a session was last used.
_SESSIONS = re.compile(r'"(django_session|accounts_session)"')


def _noting(written: list[str]) -> Callable[..., Any]:
    """A wrapper of the database that keeps every statement that changes a row, but a session's."""

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if re.match(r"\s*(INSERT|UPDATE|DELETE)\b", sql) and not _SESSIONS.search(sql[:80]):
            written.append(sql[:80])
        return execute(sql, params, many, context)

    return note


@pytest.mark.django_db
def test_a_write_behind_a_refusal_would_be_seen() -> None:
    written: list[str] = []
    with connection.execute_wrapper(_noting(written)):
        heart.beat("anything")
    assert any("journal_heartbeat" in statement for statement in written)


def ask(scene: Scene, who: str, name: str, line: Line) -> str:
    """What the person gets there, ``wrote`` with it if they were refused and rows changed; whatever it did is undone."""
    address = reverse(name, kwargs=dict(line.kwargs(scene)))
    browser = scene.browsers[who]
    cookies = browser.cookies.copy()
    written: list[str] = []
    with transaction.atomic(), connection.execute_wrapper(_noting(written)):
        send = browser.post if line.method == "POST" else browser.get
        response: Any = send(address, dict(line.data(scene)))
        close(response)
        transaction.set_rollback(True)
    browser.cookies = cookies
    found = outcome(response, name)
    return found if found == "passes" or not written else f"{found}, wrote {written}"


def expected(name: str, who: str, line: Line) -> set[str]:
    """The admin sends whom it refuses to its door, which refuses whoever is signed in."""
    if who in line.people:
        return {"passes"}
    return {"sign in", "refused"} if who == "anonymous" or name.startswith("admin:") else {"refused"}


@pytest.mark.django_db
@pytest.mark.usefixtures("mailbox")
def test_each_person_passes_only_where_the_table_says() -> None:
    scene = set_scene()
    wrong = [
        f"{name}, {who}: {found}"
        for name, line in TABLE.items()
        for who in sorted(ANYONE)
        if (found := ask(scene, who, name, line)) not in expected(name, who, line)
    ]
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.usefixtures("mailbox")
def test_the_other_method_opens_no_address_to_those_whom_the_table_refuses() -> None:
    scene = set_scene()
    others = {name: replace(line, method="GET" if line.method == "POST" else "POST") for name, line in TABLE.items()}
    wrong = [
        f"{name}, {line.method}, {who}: {found}"
        for name, line in others.items()
        for who in sorted(ANYONE - line.people)
        if (found := ask(scene, who, name, line)) not in {"refused", "sign in", "not so"}
    ]
    assert wrong == []
