"""A candidate exchanges their slot, or says that none suits; a slot left by who withdrew is given again."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse
from icalendar import Calendar, Event

from applications import intake
from applications.models import Application
from evaluations import choosing, interviews
from evaluations.models import ChoiceWindow, Interview, Unavailability
from evaluations.progress import interview_tasks
from journal import clock
from journal.models import Entry
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.applications.test_races import together
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db


def slots(posting: Posting, count: int, *, days: int = 7) -> list[Interview]:
    first = clock.now() + timedelta(days=days)
    return [
        interviews.add_slot(
            posting=posting, starts_at=first + timedelta(hours=n), minutes=30, place=f"Salle {n}", by=cast.hr()
        )
        for n in range(count)
    ]


def drawn(people: int, free: int = 2) -> Posting:
    """As many candidates invited, a week ahead, and some slots left free."""
    posting = evaluations.skills_closed(people)
    slots(posting, people + free)
    interviews.schedule_all(posting=posting, by=cast.hr())
    return posting


@pytest.fixture
def posting() -> Posting:
    """Two invited, two slots free, the choice open."""
    posting = drawn(2)
    choosing.open_choice(posting=posting, by=cast.hr())
    return posting


def own(n: int = 1) -> Interview:
    return Interview.objects.select_related("posting", "application").get(application__candidate=cast.candidate(n))


def free(posting: Posting) -> list[Interview]:
    return list(posting.interviews.free())


def choose(slot: Interview, n: int = 1) -> Interview:
    return choosing.choose_slot(interview=own(n), public_id=slot.public_id, by=cast.candidate(n))


def event_of(text: str) -> Event:
    return Calendar.from_ical(text).walk("VEVENT")[0]


def page_of(n: int = 1) -> tuple[Client, str]:
    return cast.signed_in(cast.candidate(n)), reverse("evaluations:my_interview", args=["secretaire-general"])


def before(slot: Interview, **step: float) -> datetime:
    moment = slot.starts_at - timedelta(hours=48) - timedelta(**step)
    clock.move_to(moment, by="test", stopped=True)
    return moment


# --- the exchange -----------------------------------------------------------------------------------------


def test_choosing_exchanges_the_two_slots(posting: Posting) -> None:
    old, wanted = own(), free(posting)[1]
    times = sorted(posting.interviews.values_list("starts_at", "place"))
    mine = choose(wanted)
    assert (mine.pk, mine.public_id, mine.starts_at, mine.place) == (
        old.pk, wanted.public_id, wanted.starts_at, wanted.place,
    )  # fmt: skip
    assert sorted(posting.interviews.values_list("starts_at", "place")) == times
    assert old.public_id in {slot.public_id for slot in free(posting)}
    assert wanted.public_id not in {slot.public_id for slot in free(posting)}


def test_choosing_invites_anew_with_the_next_sequence_of_the_same_event(posting: Posting) -> None:
    wanted, code = free(posting)[0], own().application.dossier_code
    choose(wanted)
    first, second = Notice.objects.filter(kind="interview_invitation", context__dossier=code).order_by("pk")
    one, other = event_of(first.attachments.get().content), event_of(second.attachments.get().content)
    assert one["UID"] == other["UID"]
    assert (one["SEQUENCE"], other["SEQUENCE"], other.decoded("DTSTART")) == (0, 1, wanted.starts_at)
    assert (first.key, second.key) == (f"interview:{code}:1", f"interview:{code}:2")
    assert second.context["reason"] == "vous avez choisi ce créneau dans votre espace candidat."
    assert second.state == "released"


def test_choosing_is_in_the_journal(posting: Posting) -> None:
    old, wanted = own(), free(posting)[0]
    choose(wanted)
    entry = Entry.objects.get(kind="interview.chosen")
    assert (entry.actor, entry.subject) == (cast.candidate().actor, old.application.subject)
    assert sorted(entry.facts) == ["from", "minutes", "to"]
    assert datetime.fromisoformat(entry.facts["from"]) == old.starts_at
    assert datetime.fromisoformat(entry.facts["to"]) == wanted.starts_at


def test_choosing_ones_own_slot_changes_nothing(posting: Posting) -> None:
    choose(wanted := free(posting)[0])
    assert choose(wanted).sequence == 1
    assert Entry.objects.filter(kind="interview.chosen").count() == 1


def test_the_slot_that_was_left_can_be_taken_by_another(posting: Posting) -> None:
    left = own()
    choose(free(posting)[0])
    assert choose(left, 2).starts_at == left.starts_at
    assert own(2).sequence == 1


def test_nobody_takes_a_slot_that_another_has(posting: Posting) -> None:
    with pytest.raises(choosing.SlotTaken):
        choose(own(2))
    assert (own().sequence, own(2).sequence) == (0, 0)


def test_only_the_candidate_chooses(posting: Posting) -> None:
    for person in (cast.candidate(2), cast.hr(), cast.juror()):
        with pytest.raises(Http404):
            choosing.choose_slot(interview=own(), public_id=free(posting)[0].public_id, by=person)
    assert own().sequence == 0


def test_the_choice_ends_48_hours_before_the_earlier_of_the_two_slots(posting: Posting) -> None:
    """The slots are drawn in time order: the two free ones come after the two given."""
    early, late = sorted(posting.interviews.expected(), key=lambda slot: slot.starts_at)
    n = 1 if early.application.candidate == cast.candidate(1) else 2
    before(early, microseconds=1)
    choose(free(posting)[-1], n)
    # The one who has a later slot can't take the early one any more, at its limit to the microsecond.
    before(early)
    with pytest.raises(choosing.ChoiceClosed):
        choosing.choose_slot(interview=own(3 - n), public_id=early.public_id, by=cast.candidate(3 - n))
    before(late)
    with pytest.raises(choosing.ChoiceClosed):
        choose(free(posting)[-1], 3 - n)
    assert own(3 - n).sequence == 0


def test_nobody_chooses_while_hr_leaves_no_choice() -> None:
    posting = drawn(1)
    with pytest.raises(choosing.ChoiceClosed):
        choose(free(posting)[0])
    choosing.open_choice(posting=posting, by=cast.hr())
    choosing.close_choice(posting=posting, by=cast.hr())
    with pytest.raises(choosing.ChoiceClosed):
        choose(free(posting)[0])


def test_the_choice_is_hrs_to_open_and_to_end_once(posting: Posting) -> None:
    with pytest.raises(PermissionDenied):
        choosing.open_choice(posting=posting, by=cast.candidate())
    with pytest.raises(PermissionDenied):
        choosing.close_choice(posting=posting, by=cast.juror())
    for _twice in range(2):
        choosing.open_choice(posting=posting, by=cast.hr())
    for _twice in range(2):
        choosing.close_choice(posting=posting, by=cast.hr())
    choosing.open_choice(posting=posting, by=cast.hr())
    entries = Entry.objects.filter(kind__startswith="interview.choice_").order_by("pk")
    assert list(entries.values_list("kind", flat=True)) == [
        "interview.choice_opened", "interview.choice_closed", "interview.choice_opened",
    ]  # fmt: skip
    assert ChoiceWindow.objects.filter(closed_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_candidates_at_once_one_gets_the_slot_and_the_other_is_told() -> None:
    posting = drawn(2, free=1)
    choosing.open_choice(posting=posting, by=cast.hr())
    wanted, mine = free(posting)[0], {n: own(n) for n in (1, 2)}

    def chooser(n: int) -> object:
        return choosing.choose_slot(interview=mine[n], public_id=wanted.public_id, by=cast.candidate(n))

    outcomes = together([lambda: chooser(1), lambda: chooser(2)])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Interview", "SlotTaken"]
    assert Entry.objects.filter(kind="interview.chosen").count() == 1
    assert posting.interviews.get(public_id=wanted.public_id).application is not None
    assert posting.interviews.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_exchange() -> None:
    posting = drawn(1)
    choosing.open_choice(posting=posting, by=cast.hr())
    wanted, mine = free(posting)[0], own()
    click = [lambda: choosing.choose_slot(interview=mine, public_id=wanted.public_id, by=cast.candidate())] * 3
    assert [type(outcome).__name__ for outcome in together(click)] == ["Interview"] * 3
    assert (own().sequence, Notice.objects.filter(kind="interview_invitation").count()) == (1, 2)


# --- withdrawal -------------------------------------------------------------------------------------------


def withdraw(n: int) -> Application:
    return intake.withdraw(application=own(n).application, by=cast.candidate(n))


def test_the_slot_of_who_withdrew_is_free_again(posting: Posting) -> None:
    left, gone = own(2), withdraw(2)
    assert left.public_id in {slot.public_id for slot in free(posting)}
    mine = choose(left)
    assert (mine.starts_at, mine.public_id) == (left.starts_at, left.public_id)
    kept = Interview.objects.get(application=gone)
    assert (kept.pk, kept.starts_at, kept.vacated_at) == (left.pk, left.starts_at, clock.now())
    assert posting.interviews.standing().count() == 4


def test_hr_gives_or_takes_away_the_slot_of_who_withdrew() -> None:
    posting = evaluations.skills_closed(3)
    first, second = slots(posting, 2)
    one, two, three = late_stages.shortlisted(posting)
    interviews.schedule(interview=first, application=one, by=cast.hr())
    interviews.schedule(interview=second, application=two, by=cast.hr())
    for application in (one, two):
        intake.withdraw(application=application, by=application.candidate)
    given = interviews.schedule(interview=first, application=three, by=cast.hr())
    assert (given.starts_at, given.public_id) == (first.starts_at, first.public_id)
    interviews.remove_slot(interview=second, by=cast.hr())
    assert list(posting.interviews.standing()) == [given]
    assert Entry.objects.filter(kind="interview.slot_removed").count() == 1


def test_lots_fill_the_slot_of_who_withdrew() -> None:
    posting = evaluations.skills_closed(2)
    (slot,) = slots(posting, 1)
    one, two = late_stages.shortlisted(posting)
    interviews.schedule(interview=slot, application=one, by=cast.hr())
    intake.withdraw(application=one, by=one.candidate)
    assert [i.application for i in interviews.schedule_all(posting=posting, by=cast.hr())] == [two]


def test_the_jury_doesnt_expect_who_withdrew(posting: Posting) -> None:
    member, gone = late_stages.members(posting)[0], withdraw(2)
    assert [task.code for task in interview_tasks(member)] == [own().application.dossier_code]
    page = cast.signed_in(cast.hr()).get(reverse("evaluations:interviews", args=[posting.slug])).content.decode()
    assert f"après le retrait de {gone.full_name}" in page.replace("&#x27;", "’")
    client, url = page_of(2)
    assert "vous n’êtes plus attendu" in client.get(url).content.decode()
    assert client.get(reverse("evaluations:my_interview_ics", args=[posting.slug])).status_code == 404


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no exclusion constraint")
def test_the_database_itself_refuses_slots_that_overlap(posting: Posting) -> None:
    slot = own()
    with pytest.raises(IntegrityError, match="no_overlap"), transaction.atomic():
        Interview.objects.create(
            posting=posting, starts_at=slot.starts_at + timedelta(minutes=29), minutes=30, place="Salle"
        )


# --- none suits -------------------------------------------------------------------------------------------


def report(words: str, n: int = 1) -> Unavailability:
    return choosing.report_unavailability(interview=own(n), reason=words, by=cast.candidate(n))


def test_words_to_hr_are_kept_but_not_in_the_journal(posting: Posting) -> None:
    said = report(" Je suis hospitalisée. ")
    assert report("Je suis hospitalisée.") == said
    assert [message.reason for message in own().unanswered] == ["Je suis hospitalisée."]
    entry = Entry.objects.get(kind="interview.unavailable")
    assert "hospital" not in entry.body
    client = cast.signed_in(cast.hr())
    page = client.get(reverse("evaluations:interviews", args=[posting.slug])).content.decode()
    assert "Un candidat ne peut pas venir" in page
    assert "Je suis hospitalisée." in page


def test_moving_the_interview_answers_the_words(posting: Posting) -> None:
    report("Je suis hospitalisée.")
    choose(free(posting)[0])
    assert own().unanswered == []
    report("Encore hospitalisée.")
    moved = own().starts_at + timedelta(days=3)
    interviews.reschedule(
        interview=own(), starts_at=moved, minutes=30, place="Salle 9", reason="À votre demande.", by=cast.hr()
    )
    assert own().unanswered == []
    assert Unavailability.objects.count() == 2


def test_words_are_refused_when_there_are_none_too_many_or_too_late(posting: Posting) -> None:
    with pytest.raises(ValidationError):
        report("  ")
    for n in range(choosing.MESSAGES_KEPT):
        report(f"Message {n}")
    with pytest.raises(ValidationError):
        report("Encore un")
    clock.move_to(own(2).starts_at, by="test", stopped=True)
    with pytest.raises(ValidationError):
        report("Trop tard", 2)
    with pytest.raises(Http404):
        choosing.report_unavailability(interview=own(), reason="Pas à moi", by=cast.candidate(2))
