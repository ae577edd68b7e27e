"""A day of slots in one act, and a member of two juries who is in one place at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from applications import intake
from evaluations import choosing, interviews, panels
from evaluations.models import Interview, JurySitting, Panel, PanelMember, StageClosing
from journal import clock
from journal.models import Entry
from postings.models import Posting, Stage
from tests import cast
from tests.applications.test_races import together
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db


@pytest.fixture
def shortlist() -> Posting:
    return evaluations.skills_closed(2)


def other_jury(*jurors: int) -> Posting:
    """Another posting, at its interviews, on whose jury these people sit."""
    twin = Posting.objects.get()
    twin.pk, twin.slug, twin.published_at = None, "autre-poste", None
    twin.save()
    Posting.objects.filter(pk=twin.pk).update(published_at=clock.now())
    panel = Panel.objects.create(posting=twin, frozen_at=clock.now())
    for n in jurors:
        PanelMember.objects.create(panel=panel, user=cast.juror(n), chair=n == jurors[0])
    StageClosing.objects.create(posting=twin, stage=Stage.SKILLS, by=cast.hr(), at=clock.now())
    return twin


def add(posting: Posting, starts_at: datetime) -> Interview:
    return interviews.add_slot(posting=posting, starts_at=starts_at, minutes=30, place="Salle 1", by=cast.hr())


def tomorrow(**changes: int) -> datetime:
    return clock.now() + timedelta(days=1) + timedelta(**changes)


def seats(slot: Interview) -> set[tuple[object, datetime, datetime]]:
    return {(row.person, row.starts_at, row.ends_at) for row in JurySitting.objects.filter(interview=slot)}


def held(slot: Interview, *jurors: int) -> set[tuple[object, datetime, datetime]]:
    return {(cast.juror(n), slot.starts_at, slot.ends_at) for n in jurors or range(1, 6)}


def test_every_member_sits_in_every_slot_wherever_it_moves(shortlist: Posting) -> None:
    first, second, third = (add(shortlist, tomorrow(hours=n)) for n in range(3))
    interviews.schedule_all(posting=shortlist, by=cast.hr())
    assert seats(third) == held(third)
    moved = interviews.reschedule(
        interview=first, starts_at=tomorrow(days=1), minutes=40, place="Salle 2", reason="Salle prise.", by=cast.hr()
    )
    assert seats(moved) == held(moved)
    interviews.remove_slot(interview=third, by=cast.hr())
    assert JurySitting.objects.count() == 10
    assert seats(second) == held(second)


def test_an_exchange_and_a_withdrawal_keep_each_seat_in_its_slot(shortlist: Posting) -> None:
    for n in range(3):
        add(shortlist, tomorrow(days=6, hours=n))
    interviews.schedule_all(posting=shortlist, by=cast.hr())
    choosing.open_choice(posting=shortlist, by=cast.hr())
    own = Interview.objects.get(application__candidate=cast.candidate(1))
    free = shortlist.interviews.free().get()
    choosing.choose_slot(interview=own, public_id=free.public_id, by=cast.candidate(1))
    for slot in shortlist.interviews.standing():
        assert seats(slot) == held(slot)
    intake.withdraw(application=own.application, by=cast.candidate(1))  # type: ignore[arg-type]
    left = Interview.objects.get(application__candidate=cast.candidate(1))
    other = Interview.objects.get(application__candidate=cast.candidate(2))
    choosing.choose_slot(interview=other, public_id=left.public_id, by=cast.candidate(2))
    left.refresh_from_db()
    assert (left.vacated_at, seats(left)) == (clock.now(), set())
    assert JurySitting.objects.count() == 15  # three slots stand


def test_a_member_of_two_juries_is_in_one_place_at_a_time(shortlist: Posting) -> None:
    starts_at = tomorrow()
    add(shortlist, starts_at)
    shared = other_jury(5)
    for offset in (-29, 0, 29):
        with pytest.raises(ValidationError, match="siège déjà"):
            add(shared, starts_at + timedelta(minutes=offset))
    add(shared, starts_at + timedelta(minutes=30))
    assert shared.interviews.count() == 1


def test_juries_that_share_nobody_hear_at_the_same_time(shortlist: Posting) -> None:
    slot = add(shortlist, tomorrow())
    twin = add(other_jury(6), slot.starts_at)
    assert seats(twin) == held(twin, 6)


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_the_database_refuses_two_seats_at_once(shortlist: Posting) -> None:
    slot = add(shortlist, tomorrow())
    other = Interview.objects.create(posting=other_jury(6), starts_at=slot.starts_at, minutes=30, place="Ailleurs")
    with pytest.raises(IntegrityError), transaction.atomic():
        JurySitting.objects.create(
            person=cast.juror(1),
            interview=other,
            starts_at=slot.ends_at - timedelta(seconds=1),
            ends_at=tomorrow(hours=2),
        )
    JurySitting.objects.create(person=cast.juror(1), interview=other, starts_at=slot.ends_at, ends_at=tomorrow(hours=2))
    assert connection.vendor == "postgresql"


@pytest.mark.django_db(transaction=True)
def test_two_juries_that_set_the_same_hour_at_the_same_instant_do_not_both_get_it() -> None:
    shortlist = evaluations.skills_closed(1)
    shared, starts_at = other_jury(1, 2), tomorrow()

    def adder(posting: Posting) -> Callable[[], object]:
        return lambda: add(posting, starts_at)

    outcomes = together([adder(shortlist), adder(shared)] * 2)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Interview", *["ValidationError"] * 3]
    assert Interview.objects.count() == 1


# --- a day in one act --------------------------------------------------------------------------------------


def typed(**changes: str) -> dict[str, str]:
    day = timezone.localtime(clock.now() + timedelta(days=3)).date().isoformat()
    values = {"day": day, "hour": "09:00", "count": "8", "minutes": "30", "pause": "10", "place": "Salle 3", "link": ""}
    return {**values, "lunch_from": "12:30", "lunch_until": "14:00", **changes}


def post(posting: Posting, **changes: str) -> Any:
    client = cast.signed_in(cast.hr())
    return client.post(reverse("evaluations:interviews", args=[posting.slug]), typed(**changes), follow=True)


def hours(posting: Posting) -> list[str]:
    return [f"{timezone.localtime(slot.starts_at):%H:%M}" for slot in posting.interviews.all()]


def test_a_series_leaves_the_pause_at_midday_free(shortlist: Posting) -> None:
    page = post(shortlist)
    assert hours(shortlist) == ["09:00", "09:40", "10:20", "11:00", "11:40", "14:00", "14:40", "15:20"]
    assert page.content.decode().count("<caption>") == 1
    assert Entry.objects.filter(kind="interview.slot_added").count() == 8


def test_a_slot_that_ends_as_the_pause_begins_does_not_touch_it(shortlist: Posting) -> None:
    post(shortlist, hour="12:00", count="2")
    assert hours(shortlist) == ["12:00", "14:00"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lunch_until": ""}, "les deux heures de la pause"),
        ({"lunch_from": "14:30"}, "finit après avoir commencé"),
        ({"hour": "20:00"}, "dépasse la journée"),
        ({"minutes": "25"}, "au moins 30 minutes"),
    ],
)
def test_a_series_that_will_not_do_is_refused_whole(shortlist: Posting, changes: dict[str, str], words: str) -> None:
    page = post(shortlist, **changes)
    assert (page.status_code, shortlist.interviews.count()) == (422, 0)
    assert words in page.content.decode()
    assert "Salle 3" in page.content.decode()


def test_a_series_is_all_or_nothing(shortlist: Posting) -> None:
    starts = [tomorrow(), tomorrow(hours=1), tomorrow(minutes=10)]
    with pytest.raises(ValidationError):
        interviews.add_slots(posting=shortlist, starts=starts, minutes=30, place="Salle 1", by=cast.hr())
    assert (Interview.objects.count(), JurySitting.objects.count()) == (0, 0)
    with pytest.raises(PermissionDenied):
        interviews.add_slots(posting=shortlist, starts=starts[:1], minutes=30, place="Salle 1", by=cast.juror(1))


# --- the members' agenda -----------------------------------------------------------------------------------


def test_the_agenda_names_candidates_on_the_page_and_nobody_in_the_file(shortlist: Posting) -> None:
    add(shortlist, tomorrow())
    add(shortlist, tomorrow(hours=1))
    interviews.schedule_all(posting=shortlist, by=cast.hr())
    client = cast.signed_in(cast.juror(2))
    page = client.get(reverse("evaluations:agenda", args=[shortlist.slug])).content.decode()
    answer = client.get(reverse("evaluations:agenda_ics", args=[shortlist.slug]))
    files = late_stages.shortlisted(shortlist)
    assert [file.family_name in page for file in files] == [True, True]
    text = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert text.count("BEGIN:VEVENT") == 2
    assert [file.dossier_code in text for file in files] == [True, True]
    hidden = [word for file in files for word in (file.family_name, file.given_names, file.candidate.email)]
    assert [word for word in hidden if word in text.replace("\r\n ", "")] == []


def test_the_agenda_hides_whom_the_member_is_recused_on(shortlist: Posting) -> None:
    add(shortlist, tomorrow())
    candidate = late_stages.shortlisted(shortlist)[0]
    interviews.schedule(interview=shortlist.interviews.get(), application=candidate, by=cast.hr())
    panels.declare(application=candidate, conflict=True, reason="Cousin", by=cast.juror(2))
    client = cast.signed_in(cast.juror(2))
    page = client.get(reverse("evaluations:agenda", args=[shortlist.slug])).content.decode()
    assert (candidate.family_name in page, "sans vous" in page) == (False, True)
    text = client.get(reverse("evaluations:agenda_ics", args=[shortlist.slug])).content.decode()
    assert "BEGIN:VEVENT" not in text
