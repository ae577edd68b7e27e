"""Each role at each address: denied unless the table says otherwise."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

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
    if response.status_code >= 500 and name != "readyz":
        return str(response.status_code)
    return "passes"


def close(response: HttpResponse) -> None:
    """Let go of the files it streams, and, as Django's test client does, not of the database."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


def ask(scene: Scene, who: str, name: str, line: Line) -> str:
    """What the person gets there; whatever it did is undone."""
    address = reverse(name, kwargs=dict(line.kwargs(scene)))
    browser = scene.browsers[who]
    cookies = browser.cookies.copy()
    with transaction.atomic():
        send = browser.post if line.method == "POST" else browser.get
        response: Any = send(address, dict(line.data(scene)))
        close(response)
        transaction.set_rollback(True)
    browser.cookies = cookies
    return outcome(response, name)


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
