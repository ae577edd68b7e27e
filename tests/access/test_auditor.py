"""The auditor reads all and changes nothing: whatever they send, wherever they may read, no row changes."""

import re

import pytest
from django.db import connection, transaction
from django.urls import reverse

from tests.access.scene import set_scene
from tests.access.table import PUBLIC, REHEARSAL, SIGN_IN, TABLE
from tests.access.test_addresses import close

#: What is about their own account, or nobody's: the rest is about the campaign.
OWN = {*PUBLIC, *REHEARSAL, *SIGN_IN, "admin:logout", "evaluations:reference", "evaluations:reference_done"}
_KEPT = re.compile(r'"(django_session|accounts_session|applications_viewing|journal_\w+)"')


@pytest.mark.django_db
@pytest.mark.usefixtures("mailbox")
def test_nothing_that_the_auditor_sends_changes_a_row() -> None:
    scene, written = set_scene(), []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if re.match(r"\s*(INSERT|UPDATE|DELETE)\b", sql) and not _KEPT.search(sql[:80]):
            written.append(f"{name}: {sql[:80]}")
        return execute(sql, params, many, context)

    browser = scene.browsers["auditor"]
    for name, line in TABLE.items():
        if name in OWN or "auditor" not in line.people:
            continue
        data = {
            **dict(line.data(scene)),
            "answer": "Oui.",
            "outcome": "upheld",
            "confirmed": "1",
            "_save": "1",
            "act": "recall",
        }
        with transaction.atomic(), connection.execute_wrapper(note):
            answer = browser.post(reverse(name, kwargs=dict(line.kwargs(scene))), data)
            close(answer)  # type: ignore[arg-type]
            transaction.set_rollback(True)
    assert written == []
