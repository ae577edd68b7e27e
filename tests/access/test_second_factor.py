"""Without the second factor, no address of the jury or of the authority opens: the code by mail isn't enough."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.access.scene import set_scene
from tests.access.table import AUTHORITY, JURORS, PUBLIC, REHEARSAL, SIGN_IN, TABLE
from tests.access.test_addresses import close

PROVE = "/compte/second-facteur/"
#: The way in and out, and proving it.
DOORS = {"account_inactive", "account_logout", "passkey_login", "accounts:second_factor", "accounts:second_factor_add"}
OPEN = set(PUBLIC) | set(REHEARSAL) | DOORS


@pytest.mark.django_db
@pytest.mark.usefixtures("mailbox")
@pytest.mark.parametrize("who", ["chair", "juror", "authority"])
def test_no_page_opens_before_the_second_factor(who: str) -> None:
    scene = set_scene()
    client = Client(raise_request_exception=False)
    user = {"chair": cast.juror(1), "juror": cast.juror(2), "authority": cast.authority()}[who]
    client.force_login(user, backend=cast.BACKEND)
    closed, wrong = 0, []
    for name, line in TABLE.items():
        if name in OPEN:
            continue
        send = client.post if line.method == "POST" else client.get
        with transaction.atomic():
            response = send(reverse(name, kwargs=dict(line.kwargs(scene))), dict(line.data(scene)))
            close(response)  # type: ignore[arg-type]
            transaction.set_rollback(True)
        closed += 1
        if not (response.status_code == 302 and response.headers["Location"].startswith(PROVE)):
            wrong.append(f"{name}: {response.status_code}")
    assert wrong == []
    assert closed > sum(bool(line.people & (JURORS | AUTHORITY)) for line in TABLE.values()) - len(OPEN)


def test_what_stays_open_is_what_anyone_may_open_and_the_way_in() -> None:
    assert {name for name in OPEN if name in SIGN_IN} == DOORS
