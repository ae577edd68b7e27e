"""What the invited are told before the interview: once, in its time, and never of one that isn't any more."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from applications import intake
from evaluations import choosing, interviews
from evaluations.models import Interview
from evaluations.tasks import tell_invited
from journal import clock
from notices import delivery, mailer
from notices.models import Notice, NoticeState
from postings.models import Posting
from tests import cast
from tests.applications.test_races import together
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db


def invited(count: int = 1, *, days: int = 4, free: int = 0) -> Posting:
    """As many invited, one an hour, some days ahead; some slots left free after them."""
    posting = evaluations.skills_closed(count)
    clock.move_to(clock.now(), by="test", stopped=True)
    first = clock.now() + timedelta(days=days)
    starts = [first + timedelta(hours=n) for n in range(count + free)]
    interviews.add_slots(posting=posting, starts=starts, minutes=30, place="Salle 3", by=cast.hr())
    interviews.schedule_all(posting=posting, by=cast.hr())
    return posting


def own(n: int = 1) -> Interview:
    return Interview.objects.select_related("posting", "application").get(application__candidate=cast.candidate(n))


def before(interview: Interview, **left: int) -> None:
    clock.move_to(interview.starts_at - timedelta(**left), by="test", stopped=True)


def notices(kind: str = "interview_reminder") -> list[Notice]:
    return list(Notice.objects.filter(kind=kind).order_by("pk"))


def move(interview: Interview, **later: int) -> Interview:
    starts_at = interview.starts_at + timedelta(**later)
    return interviews.reschedule(
        interview=interview, starts_at=starts_at, minutes=30, place="Salle 4", reason="Salle prise.", by=cast.hr()
    )


def test_a_candidate_is_reminded_a_day_before_once_and_not_a_minute_earlier() -> None:
    invited()
    before(own(), hours=24, minutes=1)
    tell_invited()
    assert notices() == []
    before(own(), hours=24)
    tell_invited()
    tell_invited()
    before(own(), hours=2)
    tell_invited()
    (notice,) = notices()
    assert (notice.recipient, notice.address) == (cast.candidate(1), cast.candidate(1).email)
    assert (notice.context["left"], notice.context["place"]) == ("moins de 24 heures", "Salle 3")
    text = mailer.build(notice).body
    assert "Lieu\u00a0: Salle 3" in str(text)


def test_a_worker_that_was_away_says_how_little_is_left_and_nothing_once_it_began() -> None:
    invited(2)
    first, second = sorted((own(1), own(2)), key=lambda slot: slot.starts_at)
    before(first, minutes=0)
    tell_invited()
    assert [(n.subject, n.context["left"]) for n in notices()] == [
        (second.application.subject, "moins de 60 minutes")  # type: ignore[union-attr]
    ]


def test_whoever_was_invited_within_the_day_is_not_told_again() -> None:
    posting = invited(days=1)
    before(own(), hours=20)
    move(own(), hours=1)
    tell_invited()
    assert (posting.interviews.count(), notices()) == (1, [])


def test_moving_the_interview_calls_off_the_reminder_and_another_follows_in_its_time() -> None:
    invited()
    before(own(), hours=24)
    tell_invited()
    moved = move(own(), days=2)
    assert [n.state for n in notices()] == [NoticeState.RECALLED]
    tell_invited()
    before(moved, hours=24)
    tell_invited()
    assert [n.state for n in notices()] == [NoticeState.RECALLED, NoticeState.RELEASED]
    assert notices()[-1].context["place"] == "Salle 4"


def test_choosing_another_slot_calls_off_the_reminder() -> None:
    posting = invited(free=1)
    choosing.open_choice(posting=posting, by=cast.hr())
    before(own(), hours=72)
    Notice.objects.create(
        key="x", kind="interview_reminder", campaign=posting.slug, subject=own().application.subject,  # type: ignore[union-attr]
        recipient=cast.candidate(1), address="x@exemple.ma", context={}, created_at=clock.now(),
        state=NoticeState.RELEASED, released_at=clock.now(),
    )  # fmt: skip
    choosing.choose_slot(interview=own(), public_id=posting.interviews.free().get().public_id, by=cast.candidate(1))
    assert [n.state for n in notices()] == [NoticeState.RECALLED]


def test_withdrawing_takes_the_event_out_of_the_calendar_and_the_reminder_off() -> None:
    invited()
    asked = Calendar.from_ical(notices("interview_invitation")[0].attachments.get().content)
    before(own(), hours=24)
    tell_invited()
    intake.withdraw(application=own().application, by=cast.candidate(1))  # type: ignore[arg-type]
    tell_invited()
    tell_invited()
    assert [n.state for n in notices()] == [NoticeState.RECALLED]
    (notice,) = notices("interview_cancelled")
    enclosed = notice.attachments.get()
    taken = Calendar.from_ical(enclosed.content)
    first, last = asked.walk("VEVENT")[0], taken.walk("VEVENT")[0]
    assert (taken["METHOD"], enclosed.content_type) == ("CANCEL", "text/calendar; method=CANCEL; charset=utf-8")
    assert (last["UID"], last["STATUS"], last["SEQUENCE"]) == (first["UID"], "CANCELLED", first["SEQUENCE"] + 1)
    assert last.decoded("DTSTART") == first.decoded("DTSTART")
    assert (last["ORGANIZER"], last["ATTENDEE"]) == (first["ORGANIZER"], first["ATTENDEE"])
    delivery.deliver_due()
    notice.refresh_from_db()
    assert notice.state == NoticeState.SENT


def test_a_withdrawal_after_a_move_cancels_what_the_calendar_holds() -> None:
    invited()
    moved = move(own(), days=1)
    intake.withdraw(application=moved.application, by=cast.candidate(1))  # type: ignore[arg-type]
    tell_invited()
    event = Calendar.from_ical(notices("interview_cancelled")[0].attachments.get().content).walk("VEVENT")[0]
    assert (event["SEQUENCE"], event.decoded("DTSTART")) == (2, moved.starts_at)


def test_who_withdraws_after_the_interview_has_nothing_to_cancel() -> None:
    invited()
    before(own(), hours=-2)
    intake.withdraw(application=own().application, by=cast.candidate(1))  # type: ignore[arg-type]
    tell_invited()
    assert notices("interview_cancelled") == []


def queries() -> int:
    with CaptureQueriesContext(connection) as caught:
        tell_invited()
    return len(caught)


def test_a_sweep_with_nothing_due_costs_the_same_whatever_the_number_of_interviews() -> None:
    posting = evaluations.skills_closed(3)
    clock.move_to(clock.now(), by="test", stopped=True)
    starts = [clock.now() + timedelta(days=4, hours=n) for n in range(3)]
    first, *_others = interviews.add_slots(posting=posting, starts=starts, minutes=30, place="Salle 3", by=cast.hr())
    interviews.schedule(interview=first, application=late_stages.shortlisted(posting)[0], by=cast.hr())
    one = queries()
    interviews.schedule_all(posting=posting, by=cast.hr())
    assert (queries(), Interview.objects.expected().count()) == (one, 3)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_remind_once() -> None:
    invited(2)
    before(own(1), hours=3)
    assert [r for r in together([tell_invited, tell_invited, tell_invited]) if r is not None] == []
    assert len({n.key for n in notices()}) == len(notices()) == 2
