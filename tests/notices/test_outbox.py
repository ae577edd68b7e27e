"""Owed once; approved, recalled and released by the right people at the right time."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from journal import clock
from journal.models import Entry
from notices import outbox
from notices.kinds import KINDS
from notices.models import Deed, Notice, NoticeState
from notices.outbox import NoticeRefused
from tests import cast
from tests.factories.notices import CONTEXTS, owed

pytestmark = pytest.mark.django_db
HOLD = timedelta(hours=1)


def decisions(count: int) -> list[Notice]:
    return [owed("decision", key=f"decision:{n}", to=cast.candidate(n + 1)) for n in range(count)]


def states() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("state", flat=True))


def test_every_kind_has_its_example() -> None:
    assert {kind: frozenset(context) for kind, context in CONTEXTS.items()} == {
        k: rule.fields for k, rule in KINDS.items()
    }


def test_the_same_key_is_the_same_notice() -> None:
    assert owed(key="once").pk == owed(key="once").pk
    assert Entry.objects.filter(kind="notice.prepared").count() == 1


def test_an_unknown_kind_or_field_is_refused() -> None:
    with pytest.raises(ValueError, match="not a kind"):
        outbox.enqueue(key="x", kind="postcard", to="a@b.example", context={})
    with pytest.raises(ValueError, match="tone"):
        owed(tone="kind")


def test_the_journal_holds_no_address() -> None:
    notice = owed("decision")
    outbox.approve(notice=notice, by=cast.hr())
    outbox.recall(notice=notice, by=cast.hr(), reason="Relecture de Salma L'Idrissi")
    bodies = " ".join(Entry.objects.filter(kind__startswith="notice.").values_list("body", flat=True))
    assert [word for word in (notice.address, "Idrissi") if word in bodies] == []


def test_a_decision_waits_for_its_approval_and_its_hold() -> None:
    notice = owed("decision")
    assert (notice.state, outbox.release_due()) == (NoticeState.PREPARED, 0)
    outbox.approve(notice=notice, by=cast.hr(), release_at=clock.now() + HOLD)
    assert outbox.release_due() == 0
    clock.move_to(clock.now() + HOLD, by="test", stopped=True)
    assert (outbox.release_due(), outbox.release_due(), states()) == (1, 0, [NoticeState.RELEASED])


def test_decisions_are_released_together_once_the_last_is_approved_and_due() -> None:
    first, last = decisions(2)
    outbox.approve(notice=first, by=cast.hr())
    assert outbox.release_due() == 0
    outbox.approve(notice=last, by=cast.hr(), release_at=clock.now() + HOLD)
    assert outbox.release_due() == 0
    clock.move_to(clock.now() + HOLD, by="test", stopped=True)
    assert outbox.release_due() == 2
    assert Notice.objects.values("released_at").distinct().count() == 1


def test_all_are_approved_at_once_for_one_instant() -> None:
    decisions(3)
    count = outbox.approve_all(campaign="secretaire-general", kind="decision", by=cast.hr(), release_at=clock.now())
    assert (count, outbox.release_due(), set(states())) == (3, 3, {NoticeState.RELEASED})


def test_a_recalled_notice_stays_and_keeps_nobody_waiting() -> None:
    recalled, other = decisions(2)
    outbox.approve_all(campaign="secretaire-general", kind="decision", by=cast.hr())
    outbox.recall(notice=recalled, by=cast.hr(), reason="Un motif à préciser.")
    assert (outbox.release_due(), states()) == (1, [NoticeState.RECALLED, NoticeState.RELEASED])
    assert [(a.deed, a.reason) for a in recalled.acts.all()] == [
        (Deed.APPROVED, ""),
        (Deed.RECALLED, "Un motif à préciser."),
    ]
    outbox.approve(notice=recalled, by=cast.hr())
    assert (outbox.release_due(), states()) == (1, [NoticeState.RELEASED, NoticeState.RELEASED])


def test_nothing_is_recalled_once_released_or_approved_twice() -> None:
    notice = owed("decision")
    outbox.approve(notice=notice, by=cast.hr())
    with pytest.raises(NoticeRefused):
        outbox.approve(notice=notice, by=cast.hr())
    outbox.release_due()
    with pytest.raises(NoticeRefused):
        outbox.recall(notice=notice, by=cast.hr(), reason="Trop tard")


@pytest.mark.parametrize("who", [cast.auditor, cast.authority, cast.juror, cast.candidate, cast.administrator])
def test_only_hr_approves_and_recalls(who) -> None:  # type: ignore[no-untyped-def]
    notice = owed("decision")
    with pytest.raises(PermissionDenied):
        outbox.approve(notice=notice, by=who())
    with pytest.raises(PermissionDenied):
        outbox.approve_all(campaign=notice.campaign, kind="decision", by=who())
    with pytest.raises(PermissionDenied):
        outbox.recall(notice=notice, by=who(), reason="x")
    assert states() == [NoticeState.PREPARED]


def test_a_person_sees_their_own_letters_once_released() -> None:
    mine, _theirs = decisions(2)
    receipt = owed("receipt")
    owed("withdrawn")
    assert list(outbox.visible_to(cast.candidate(1))) == [receipt]
    outbox.approve_all(campaign="secretaire-general", kind="decision", by=cast.hr())
    outbox.release_due()
    assert set(outbox.visible_to(cast.candidate(1))) == {receipt, mine}


def test_the_database_refuses_to_send_what_was_not_released() -> None:
    notice = owed("decision")
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(state=NoticeState.SENDING)


@pytest.mark.django_db(transaction=True)
def test_a_recall_and_a_release_at_once_agree() -> None:
    notice = owed("decision")
    outbox.approve(notice=notice, by=cast.hr())
    by, start, refused = cast.hr(), threading.Barrier(2), []

    def recall() -> None:
        start.wait()
        try:
            outbox.recall(notice=notice, by=by, reason="Au dernier moment")
        except NoticeRefused:
            refused.append(True)
        connection.close()

    def release() -> None:
        start.wait()
        outbox.release_due()
        connection.close()

    threads = [threading.Thread(target=recall), threading.Thread(target=release)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert states() == [NoticeState.RELEASED if refused else NoticeState.RECALLED]
