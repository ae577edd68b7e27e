"""Who does not come to the interview: the jury goes on, and the candidate is told why."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from evaluations import decisions, deliberation, interviews
from evaluations.absence import record_absence
from evaluations.models import Interview
from journal import clock
from journal.models import Entry
from notices.models import Notice
from postings.models import Posting, Stage
from tests import cast
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheduled() -> Posting:
    """Three candidates invited."""
    return late_stages.scheduled(3)


def after(slot: Interview) -> Interview:
    """The clock of record stands at the slot's end."""
    clock.move_to(slot.ends_at, by="test", stopped=True)
    return slot


def last(posting: Posting) -> Interview:
    slot = posting.interviews.select_related("application__candidate", "posting").last()
    assert slot is not None
    return slot


def heard_but_the_last(posting: Posting) -> Interview:
    """Everyone heard and verified, save the one who did not come."""
    absent = after(last(posting))
    record_absence(interview=absent, by=cast.hr())
    evaluations.interviewed(posting)
    late_stages.verified(posting)
    return absent


def test_absence_lets_the_jury_deliberate_and_the_decision_tells_it(scheduled: Posting) -> None:
    absent = heard_but_the_last(scheduled)
    deliberation.open_session(posting=scheduled, present=late_stages.members(scheduled), by=cast.juror(1))
    session = deliberation.close(
        posting=scheduled, outcome="Débat.", appreciations=late_stages.appreciations(scheduled), by=cast.juror(1)
    )
    assert session.record["figures"]["absent"] == 1
    assert session.ranking.count() == 2
    late_stages.prepared(late_stages.signed(session).posting)
    choices = late_stages.in_jury_order(scheduled)
    ruling = decisions.decide(posting=scheduled, choices=choices, by=cast.authority())
    assert decisions.decide(posting=scheduled, choices=choices, by=cast.authority()) == ruling
    absent.application.refresh_from_db()
    assert absent.application.state == "not_retained"
    letter = Notice.objects.get(kind="decision", subject=absent.application.subject).context
    assert letter["outcome"] == "not_retained"
    assert "ne vous y êtes pas présenté" in letter["reasons"]
    assert sorted(letter["totals"]) == ["skills"]
    page = cast.signed_in(cast.authority()).get(reverse("evaluations:decide", args=[scheduled.slug]))
    assert (page.status_code, absent.application.full_name in page.content.decode()) == (200, True)


def test_absence_is_kept_once_in_the_journal(scheduled: Posting) -> None:
    slot = after(last(scheduled))
    for person in (cast.hr(), cast.juror(1)):
        record_absence(interview=slot, by=person)
    (entry,) = Entry.objects.filter(kind="interview.missed")
    assert (entry.subject, entry.actor) == (slot.application.subject, cast.hr().actor)


def test_absence_waits_for_the_end_of_the_interview(scheduled: Posting) -> None:
    slot = last(scheduled)
    clock.move_to(slot.ends_at - timedelta(milliseconds=1), by="test", stopped=True)
    with pytest.raises(ValidationError):
        record_absence(interview=slot, by=cast.hr())


def test_absence_is_refused_once_a_member_sealed(scheduled: Posting) -> None:
    slot = after(last(scheduled))
    sheet = next(s for s in evaluations.sheets(scheduled, Stage.INTERVIEW) if s.application_id == slot.application_id)
    evaluations.sealed(sheet)
    with pytest.raises(ValidationError):
        record_absence(interview=slot, by=cast.hr())


def test_absence_closes_the_sheets_and_a_new_date_opens_them_again(scheduled: Posting) -> None:
    slot = after(last(scheduled))
    record_absence(interview=slot, by=cast.juror(1))
    browser = cast.signed_in(cast.juror(2))
    sheet = reverse("evaluations:declare", args=[slot.application.dossier_code, "interview"])
    assert browser.get(sheet).status_code == 404
    later = clock.now() + timedelta(days=2)
    interviews.reschedule(
        interview=slot, starts_at=later, minutes=30, reason="Hospitalisation.", place="Salle 3", by=cast.hr()
    )
    assert browser.get(sheet).status_code == 200


def test_absence_is_for_hr_and_the_chair(scheduled: Posting) -> None:
    slot = after(last(scheduled))
    for person in (cast.juror(2), cast.candidate(1), cast.authority(), cast.auditor(), cast.administrator()):
        with pytest.raises(PermissionDenied):
            record_absence(interview=slot, by=person)


@pytest.mark.parametrize(("who", "page"), [(cast.hr, "interviews"), (lambda: cast.juror(1), "presiding")])
def test_the_button_is_on_the_page_once_the_interview_is_over(scheduled: Posting, who, page: str) -> None:  # type: ignore[no-untyped-def]
    browser, address = cast.signed_in(who()), reverse(f"evaluations:{page}", args=[scheduled.slug])
    slot = last(scheduled)
    button = reverse("evaluations:absence", args=[scheduled.slug, slot.public_id])
    assert button not in browser.get(address).content.decode()
    after(slot)
    assert button in browser.get(address).content.decode()
    assert browser.post(button).headers["Location"] == address
    slot.refresh_from_db()
    assert slot.absent_at == clock.now()
    assert button not in browser.get(address).content.decode()
