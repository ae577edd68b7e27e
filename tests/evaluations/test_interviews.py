"""Slots, lots, invitations and their moves."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event

from evaluations import interviews
from evaluations.models import Declaration, Interview, ScoreSheet
from evaluations.ranking import lot
from journal import clock
from journal.models import Entry
from notices.models import Notice
from postings.models import Posting, Stage
from tests import cast
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db


@pytest.fixture
def shortlist() -> Posting:
    """Three candidates past the threshold, no slot yet."""
    return evaluations.skills_closed(3)


def add(posting: Posting, **changes: Any) -> Interview:
    values = {"starts_at": clock.now() + timedelta(days=1), "minutes": 30, "place": "Salle 3", "by": cast.hr()}
    return interviews.add_slot(posting=posting, **{**values, **changes})


def event_of(notice: Notice) -> tuple[Calendar, Event]:
    calendar = Calendar.from_ical(notice.attachments.get().content)
    return calendar, calendar.walk("VEVENT")[0]


def test_add_slot_refuses_anyone_but_hr(shortlist: Posting) -> None:
    for person in (cast.juror(), cast.candidate(), cast.authority(), cast.auditor()):
        with pytest.raises(PermissionDenied):
            add(shortlist, by=person)
    assert Interview.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"minutes": 29}, "minutes"),
        ({"starts_at": timedelta(0)}, "starts_at"),
        ({"place": " ", "link": ""}, "place"),
    ],
)
def test_add_slot_refuses_what_will_not_do(shortlist: Posting, changes: dict[str, Any], field: str) -> None:
    if "starts_at" in changes:
        changes = {"starts_at": clock.now()}
    with pytest.raises(ValidationError) as refusal:
        add(shortlist, **changes)
    assert list(refusal.value.message_dict) == [field]


def test_add_slot_waits_for_the_skills_stage() -> None:
    with pytest.raises(ValidationError):
        add(evaluations.assigned(2))


def test_slots_may_touch_but_never_overlap(shortlist: Posting) -> None:
    first = add(shortlist)
    add(shortlist, starts_at=first.ends_at)
    for offset in (-29, 0, 29):
        with pytest.raises(ValidationError):
            add(shortlist, starts_at=first.starts_at + timedelta(minutes=offset))
    assert shortlist.interviews.count() == 2


def test_schedule_all_draws_an_order_that_anyone_can_draw_again(shortlist: Posting) -> None:
    late_stages.slots(shortlist, 4)
    interviews.schedule_all(posting=shortlist, by=cast.hr())
    given = [slot.application.dossier_code for slot in shortlist.interviews.exclude(application=None)]
    entries = list(Entry.objects.filter(kind="interview.scheduled"))
    seed = entries[0].facts["seed"]
    assert given == sorted(given, key=lambda code: lot(seed, code))
    assert [entry.facts["drawn"] for entry in entries] == [1, 2, 3]
    assert shortlist.interviews.filter(application=None).count() == 1


def test_schedule_all_needs_a_slot_for_each(shortlist: Posting) -> None:
    late_stages.slots(shortlist, 2)
    with pytest.raises(ValidationError):
        interviews.schedule_all(posting=shortlist, by=cast.hr())
    assert Notice.objects.filter(kind="interview_invitation").count() == 0


def test_schedule_all_twice_invites_once(shortlist: Posting) -> None:
    late_stages.slots(shortlist, 4)
    interviews.schedule_all(posting=shortlist, by=cast.hr())
    assert interviews.schedule_all(posting=shortlist, by=cast.hr()) == []
    assert Notice.objects.filter(kind="interview_invitation").count() == 3


def test_schedule_is_once_for_the_same_pair_and_refused_for_another(shortlist: Posting) -> None:
    first, second = late_stages.slots(shortlist, 2)
    one, other = late_stages.shortlisted(shortlist)[:2]
    interviews.schedule(interview=first, application=one, by=cast.hr())
    interviews.schedule(interview=first, application=one, by=cast.hr())
    with pytest.raises(ValidationError):
        interviews.schedule(interview=first, application=other, by=cast.hr())
    with pytest.raises(ValidationError):
        interviews.schedule(interview=second, application=one, by=cast.hr())
    assert list(Notice.objects.filter(kind="interview_invitation").values_list("key", flat=True)) == [
        f"interview:{one.dossier_code}:1"
    ]


def test_schedule_opens_a_sheet_for_each_member_without_a_conflict(shortlist: Posting) -> None:
    application, slot = late_stages.shortlisted(shortlist)[0], late_stages.slots(shortlist, 1)[0]
    member = late_stages.members(shortlist)[3]
    Declaration.objects.update_or_create(
        member=member, application=application, defaults={"conflict": True, "reason": "Parenté", "at": clock.now()}
    )
    interviews.schedule(interview=slot, application=application, by=cast.hr())
    sheets = ScoreSheet.objects.filter(application=application, stage=Stage.INTERVIEW)
    seated = set(sheets.values_list("member", flat=True))
    assert seated == {m.pk for m in late_stages.members(shortlist)} - {member.pk}


def test_the_invitation_is_an_event_that_calendars_can_read(shortlist: Posting) -> None:
    slot, application = late_stages.slots(shortlist, 1)[0], late_stages.shortlisted(shortlist)[0]
    interviews.schedule(interview=slot, application=application, by=cast.hr())
    notice = Notice.objects.get(kind="interview_invitation")
    calendar, event = event_of(notice)
    assert (notice.attachments.get().name, calendar["METHOD"]) == ("entretien.ics", "REQUEST")
    assert event.decoded("DTSTART") == slot.starts_at
    assert event.decoded("DTEND") == slot.ends_at
    assert event["UID"].startswith(f"entretien-{application.dossier_code}@")
    assert event["ATTENDEE"] == f"MAILTO:{application.candidate.email}"
    assert (event["SEQUENCE"], event["LOCATION"]) == (0, "Salle 3, Rabat")


def test_reschedule_sends_the_same_event_with_the_next_sequence_and_the_reason(shortlist: Posting) -> None:
    slot, application = late_stages.slots(shortlist, 1)[0], late_stages.shortlisted(shortlist)[0]
    interviews.schedule(interview=slot, application=application, by=cast.hr())
    later = slot.starts_at + timedelta(days=2)
    interviews.reschedule(
        interview=slot,
        starts_at=later,
        minutes=40,
        link="https://visio.example/x",
        reason="Salle fermée.",
        by=cast.hr(),
    )
    first, second = Notice.objects.filter(kind="interview_invitation").order_by("pk")
    _, before = event_of(first)
    _, after = event_of(second)
    assert second.key == f"interview:{application.dossier_code}:2"
    assert before["UID"] == after["UID"]
    assert (after["SEQUENCE"], after.decoded("DTSTART")) == (1, later)
    assert (first.context["reason"], second.context["reason"]) == ("", "Salle fermée.")
    entry = Entry.objects.get(kind="interview.rescheduled")
    assert "fermée" not in entry.body


def test_reschedule_onto_a_free_slot_takes_it_and_never_onto_another_candidates(shortlist: Posting) -> None:
    slot, other, free = late_stages.slots(shortlist, 3)
    one, two = late_stages.shortlisted(shortlist)[:2]
    interviews.schedule(interview=slot, application=one, by=cast.hr())
    interviews.schedule(interview=other, application=two, by=cast.hr())

    def move_to(target: Interview) -> Interview:
        values: dict[str, Any] = {"minutes": 30, "place": "Salle 3", "reason": "À sa demande.", "by": cast.hr()}
        return interviews.reschedule(interview=slot, starts_at=target.starts_at, **values)

    with pytest.raises(ValidationError):
        move_to(other)
    assert move_to(free).starts_at == free.starts_at
    assert [s.application for s in shortlist.interviews.standing()] == [two, one]


def test_reschedule_refuses_without_a_reason(shortlist: Posting) -> None:
    slot, application = late_stages.slots(shortlist, 1)[0], late_stages.shortlisted(shortlist)[0]
    interviews.schedule(interview=slot, application=application, by=cast.hr())
    with pytest.raises(ValidationError) as refusal:
        interviews.reschedule(
            interview=slot, starts_at=slot.starts_at, minutes=30, place="Salle 3", reason=" ", by=cast.hr()
        )
    assert list(refusal.value.message_dict) == ["reason"]


def test_remove_slot_refuses_one_that_is_given(shortlist: Posting) -> None:
    free, given = late_stages.slots(shortlist, 2)
    interviews.schedule(interview=given, application=late_stages.shortlisted(shortlist)[0], by=cast.hr())
    interviews.remove_slot(interview=free, by=cast.hr())
    with pytest.raises(ValidationError):
        interviews.remove_slot(interview=given, by=cast.hr())
    assert list(shortlist.interviews.all()) == [given]


# --- pages ------------------------------------------------------------------------------------------------


def typed(**changes: str) -> dict[str, str]:
    day = timezone.localtime(clock.now() + timedelta(days=3)).date().isoformat()
    values = {"day": day, "hour": "09:00", "count": "3", "minutes": "30", "pause": "10", "place": "Salle 3", "link": ""}
    return {**values, **changes}


def test_hr_adds_a_morning_of_slots_then_draws(shortlist: Posting) -> None:
    client, url = cast.signed_in(cast.hr()), reverse("evaluations:interviews", args=[shortlist.slug])
    assert client.post(url, typed()).status_code == 302
    hours = [timezone.localtime(slot.starts_at).strftime("%H:%M") for slot in shortlist.interviews.all()]
    assert hours == ["09:00", "09:40", "10:20"]
    assert client.post(reverse("evaluations:draw_interviews", args=[shortlist.slug])).status_code == 302
    assert shortlist.interviews.filter(application=None).count() == 0
    assert client.get(url).status_code == 200


def test_slots_that_overlap_are_all_refused_and_nothing_typed_is_lost(shortlist: Posting) -> None:
    client, url = cast.signed_in(cast.hr()), reverse("evaluations:interviews", args=[shortlist.slug])
    client.post(url, typed(count="1", hour="10:00"))
    page = client.post(url, typed(place="Salle des délibérations"))
    assert page.status_code == 422
    assert "Salle des délibérations" in page.content.decode()
    assert shortlist.interviews.count() == 1


def test_drawing_without_enough_slots_is_a_conflict(shortlist: Posting) -> None:
    page = cast.signed_in(cast.hr()).post(reverse("evaluations:draw_interviews", args=[shortlist.slug]))
    assert page.status_code == 409


def test_hr_moves_an_interview_on_its_page(shortlist: Posting) -> None:
    slot, application = late_stages.slots(shortlist, 1)[0], late_stages.shortlisted(shortlist)[0]
    client, url = cast.signed_in(cast.hr()), reverse("evaluations:interview", args=[shortlist.slug, slot.public_id])
    assert client.get(url).status_code == 200
    assert client.post(url, {"application": application.pk}).status_code == 302
    move = typed(reason="Salle fermée.")
    assert client.post(url, {**move, "reason": ""}).status_code == 422
    assert client.post(url, move).status_code == 302
    slot.refresh_from_db()
    assert slot.sequence == 1


@pytest.mark.parametrize("person", [cast.candidate, cast.juror, cast.authority, cast.auditor, cast.administrator])
def test_only_hr_enters_the_interviews(shortlist: Posting, person: Any) -> None:
    page = cast.signed_in(person()).get(reverse("evaluations:interviews", args=[shortlist.slug]))
    assert page.status_code == 403


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2125-11-20"])
def test_slip_of_the_year_is_asked_about(shortlist: Posting, day: str) -> None:
    address = reverse("evaluations:interviews", args=[shortlist.slug])
    typed = {"day": day, "hour": "23:59", "count": "20", "minutes": "240", "pause": "120", "place": "Salle 3"}
    page = cast.signed_in(cast.hr()).post(address, typed)
    assert (page.status_code, "Vérifiez l&#x27;année" in page.content.decode()) == (422, True)
