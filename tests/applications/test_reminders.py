"""Reminders to drafts: each in its time, once, and never after the submission."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications import closing, intake, reminders
from applications.models import Application
from applications.tasks import remind_drafts
from journal import clock
from journal.models import Entry
from notices import delivery, outbox
from notices.models import Notice, NoticeState
from postings.models import Posting
from tests import cast
from tests.applications.test_races import submitter, together
from tests.conftest import MoveClock
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db

OPENED, WEEK, TWO_DAYS, THREE_HOURS = "2025-10-20 09:00", "2025-10-23 16:30", "2025-10-28 16:30", "2025-10-30 13:30"


@pytest.fixture
def draft(at: MoveClock) -> Application:
    """A draft opened ten days before the deadline."""
    at(OPENED)
    return factory.draft(factory.open_posting(), cast.candidate())


def sent() -> list[str]:
    """What each reminder said of the time left, in the order in which they were written."""
    return [notice.context["left"] for notice in Notice.objects.filter(kind=reminders.KIND).order_by("pk")]


def sweep(at: MoveClock, *moments: str) -> list[str]:
    for moment in moments:
        at(moment)
        remind_drafts()
    return sent()


def extend(posting: Posting, moment: datetime) -> None:
    closing.extend_deadline(posting=posting, closes_at=moment, reason="Panne du réseau.", by=cast.hr())


@pytest.mark.usefixtures("draft")
def test_reminder_comes_at_its_hour_and_not_a_millisecond_before(at: MoveClock) -> None:
    expected: list[str] = []
    for moment, words in ((WEEK, "7 jours"), (TWO_DAYS, "48 heures"), (THREE_HOURS, "3 heures")):
        clock.move_to(at(moment) - timedelta(milliseconds=1), by="test", stopped=True)
        remind_drafts()
        assert sent() == expected
        expected.append(f"moins de {words}")
        assert sweep(at, moment, moment) == expected


@pytest.mark.usefixtures("draft")
def test_each_hour_of_the_posting_is_told_once(at: MoveClock) -> None:
    moments = (WEEK, "2025-10-25 09:00", TWO_DAYS, "2025-10-29 09:00", THREE_HOURS, "2025-10-30 16:29")
    assert sweep(at, *moments) == ["moins de 7 jours", "moins de 48 heures", "moins de 3 heures"]


@pytest.mark.usefixtures("draft")
def test_worker_that_was_away_sends_the_latest_only(at: MoveClock) -> None:
    assert sweep(at, "2025-10-30 10:00", "2025-10-30 11:30") == ["moins de 7 heures"]
    assert sweep(at, THREE_HOURS) == ["moins de 7 heures", "moins de 3 heures"]


@pytest.mark.usefixtures("draft")
def test_two_reminders_are_an_hour_apart_at_least(at: MoveClock) -> None:
    assert sweep(at, "2025-10-30 13:00", THREE_HOURS, "2025-10-30 13:59") == ["moins de 4 heures"]
    assert sweep(at, "2025-10-30 14:00") == ["moins de 4 heures", "moins de 3 heures"]


def test_draft_opened_after_the_hour_waits_for_the_next(at: MoveClock) -> None:
    posting = factory.open_posting()
    at("2025-10-29 10:00")
    factory.draft(posting, cast.candidate())
    assert sweep(at, "2025-10-29 10:01", "2025-10-30 13:29") == []
    assert sweep(at, THREE_HOURS) == ["moins de 3 heures"]


def test_nobody_is_reminded_at_or_after_the_deadline(at: MoveClock, draft: Application) -> None:
    assert sweep(at, "2025-10-30 16:30", "2025-10-30 17:00") == []
    closing.close_intake(posting=draft.posting)
    assert sweep(at, "2025-10-30 17:01") == []


def test_only_drafts_are_reminded(at: MoveClock, draft: Application) -> None:
    posting = draft.posting
    factory.submitted(posting, cast.candidate(2))
    withdrawn = factory.submitted(posting, cast.candidate(3))
    intake.withdraw(application=withdrawn, by=withdrawn.candidate)
    sweep(at, THREE_HOURS)
    assert [notice.subject for notice in Notice.objects.filter(kind=reminders.KIND)] == [draft.subject]


def test_closed_account_is_not_written_to(at: MoveClock, draft: Application) -> None:
    draft.candidate.is_active = False
    draft.candidate.save()
    assert sweep(at, WEEK) == []


def test_new_deadline_has_reminders_of_its_own_an_hour_after_the_announcement(
    at: MoveClock, draft: Application
) -> None:
    sweep(at, THREE_HOURS)
    at("2025-10-30 15:00")
    extend(draft.posting, draft.posting.closes_at + timedelta(days=1))
    assert sweep(at, "2025-10-30 15:01", "2025-10-30 15:59") == ["moins de 3 heures"]
    assert sweep(at, "2025-10-30 16:00", "2025-10-31 13:30") == [
        "moins de 3 heures",
        "moins de 25 heures",
        "moins de 3 heures",
    ]
    told = Notice.objects.filter(kind=reminders.KIND).order_by("pk").last()
    assert told is not None
    assert told.key == f"reminder:{draft.dossier_code}:{int(at('2025-10-31 16:30').timestamp())}:3"


def test_posting_without_hours_reminds_nobody(at: MoveClock, draft: Application) -> None:
    draft.posting.reminder_hours = []
    assert reminders.latest_due(draft.posting, at(THREE_HOURS)) is None


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=7), "moins de 7 jours"),
        (timedelta(hours=48, seconds=1), "moins de 3 jours"),
        (timedelta(hours=48), "moins de 48 heures"),
        (timedelta(minutes=61), "moins de 2 heures"),
        (timedelta(minutes=60), "moins de 60 minutes"),
        (timedelta(milliseconds=1), "moins de 1 minute"),
    ],
)
def test_time_left_is_never_said_longer_than_it_is(left: timedelta, words: str) -> None:
    assert reminders.left_in_words(left) == words


def test_reminder_says_what_lacks_and_where(
    at: MoveClock, draft: Application, mailbox: Callable[[], list[EmailMessage]]
) -> None:
    factory.fill(draft, documents_too=False)
    sweep(at, THREE_HOURS)
    delivery.deliver_due()
    (mail,) = mailbox()
    plain = mail.get_body(("plain",))
    assert plain is not None
    words = plain.get_content().replace("\u00a0", " ")
    subject = mail["Subject"].replace("\u00a0", " ")
    assert subject.endswith("Votre candidature n’est pas déposée : date limite le jeudi 30 octobre 2025 à 16 h 30")
    assert mail["To"].endswith(draft.candidate.email)
    lacking = [line for line in words.splitlines() if line.startswith("- ")]
    required = draft.posting.requirements.filter(required=True)
    assert lacking == [f"- {requirement.label}" for requirement in required]
    for told in ("votre candidature n’est pas déposée", "16 h 30 (heure de Casablanca)", "moins de 3 heures"):
        assert told in words
    assert "/candidature/secretaire-general/" in words


def test_complete_draft_is_told_that_only_the_button_lacks(at: MoveClock, draft: Application) -> None:
    factory.fill(draft)
    sweep(at, THREE_HOURS)
    assert Notice.objects.get(kind=reminders.KIND).context["missing"] == []


def test_reminder_that_has_not_left_is_called_off_by_the_submission(at: MoveClock, draft: Application) -> None:
    factory.fill(draft)
    sweep(at, THREE_HOURS)
    intake.submit(application=draft, by=draft.candidate)
    notice = Notice.objects.get(kind=reminders.KIND)
    assert notice.state == NoticeState.RECALLED
    assert Entry.objects.filter(kind="notice.recalled", subject=notice.journal_subject).count() == 1
    assert delivery.deliver(notice.pk) is None
    with pytest.raises(outbox.NoticeRefused):
        outbox.approve(notice=notice, by=cast.hr())


def test_reminder_that_has_not_left_is_called_off_by_the_closing(at: MoveClock, draft: Application) -> None:
    sweep(at, THREE_HOURS)
    factory.close(draft.posting)
    assert Notice.objects.get(kind=reminders.KIND).state == NoticeState.RECALLED


def test_what_was_sent_stays_sent(at: MoveClock, draft: Application, mailbox: Callable[[], list[EmailMessage]]) -> None:
    factory.fill(draft)
    sweep(at, THREE_HOURS)
    delivery.deliver_due()
    intake.submit(application=draft, by=draft.candidate)
    assert Notice.objects.get(kind=reminders.KIND).state == NoticeState.SENT
    assert len(mailbox()) == 1


def test_run_takes_up_where_the_last_stopped(at: MoveClock, monkeypatch: pytest.MonkeyPatch) -> None:
    posting = factory.open_posting()
    at(OPENED)
    for n in range(1, 8):
        factory.draft(posting, cast.candidate(n))
    monkeypatch.setattr(reminders, "BATCH", 2)
    monkeypatch.setattr(reminders, "RUN", 4)
    at(THREE_HOURS)
    assert [reminders.remind_drafts() for _n in range(3)] == [4, 3, 0]


def test_batch_costs_few_queries_besides_its_notices(at: MoveClock, draft: Application) -> None:
    at(WEEK)
    with CaptureQueriesContext(connection) as alone:
        assert reminders.remind_drafts() == 1
    for n in range(2, 12):
        factory.draft(draft.posting, cast.candidate(n))
    at(TWO_DAYS)
    with CaptureQueriesContext(connection) as together:
        assert reminders.remind_drafts() == 11
    assert len(together) - len(alone) <= 10 * 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", [0, 3, 6])
def test_submission_at_the_same_instant_is_never_followed_by_a_reminder(at: MoveClock, place: int) -> None:
    posting = factory.open_posting()
    at(OPENED)
    drafts = [factory.complete_draft(posting, cast.candidate(n)) for n in range(1, 7)]
    at(THREE_HOURS)
    works = [submitter(draft) for draft in drafts]
    works[place:place] = [remind_drafts] * 2
    outcomes = together(works)
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert remind_drafts() is None
    reminded = Notice.objects.filter(kind=reminders.KIND)
    assert set(reminded.values_list("state", flat=True)) <= {NoticeState.RECALLED}
    for notice in reminded:
        owed = Entry.objects.get(kind="notice.prepared", subject=notice.journal_subject)
        assert Entry.objects.get(kind="application.submitted", subject=notice.subject).pk > owed.pk


@pytest.mark.django_db(transaction=True)
def test_two_workers_remind_each_draft_once(at: MoveClock) -> None:
    posting = factory.open_posting()
    at(OPENED)
    for n in range(1, 31):
        factory.draft(posting, cast.candidate(n))
    at(THREE_HOURS)
    assert together([remind_drafts] * 3) == [None] * 3
    remind_drafts()
    assert sent() == ["moins de 3 heures"] * 30
