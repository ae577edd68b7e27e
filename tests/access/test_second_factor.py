"""Without the second factor, no address of the jury or of the authority opens: the code by mail isn't enough."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.access.scene import Scene, set_scene
from tests.access.table import PUBLIC, REHEARSAL, SIGN_IN, TABLE
from tests.access.test_addresses import close
from tests.second_factor import enrolled

PROVE = "/compte/second-facteur/"
#: The way in and out, and proving it.
DOORS = {"account_inactive", "account_logout", "passkey_login", "accounts:second_factor", "accounts:second_factor_add"}
OPEN = set(PUBLIC) | set(REHEARSAL) | DOORS


def _sent_elsewhere(scene: Scene, client: Client, name: str) -> str:
    """Where the person is sent from that address; the status when they are not. Whatever it did is undone."""
    line = TABLE[name]
    send = client.post if line.method == "POST" else client.get
    with transaction.atomic():
        response = send(reverse(name, kwargs=dict(line.kwargs(scene))), dict(line.data(scene)))
        close(response)  # type: ignore[arg-type]
        transaction.set_rollback(True)
    return response.headers["Location"] if response.status_code == 302 else str(response.status_code)


@pytest.mark.django_db
@pytest.mark.usefixtures("mailbox")
def test_no_page_opens_before_the_second_factor() -> None:
    scene, wrong = set_scene(), []
    for user in (cast.juror(1), cast.juror(2), cast.authority()):
        enrolled(user)
        client = Client(raise_request_exception=False)
        client.force_login(user, backend=cast.BACKEND)
        found = {name: _sent_elsewhere(scene, client, name) for name in TABLE if name not in OPEN}
        wrong += [f"{user}, {name}: {where}" for name, where in found.items() if not where.startswith(PROVE)]
    assert wrong == []


def test_what_stays_open_is_what_anyone_may_open_and_the_way_in() -> None:
    assert {name for name in OPEN if name in SIGN_IN} == DOORS
