"""Extra time, paper, an absence on paper: HR's alone, and never told to who marks."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from evaluations import arrangements, assignment, endings, sittings
from evaluations.models import Sitting
from journal import clock
from journal.models import Entry
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.factories import exercises as factory

pytestmark = pytest.mark.django_db
PLACE = "Salle 2, Rabat, le 12 à 8 h 30"


def at(moment: object) -> None:
    clock.move_to(moment, by="test", stopped=True)  # type: ignore[arg-type]


def end_of(posting: Posting) -> None:
    at(posting.exercise.opens_at + timedelta(minutes=factory.MINUTES))


def page_of(sitting: Sitting) -> str:
    code = sitting.application.dossier_code
    return reverse("evaluations:exercise_sitting", args=["secretaire-general", code])


def test_extra_time_moves_the_end_and_invites_again() -> None:
    posting = factory.convened(2)
    sitting = arrangements.grant_extra_time(sitting=factory.of(posting), minutes=60, by=cast.hr())
    assert sitting.due_at == posting.exercise.opens_at + timedelta(minutes=factory.MINUTES + 60)
    arrangements.grant_extra_time(sitting=sitting, minutes=60, by=cast.hr())
    letters = Notice.objects.filter(kind="exercise_invitation", recipient=cast.candidate(1)).order_by("pk")
    assert [(n.context["minutes"], n.context["extra"]) for n in letters] == [(180, 0), (240, 60)]
    assert Entry.objects.filter(kind="sitting.extra_time").get().facts == {}


def test_extra_time_while_they_write_only_adds() -> None:
    posting = factory.open_now(factory.convened(1, window=True))
    begun = factory.writing(posting)
    more = arrangements.grant_extra_time(sitting=begun, minutes=30, by=cast.hr())
    assert more.due_at == begun.due_at + timedelta(minutes=30)
    with pytest.raises(ValidationError):
        arrangements.grant_extra_time(sitting=more, minutes=10, by=cast.hr())
    at(more.due_at)
    with pytest.raises(ValidationError):
        arrangements.grant_extra_time(sitting=more, minutes=90, by=cast.hr())


def test_who_has_more_time_writes_after_the_others_have_stopped() -> None:
    posting = factory.convened(2)
    arrangements.grant_extra_time(sitting=factory.of(posting, 1), minutes=60, by=cast.hr())
    factory.open_now(posting)
    for n in (1, 2):
        factory.writing(posting, n, "Début.")
    end_of(posting)
    assert endings.end_due() == 1
    factory.write(factory.of(posting, 1), "Début et fin.")
    assert factory.of(posting, 2).ending == "time"
    with pytest.raises(ValidationError, match="pas finie pour 1"):
        assignment.assign_markers(posting=posting, by=cast.hr())


def test_on_paper_the_clock_ends_nothing_and_hr_copies_the_words() -> None:
    posting = factory.convened(2)
    arrangements.set_on_paper(sitting=factory.of(posting), place=PLACE, by=cast.hr())
    assert Notice.objects.filter(kind="exercise_invitation", context__place=PLACE).count() == 1
    with pytest.raises(ValidationError):
        arrangements.transcribe(sitting=factory.of(posting), text="Avant l’heure.", by=cast.hr())
    factory.open_now(posting)
    with pytest.raises(ValidationError, match="sur papier"):
        sittings.begin(sitting=factory.of(posting), by=cast.candidate(1))
    factory.handed_in(posting, 2)
    end_of(posting)
    assert endings.end_due() == 0
    copied = arrangements.transcribe(sitting=factory.of(posting), text="Ma copie,\r\nmot pour mot.", by=cast.hr())
    arrangements.transcribe(sitting=copied, text="Ma copie,\nmot pour mot.", by=cast.hr())
    assert (copied.ending, copied.text) == ("paper", "Ma copie,\nmot pour mot.")
    with pytest.raises(ValidationError):
        arrangements.transcribe(sitting=copied, text="Autre.", by=cast.hr())
    with pytest.raises(ValidationError):
        arrangements.record_absence(sitting=copied, by=cast.hr())
    own = reverse("evaluations:my_exercise", args=[posting.slug])
    assert "Relisez la transcription" in cast.signed_in(cast.candidate(1)).get(own).content.decode()


def test_an_absence_on_paper_is_recorded_by_a_person_after_the_end() -> None:
    posting = factory.convened(1)
    with pytest.raises(ValidationError, match="en ligne"):
        arrangements.record_absence(sitting=factory.of(posting), by=cast.hr())
    arrangements.set_on_paper(sitting=factory.of(posting), place=PLACE, by=cast.hr())
    factory.open_now(posting)
    with pytest.raises(ValidationError):
        arrangements.record_absence(sitting=factory.of(posting), by=cast.hr())
    end_of(posting)
    with pytest.raises(ValidationError):
        arrangements.set_on_paper(sitting=factory.of(posting), place="", by=cast.hr())
    arrangements.record_absence(sitting=factory.of(posting), by=cast.hr())
    arrangements.record_absence(sitting=factory.of(posting), by=cast.hr())
    assert Entry.objects.filter(kind="sitting.missed").count() == 1


def test_only_hr_arranges_anything() -> None:
    sitting = factory.of(factory.convened(1))
    for by in (cast.juror(1), cast.candidate(1), cast.auditor()):
        for act in (
            lambda by=by: arrangements.grant_extra_time(sitting=sitting, minutes=5, by=by),
            lambda by=by: arrangements.set_on_paper(sitting=sitting, place="Ici", by=by),
            lambda by=by: arrangements.transcribe(sitting=sitting, text="x", by=by),
            lambda by=by: arrangements.record_absence(sitting=sitting, by=by),
        ):
            with pytest.raises(PermissionDenied):
                act()


def test_hr_grants_a_third_on_the_page_and_copies_there() -> None:
    posting = factory.convened(1)
    hr, sitting = cast.signed_in(cast.hr()), factory.of(posting)
    for wrong in ({}, {"minutes": "5", "percent": "5"}, {"minutes": "9999"}, {"percent": "x"}):
        assert hr.post(page_of(sitting), {"act": "extra", **wrong}).status_code == 422
    assert hr.post(page_of(sitting), {"act": "extra", "percent": "34"}).status_code == 302
    assert factory.of(posting).extra_minutes == 62
    assert hr.post(page_of(sitting), {"act": "absence"}).status_code == 422
    assert hr.post(page_of(sitting), {"act": "autre"}).status_code == 422
    assert hr.post(page_of(sitting), {"act": "paper", "place": PLACE}).status_code == 302
    factory.open_now(posting)
    assert hr.post(page_of(sitting), {"act": "transcription", "text": "Mot pour mot."}).status_code == 302
    assert "copie reçue" in hr.get(page_of(sitting)).content.decode()
