"""The doctor finds each impossible state that is made to exist, and nothing in a sound campaign."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from applications.models import Application, Document, Move
from applications.states import State
from evaluations.models import Declaration, Score, ScoreSheet
from journal.models import Entry
from notices.models import Notice
from pmp_recruit.invariants import INVARIANTS, broken
from postings.models import Posting
from tests import cast
from tests.factories import applications as factory
from tests.factories import late_stages

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(posting: Posting) -> Posting:
    """A closed campaign with two files, one of them admitted, and a draft that lapsed."""
    factory.submitted(posting, cast.candidate(1))
    factory.draft(posting, cast.candidate(3))
    factory.admitted(posting, cast.candidate(2))
    posting.refresh_from_db()
    return posting


def test_a_sound_campaign_has_nothing_broken(campaign: Posting) -> None:
    assert broken() == {}


def test_the_command_lists_every_invariant(campaign: Posting) -> None:
    out = StringIO()
    call_command("doctor", "--invariants", stdout=out)
    assert [line.split() for line in out.getvalue().splitlines()] == [["holds", check.__name__] for check in INVARIANTS]


def _one() -> Application:
    return Application.objects.filter(state=State.SUBMITTED).get()


def _forget_a_receipt() -> None:
    key = f"receipt:{_one().dossier_code}"
    Notice.objects.filter(key=key).update(key=f"lost:{key}", kind="withdrawn")


def _change_a_stored_document() -> None:
    document = Document.objects.filter(application=_one()).first()
    assert document is not None
    path = Path(document.file.path)
    path.write_bytes(path.read_bytes() + b" ")


def _lose_a_stored_document() -> None:
    document = Document.objects.filter(application=_one()).first()
    assert document is not None
    Path(document.file.path).unlink()


def _miscount_the_closing() -> None:
    Posting.objects.update(accepted_count=7)


def _let_a_late_file_in() -> None:
    Posting.objects.update(closes_at="2025-10-02T15:30:00Z")


def _swap_a_document() -> None:
    Document.objects.filter(application=_one()).update(sha256="0" * 64)


def _send_twice() -> None:
    notice = Notice.objects.get(key=f"receipt:{_one().dossier_code}")
    for number in (98, 99):
        notice.deliveries.create(
            number=number, message_id="<x@y>", started_at=notice.created_at, ended_at=notice.created_at, outcome="sent"
        )


def _forget_a_delivery() -> None:
    notice = Notice.objects.get(key=f"receipt:{_one().dossier_code}")
    notice.deliveries.create(number=97, message_id="<x@y>", started_at=notice.created_at)


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (_forget_a_receipt, "one_receipt_each"),
        (_change_a_stored_document, "stored_documents_are_whole"),
        (_lose_a_stored_document, "stored_documents_are_whole"),
        (_miscount_the_closing, "closing_list_equals_a_recount"),
        (_let_a_late_file_in, "nothing_late_got_in"),
        (_swap_a_document, "manifests_are_what_was_submitted"),
        (_send_twice, "nothing_was_sent_twice"),
        (_forget_a_delivery, "no_delivery_is_forgotten"),
    ],
)
def test_an_impossible_state_is_found(campaign: Posting, harm: Callable[[], None], named: str) -> None:
    harm()
    assert named in broken()
    with pytest.raises(CommandError, match="invariants fail"):
        call_command("doctor", "--invariants", stdout=StringIO())


@contextmanager
def _triggers_aside() -> Iterator[None]:
    """What only somebody with the database in hand can do. PostgreSQL alone can put its triggers aside so."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL can put its triggers aside for one transaction")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = origin")


def _retain_without_a_move() -> None:
    Application.objects.filter(pk=_one().pk).update(state=State.RETAINED)


def _rewrite_an_entry() -> None:
    entry = Entry.objects.get(kind="application.submitted", subject=_one().subject)
    Entry.objects.filter(pk=entry.pk).update(body=entry.body.replace("submitted", "withdrawn"))


def _move_elsewhere_than_the_journal_tells() -> None:
    Move.objects.filter(application=_one()).update(to_state=State.ADMISSIBLE)


def _keep_a_draft() -> None:
    Application.objects.filter(state=State.LAPSED).update(state=State.DRAFT)


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (_retain_without_a_move, "state_is_the_last_move"),
        (_rewrite_an_entry, "journal_verifies"),
        (_move_elsewhere_than_the_journal_tells, "moves_stand_in_the_journal"),
        (_keep_a_draft, "no_draft_outlives_the_closing"),
    ],
)
def test_a_row_changed_behind_the_triggers_is_found(campaign: Posting, harm: Callable[[], None], named: str) -> None:
    with _triggers_aside():
        harm()
    assert named in broken()


def _forget_a_decision_letter() -> None:
    Notice.objects.filter(pk=Notice.objects.filter(kind="decision")[0].pk).update(kind="withdrawn", key="lost")


def _lose_a_mark() -> None:
    Score.objects.filter(pk=Score.objects.filter(sheet__sealed_at__isnull=False)[0].pk).update(value=None)


def _declare_after_sealing() -> None:
    sheet = ScoreSheet.objects.filter(sealed_at__isnull=False)[0]
    declarations = Declaration.objects.filter(member=sheet.member, application=sheet.application)
    declarations.update(conflict=True, reason="Une parente.")


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (_forget_a_decision_letter, "one_decision_letter_each"),
        (_lose_a_mark, "sealed_sheets_are_full"),
        (_declare_after_sealing, "no_conflicted_member_marked"),
    ],
)
def test_what_the_jury_and_the_authority_did_is_found_changed(harm: Callable[[], None], named: str) -> None:
    late_stages.decided(2)
    assert broken() == {}
    with _triggers_aside():
        harm()
    assert named in broken()


def test_every_invariant_is_broken_by_a_test() -> None:
    marks = [
        mark
        for test in (
            test_an_impossible_state_is_found,
            test_a_row_changed_behind_the_triggers_is_found,
            test_what_the_jury_and_the_authority_did_is_found_changed,
        )
        for mark in test.pytestmark  # type: ignore[attr-defined]
    ]
    harmed = {named for mark in marks if mark.name == "parametrize" for _harm, named in mark.args[1]}
    assert harmed == {check.__name__ for check in INVARIANTS}
