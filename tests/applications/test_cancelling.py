"""A posting is cancelled: said plainly, told once to everyone concerned, and nothing happens to it afterwards."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from applications import cancelling, erasure, intake, screening, tasks
from applications.models import Application, CancellationTelling
from applications.states import State
from evaluations import panels
from journal import clock, fsck
from journal.models import Entry
from notices import letters
from notices.models import Notice
from postings.locks import PostingCancelled
from postings.models import Posting
from tests import cast
from tests.factories import applications as files
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db
REASON = "Le poste est supprimé par la réorganisation du service."


def told() -> list[str]:
    return sorted(Notice.objects.filter(kind="posting_cancelled").values_list("recipient__email", flat=True))


def page(slug: str) -> str:
    return reverse("admin:applications_application_cancel", args=[slug])


def test_everyone_with_a_draft_or_a_file_is_told_once_by_letter(posting: Posting) -> None:
    files.draft(posting, cast.candidate(1))
    files.submitted(posting, cast.candidate(2))
    intake.withdraw(application=files.submitted(posting, cast.candidate(3)), by=cast.candidate(3))
    officer = cast.signed_in(cast.hr())
    assert officer.post(page(posting.slug), {"reason": " "}).status_code == 422
    preview = officer.post(page(posting.slug), {"reason": REASON})
    assert "2 personnes" in preview.content.decode()
    assert REASON in preview.content.decode()
    assert told() == []
    for _press in range(2):
        officer.post(page(posting.slug), {"reason": REASON, "confirmed": "1"})
    assert told() == [cast.candidate(1).email, cast.candidate(2).email]
    entry = Entry.objects.get(kind="posting.cancelled")
    assert (entry.subject, entry.facts["reason"]) == (posting.subject, REASON)
    assert letters.render(Notice.objects.get(kind="posting_cancelled", recipient=cast.candidate(2))).startswith(b"%PDF")
    shown = cast.signed_in(cast.candidate(2)).get(reverse("applications:follow", args=[posting.slug])).content.decode()
    assert REASON in shown
    assert "Avis annulé" in shown
    assert "Retirer ma candidature" not in shown


def test_a_telling_cut_short_is_taken_up_and_tells_nobody_twice(posting: Posting) -> None:
    for n in range(1, 4):
        files.draft(posting, cast.candidate(n))
    cancelling.cancel(posting=posting, reason=REASON, by=cast.hr())
    CancellationTelling.objects.update(finished_at=None)
    Notice.objects.filter(recipient=cast.candidate(2), kind="posting_cancelled").delete()
    for _run in range(2):
        tasks.close_due_intakes()
    assert told() == [cast.candidate(n).email for n in (1, 2, 3)]
    assert CancellationTelling.objects.get().finished_at is not None


def test_the_public_page_says_it_with_its_reason_and_date(posting: Posting, client: Client) -> None:
    cancelling.cancel(posting=posting, reason=REASON, by=cast.hr())
    shown = client.get(reverse("postings:detail", args=[posting.slug])).content.decode().replace("\u00a0", " ")
    assert "Avis annulé" in shown
    assert REASON in shown
    assert "29 octobre 2025" in shown
    assert "Préparer ma candidature" not in shown
    assert "data-deadline" not in shown


def test_nothing_is_submitted_after(posting: Posting) -> None:
    draft = files.complete_draft(posting, cast.candidate(1))
    cancelling.cancel(posting=posting, reason=REASON, by=cast.hr())
    browser = cast.signed_in(cast.candidate(1))
    answer = browser.post(reverse("applications:review", args=[posting.slug]))
    draft.refresh_from_db()
    assert (answer.status_code, draft.state) == (409, State.DRAFT)
    assert "annulé" in answer.content.decode()
    with pytest.raises(ValidationError):
        intake.start(posting=posting, by=cast.candidate(2))
    clock.move_to(posting.closes_at + timedelta(hours=1), by="test", stopped=True)
    tasks.close_due_intakes()
    assert Posting.objects.get().closed_at is None
    assert browser.get(reverse("applications:overview", args=[posting.slug])).status_code == 200
    erasure.erase_unsubmitted(application=draft, by=cast.candidate(1))
    assert not Application.objects.exists()


def test_nothing_is_examined_marked_or_decided_after() -> None:
    session = late_stages.deliberated(3)
    posting = session.posting
    cancelling.cancel(posting=posting, reason=REASON, by=cast.hr())
    authority = cast.signed_in(cast.authority())
    with pytest.raises(PostingCancelled):
        late_stages.decisions.decide(posting=posting, choices=late_stages.in_jury_order(posting), by=cast.authority())
    assert "Avis annulé" in authority.get(reverse("evaluations:decide", args=[posting.slug])).content.decode()
    heard = Application.objects.filter(posting=posting, state=State.INTERVIEWED)[0]
    with pytest.raises(IntegrityError), transaction.atomic():  # behind every act, the database
        heard.moves.create(
            from_state="interviewed", to_state="retained", at=clock.now(), entry=Entry.objects.order_by("pk").last()
        )
    assert not Entry.objects.filter(kind="decision.taken").exists()
    assert fsck.check() == []


def test_a_file_waits_for_nobody_after() -> None:
    posting = files.open_posting()
    file = files.submitted(posting, cast.candidate(1))
    files.close(posting)
    cancelling.cancel(posting=posting, reason=REASON, by=cast.hr())
    with pytest.raises(PostingCancelled):
        screening.admit(application=file, by=cast.hr())
    with pytest.raises(PostingCancelled):
        panels.compose(posting=posting, members=evaluations.seats(), by=cast.hr())


def test_who_may_cancel_and_until_when(posting: Posting) -> None:
    for person in (cast.candidate(), cast.juror(1), cast.authority(), cast.auditor(), cast.administrator()):
        with pytest.raises(PermissionDenied):
            cancelling.cancel(posting=posting, reason=REASON, by=person)
    cancelling.cancel(posting=posting, reason=REASON, by=cast.hr())
    with pytest.raises(ValidationError, match="déjà annulé"):
        cancelling.cancel(posting=posting, reason="Un autre motif.", by=cast.hr())
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.update(cancelled_at=None, cancellation_reason="")


def test_a_decided_posting_is_not_cancelled() -> None:
    posting = late_stages.decided(2).posting
    with pytest.raises(ValidationError, match="avant la décision"):
        cancelling.cancel(posting=posting, reason=REASON, by=cast.hr())


@pytest.mark.django_db(transaction=True)
def test_a_submission_and_a_cancellation_at_once_are_in_one_order(posting: Posting) -> None:
    draft, officer = files.complete_draft(posting, cast.candidate(1)), cast.hr()
    together = threading.Barrier(2)
    outcomes: dict[str, str] = {}

    def run(name: str, act: Callable[[], object]) -> None:
        together.wait()
        try:
            act()
            outcomes[name] = "done"
        except PostingCancelled:
            outcomes[name] = "refused"
        finally:
            connection.close()

    acts: dict[str, Callable[[], object]] = {
        "submit": lambda: intake.submit(application=draft, by=draft.candidate),
        "cancel": lambda: cancelling.cancel(posting=posting, reason=REASON, by=officer),
    }
    threads = [threading.Thread(target=run, args=item) for item in acts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    draft.refresh_from_db()
    submitted = Entry.objects.filter(kind="application.submitted").first()
    cancelled = Entry.objects.get(kind="posting.cancelled")
    assert outcomes["cancel"] == "done"
    assert (outcomes["submit"] == "done") == (draft.state == State.SUBMITTED) == (submitted is not None)
    assert submitted is None or submitted.at <= cancelled.at
    assert told() == [draft.candidate.email]
