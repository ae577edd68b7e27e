"""Closing: the entry, the drafts, the notices, once."""

from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from applications import closing, intake
from applications.models import Aftermath, Announcement, Application
from applications.tasks import close_due_intakes
from journal.models import Entry
from notices.models import Notice
from postings import deadline
from tests import cast
from tests.conftest import MoveClock
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=kind).values_list("subject", flat=True))


def test_intake_is_not_closed_a_millisecond_early(at: MoveClock) -> None:
    posting = factory.open_posting()
    at("2025-10-30 16:29:59.999")
    close_due_intakes()
    with pytest.raises(closing.TooEarly):
        closing.close_intake(posting=posting)
    posting.refresh_from_db()
    assert posting.closed_at is None


def test_closing_counts_who_was_in_time_and_tells_each_once(at: MoveClock) -> None:
    posting = factory.open_posting()
    submitted = [factory.submitted(posting, cast.candidate(n)) for n in (1, 2)]
    withdrawn = factory.submitted(posting, cast.candidate(3))
    intake.withdraw(application=withdrawn, by=withdrawn.candidate)
    draft = factory.draft(posting, cast.candidate(4))
    moment = at("2025-10-30 16:30")
    for _n in range(3):
        close_due_intakes()
    posting.refresh_from_db()
    codes = sorted(a.dossier_code for a in (*submitted, withdrawn))
    expected = sha256("\n".join(codes).encode()).hexdigest()
    assert (posting.closed_at, posting.accepted_count, posting.accepted_sha256) == (moment, 3, expected)
    entry = Entry.objects.get(kind="posting.closed")
    assert (entry.facts["count"], entry.facts["sha256"]) == (3, expected)
    assert told("intake_closed") == sorted(a.subject for a in submitted)
    assert told("draft_lapsed") == [draft.subject]
    states = dict(Application.objects.values_list("dossier_code", "state"))
    assert states == {
        **{a.dossier_code: "submitted" for a in submitted},
        withdrawn.dossier_code: "withdrawn",
        draft.dossier_code: "lapsed",
    }
    assert Aftermath.objects.get().finished_at == moment


def test_aftermath_takes_several_batches(at: MoveClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "BATCH", 2)
    posting = factory.open_posting()
    for n in range(1, 6):
        factory.draft(posting, cast.candidate(n))
    factory.submitted(posting, cast.candidate(6))
    at("2025-10-30 16:30")
    close_due_intakes()
    assert len(told("draft_lapsed")) == 5
    assert len(told("intake_closed")) == 1


def test_late_attempt_after_closing_is_refused_and_kept(at: MoveClock) -> None:
    posting = factory.open_posting()
    application = factory.complete_draft(posting, cast.candidate())
    at("2025-10-30 16:31")
    close_due_intakes()
    with pytest.raises(intake.TooLate):
        intake.submit(application=application, by=application.candidate)
    assert application.late_attempts.count() == 1


def test_extension_tells_those_who_hold_a_draft_and_lets_them_submit(at: MoveClock) -> None:
    posting = factory.open_posting()
    draft = factory.complete_draft(posting, cast.candidate(1))
    factory.submitted(posting, cast.candidate(2))
    later = at("2025-11-03 16:30")
    at("2025-10-30 16:00")
    closing.extend_deadline(posting=posting, closes_at=later, reason="Panne du service.", by=cast.hr())
    assert told("deadline_extended") == [draft.subject]
    at("2025-11-03 16:29:59")
    close_due_intakes()
    assert intake.submit(application=draft, by=draft.candidate).state == "submitted"


def test_extension_is_for_hr(at: MoveClock) -> None:
    posting = factory.open_posting()
    with pytest.raises(PermissionDenied):
        closing.extend_deadline(posting=posting, closes_at=at("2025-11-03 16:30"), reason="Non.", by=cast.candidate())


def test_announcement_cut_short_is_taken_up_again(at: MoveClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "BATCH", 2)
    posting = factory.open_posting()
    drafts = [factory.draft(posting, cast.candidate(n)) for n in range(1, 6)]
    later = at("2025-11-03 16:30")
    at("2025-10-30 16:00")
    with transaction.atomic():
        extension = deadline.extend(posting=posting, closes_at=later, reason="Panne du service.", by=cast.hr())
        announcement = Announcement.objects.create(extension=extension)
    closing._announced(announcement)  # the process dies here, after its first batch
    assert len(told("deadline_extended")) == 2
    at("2025-10-30 16:01")
    factory.draft(posting, cast.candidate(6))  # opened under the new deadline: nothing to tell
    close_due_intakes()
    close_due_intakes()
    assert sorted(told("deadline_extended")) == sorted(draft.subject for draft in drafts)


def test_extension_and_its_announcement_stand_together(at: MoveClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed right after the decision, the announcement is owed by the database."""
    posting = factory.open_posting()
    draft = factory.draft(posting, cast.candidate(1))
    later = at("2025-11-03 16:30")
    at("2025-10-30 16:00")
    with monkeypatch.context() as killed:
        killed.setattr(closing, "announce", _killed)
        with pytest.raises(KeyboardInterrupt):
            closing.extend_deadline(posting=posting, closes_at=later, reason="Panne du service.", by=cast.hr())
    assert told("deadline_extended") == []
    close_due_intakes()
    assert told("deadline_extended") == [draft.subject]


def _killed(**_arguments: object) -> None:
    raise KeyboardInterrupt
