"""Exchanges that race each other, the withdrawal and the decision, with real threads and real connections."""

from collections.abc import Callable

import pytest

from applications import intake
from applications.exchanges import accommodation, objections, pieces
from applications.models import Accommodation, Application, Document, Objection, PieceRequest
from journal.models import Entry
from notices import outbox
from notices.models import Notice
from tests import cast
from tests.applications.test_races import together
from tests.factories import applications as factory
from tests.factories import late_stages

pytestmark = pytest.mark.django_db(transaction=True)


def asked() -> PieceRequest:
    posting = factory.open_posting()
    file = factory.submitted(posting, cast.candidate(1))
    factory.close(posting)
    requirement = posting.requirements.get(code="diplomes")
    return pieces.ask(application=file, requirement=requirement, message="Illisible.", days=5, by=cast.hr())


def sender(request: PieceRequest, words: str) -> Callable[[], object]:
    return lambda: pieces.receive(
        request=request, files=[("a.pdf", factory.pdf(words))], by=request.application.candidate
    )


def test_the_same_piece_from_two_tabs_is_one() -> None:
    request = asked()
    outcomes = together([sender(request, "net")] * 3)
    assert {outcome.pk for outcome in outcomes if isinstance(outcome, Document)} == {
        Document.objects.get(request=request).pk
    }
    assert Entry.objects.filter(kind="piece.received").count() == 1


def test_of_two_pieces_at_once_one_stands_with_its_file() -> None:
    request = asked()
    together([sender(request, "net"), sender(request, "plus net")])
    document = Document.objects.get(request=request)
    assert document.file.size == document.size
    assert Entry.objects.filter(kind="piece.received").count() == 2


def test_two_requests_at_once_are_one() -> None:
    posting = factory.open_posting()
    file = factory.submitted(posting, cast.candidate(1))
    factory.close(posting)
    requirement, officer = posting.requirements.get(code="diplomes"), cast.hr()

    def ask() -> object:
        return pieces.ask(application=file, requirement=requirement, message="Illisible.", days=5, by=officer)

    assert together([ask] * 3) == [PieceRequest.objects.get()] * 3
    assert Notice.objects.filter(kind="piece_requested").count() == 1


def test_a_piece_and_a_withdrawal_at_once_leave_no_piece_after_the_withdrawal() -> None:
    request = asked()
    file = request.application
    outcomes = together([sender(request, "net"), lambda: intake.withdraw(application=file, by=file.candidate)])
    assert isinstance(outcomes[1], Application)
    assert isinstance(outcomes[0], Document | pieces.RequestOver)
    received, withdrawn = (
        Entry.objects.filter(kind="piece.received").first(),
        Entry.objects.get(kind="application.withdrawn"),
    )
    assert received is None or received.pk < withdrawn.pk


def test_a_need_from_two_tabs_is_one_and_an_answer_answers_what_was_read() -> None:
    posting = factory.open_posting()
    file = factory.submitted(posting, cast.candidate(1))

    def ask(words: str) -> Callable[[], object]:
        return lambda: accommodation.ask(application=file, needs=words, by=file.candidate, seen="")

    outcomes = together([ask("Une rampe."), ask("Une pause.")])
    kept = Accommodation.objects.get()
    assert kept.needs in {"Une rampe.", "Une pause."}
    assert [o for o in outcomes if isinstance(o, accommodation.AccommodationChanged)] != []


def test_two_recourses_at_once_are_one() -> None:
    posting = late_stages.decided(2).posting
    for notice in Notice.objects.filter(kind="decision"):
        outbox.approve(notice=notice, by=cast.hr())
    outbox.release_due()
    file = posting.applications.get(candidate=cast.candidate(1))

    def lodge(words: str) -> Callable[[], object]:
        return lambda: objections.lodge(application=file, grounds=words, by=file.candidate)

    outcomes = together([lodge("Ma note."), lodge("Ma note."), lodge("Mon rang.")])
    assert Objection.objects.count() == 1
    assert Entry.objects.filter(kind="objection.lodged").count() == 1
    assert all(isinstance(outcome, Objection | objections.Pending) for outcome in outcomes)
