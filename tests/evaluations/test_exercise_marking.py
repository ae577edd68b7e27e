"""What becomes of the compositions: the drawing waits for them, markers read them blind, who is absent isn't marked."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from applications import disclosure
from applications.erasure import erase
from applications.models import Application, Erasure, ErasureCause
from applications.states import State
from evaluations import arrangements, assignment, decision_letters, endings, results
from evaluations.erasure import _empty
from evaluations.models import Deliberation, ScoreSheet, Sitting, StageResult
from evaluations.record import compile_record
from journal import clock
from journal.models import Entry
from postings.models import Posting
from tests import cast
from tests.factories import applications, evaluations
from tests.factories import exercises as factory

pytestmark = pytest.mark.django_db


def drawn(count: int = 4, *, absent: int = 0) -> Posting:
    posting = factory.over(count, absent=absent)
    assignment.assign_markers(posting=posting, by=cast.hr())
    return posting


def file_of(n: int) -> Application:
    return Application.objects.get(candidate=cast.candidate(n))


def test_the_drawing_waits_until_nobody_is_still_to_sit_it() -> None:
    posting = factory.open_now(factory.convened(2))
    factory.handed_in(posting, 1)
    with pytest.raises(ValidationError, match="épreuve écrite"):
        assignment.assign_markers(posting=posting, by=cast.hr())
    factory.handed_in(posting, 2)
    assert len(assignment.assign_markers(posting=posting, by=cast.hr())) == 4


def test_an_exercise_announced_is_not_skipped_by_forgetting_to_invite() -> None:
    posting = applications.open_posting()
    evaluations.composed(posting)
    evaluations.admitted(posting, 1)
    factory.prepared(posting)
    with pytest.raises(ValidationError, match="pas finie pour 1"):
        assignment.assign_markers(posting=posting, by=cast.hr())
    with pytest.raises(ValidationError, match="épreuve écrite"):
        results.close_skills(posting=posting, by=cast.hr())


def test_who_is_absent_has_no_sheet_and_is_not_shortlisted() -> None:
    posting = drawn(3, absent=1)
    gone = file_of(3)
    assert not ScoreSheet.objects.filter(application=gone).exists()
    evaluations.all_sealed(posting)
    results.close_skills(posting=posting, by=cast.hr())
    gone.refresh_from_db()
    assert gone.state == State.NOT_SHORTLISTED
    moved = Entry.objects.get(kind="application.not_shortlisted")
    assert (moved.subject, moved.facts["cause"]) == (gone.subject, "exercise_missed")
    assert Entry.objects.get(kind="skills.closed").facts["absent"] == [gone.dossier_code]
    assert not StageResult.objects.filter(application=gone).exists()
    assert Application.objects.filter(state=State.SHORTLISTED).count() == 2


def test_the_letter_says_why_and_the_minutes_count_it() -> None:
    posting = drawn(3, absent=1)
    evaluations.all_sealed(posting)
    results.close_skills(posting=posting, by=cast.hr())
    reasons = decision_letters.early_reasons(file_of(3))
    assert "épreuve écrite, ouverte le" in reasons
    assert "n'a pas été noté" in reasons
    now = clock.now()
    session = Deliberation(posting=posting, opened_at=now, opened_by=cast.juror(1))
    session.save()
    record = compile_record(session, seed="")
    assert (record["figures"]["missed_exercise"], record["figures"]["not_shortlisted"]) == (1, 1)
    assert record["exercise"]["endings"] == {"handed_in": 2, "absent": 1}
    assert [file["dossier"] for file in record["files"] if file["missed_exercise"]] == [file_of(3).dossier_code]


def test_when_nobody_came_the_stage_closes_without_a_mark() -> None:
    posting = factory.over(2, absent=2)
    with pytest.raises(ValidationError):
        assignment.assign_markers(posting=posting, by=cast.hr())
    page = cast.signed_in(cast.hr()).get(reverse("evaluations:campaign", args=[posting.slug])).content.decode()
    assert "n’a passé l’épreuve écrite" in page
    results.close_skills(posting=posting, by=cast.hr())
    assert set(Application.objects.values_list("state", flat=True)) == {State.NOT_SHORTLISTED}


def test_a_marker_reads_the_words_and_the_subject_and_nothing_of_the_person_or_of_time() -> None:
    posting = factory.convened(1)
    arrangements.grant_extra_time(sitting=factory.of(posting), minutes=47, by=cast.hr())
    factory.open_now(posting)
    sitting = factory.handed_in(posting, 1, "Les faits d’abord.\n\nLe droit ensuite.")
    assignment.assign_markers(posting=posting, by=cast.hr())
    sheet = evaluations.declared(evaluations.sheets(posting)[0])
    address = reverse("evaluations:sheet", args=[sheet.application.dossier_code, sheet.stage])
    page = cast.signed_in(sheet.member.user).get(address).content.decode()
    assert "Les faits d’abord.\n\nLe droit ensuite." in page
    assert factory.SUBJECT in page
    assert "La réunion reporte la mise en service d’un mois." in page
    candidate, file = cast.candidate(1), sheet.application
    told = [candidate.full_name, file.family_name, candidate.email, file.national_id, "47 minutes", "supplémentaire"]
    times = [
        sitting.salt,
        sitting.entry_hash,
        str(sitting.started_at),
        str(sitting.ended_at),
        f"{factory.MINUTES} minutes",
    ]
    assert [words for words in told + times if words in page] == []
    assert re.findall(r"<time|\d{1,2}\sh\s\d\d", page.split("<main")[1]) == []


def test_a_blank_copy_is_said_to_be_one() -> None:
    posting = factory.open_now(factory.convened(1))
    factory.writing(posting)
    clock.move_to(posting.exercise.opens_at + timedelta(minutes=factory.MINUTES), by="test", stopped=True)
    endings.end_due()
    assignment.assign_markers(posting=posting, by=cast.hr())
    sheet = evaluations.declared(evaluations.sheets(posting)[0])
    address = reverse("evaluations:sheet", args=[sheet.application.dossier_code, sheet.stage])
    assert "Copie blanche." in cast.signed_in(sheet.member.user).get(address).content.decode()


def test_the_candidates_copy_of_their_data_holds_the_composition_with_its_salt() -> None:
    posting = factory.over(1)
    told = disclosure.file(file_of(1))["epreuve"]
    sitting = factory.of(posting)
    assert (told["composition"], told["sel"], told["empreinte"]) == (
        sitting.text,
        sitting.salt,
        endings.digest(sitting),
    )
    assert "signs" not in told


def test_erasing_a_file_takes_the_composition_with_it_and_nothing_else_may() -> None:
    factory.over(2)
    file = file_of(1)
    erase(application=file, cause=ErasureCause.RETENTION, by=None, also=_empty)
    assert Erasure.objects.filter(application=file).exists()
    assert [sitting.application for sitting in Sitting.objects.all()] == [file_of(2)]


def test_the_candidates_home_leads_to_the_exercise() -> None:
    posting = factory.convened(1)
    page = cast.signed_in(cast.candidate(1)).get(reverse("applications:follow", args=[posting.slug])).content.decode()
    assert reverse("evaluations:my_exercise", args=[posting.slug]) in page
    assert "Une convocation à l’épreuve écrite vous a été envoyée" in page
    factory.handed_in(factory.open_now(posting))
    page = cast.signed_in(cast.candidate(1)).get(reverse("applications:follow", args=[posting.slug])).content.decode()
    assert page.index("Vous avez commencé l’épreuve écrite") < page.index("Vous avez rendu votre composition")
