"""A recourse: from the letter's release to the end of its last clear day, one at a time, answered by someone else."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from applications.exchanges import objections
from applications.models import Application, Objection
from evaluations import decisions
from journal import clock
from journal.models import Entry
from notices import letters, outbox
from notices.models import Notice
from tests import cast
from tests.factories import applications as factory
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db
GROUNDS = "Ma note d’entretien ne correspond pas aux critères publiés.\n\nJe demande le réexamen."
PAGE = f"/candidature/{factory.SLUG}/recours/"


def release() -> None:
    for notice in Notice.objects.filter(kind="decision"):
        outbox.approve(notice=notice, by=cast.hr())
    assert outbox.release_due() > 0


@pytest.fixture
def file() -> Application:
    """A file whose decision's letter is out."""
    posting = late_stages.decided(2).posting
    release()
    return posting.applications.get(candidate=cast.candidate(2))


@pytest.fixture
def browser(file: Application) -> Client:
    return cast.signed_in(file.candidate)


def second_officer() -> User:
    return cast.account("rh2@pmp.example", "Brahim Sqalli", Role.HR)


def lodged(file: Application, grounds: str = GROUNDS) -> Objection:
    return objections.lodge(application=file, grounds=grounds, by=file.candidate)


def hr_page(objection: Objection) -> str:
    return reverse("admin:applications_objection_change", args=[objection.pk])


ANSWER = {"outcome": "partly", "answer": "Votre note de l’épreuve écrite est rectifiée ; le rang ne change pas."}


def test_nothing_can_be_contested_before_the_letter() -> None:
    posting = late_stages.decided(2).posting
    file = posting.applications.get(candidate=cast.candidate(2))
    browser = cast.signed_in(file.candidate)
    assert browser.get(PAGE).status_code == 409
    page = browser.post(PAGE, {"grounds": GROUNDS})
    assert (page.status_code, Objection.objects.count()) == (409, 0)
    assert PAGE not in browser.get(reverse("applications:overview", args=[factory.SLUG])).content.decode()
    release()
    assert browser.get(PAGE).status_code == 200


def test_a_recourse_is_lodged_once_with_its_receipt(file: Application, browser: Client) -> None:
    for _press in range(2):
        assert browser.post(PAGE, {"grounds": GROUNDS}).status_code == 302
    objection = Objection.objects.get()
    assert (objection.grounds, objection.lodged_at) == (GROUNDS, clock.now())
    receipt = Notice.objects.get(kind="objection_received")
    entry = Entry.objects.get(kind="objection.lodged")
    assert (entry.subject, entry.facts) == (file.subject, {})
    assert receipt.context["dossier"] == file.dossier_code
    assert "Ma note d’entretien" not in str(receipt.context)
    page = browser.get(PAGE).content.decode()
    assert "à l’étude" in page
    assert "Ma note d’entretien" in page


def test_one_recourse_at_a_time_and_the_second_keeps_its_words(file: Application, browser: Client) -> None:
    lodged(file)
    page = browser.post(PAGE, {"grounds": "Un second motif."})
    assert (page.status_code, Objection.objects.count()) == (409, 1)
    assert "Un second motif." in page.content.decode()


@pytest.mark.parametrize("grounds", ["", "   ", "x" * 10_001, "a\x00b"])
def test_a_recourse_that_wont_do_comes_back(file: Application, browser: Client, grounds: str) -> None:
    page = browser.post(PAGE, {"grounds": grounds})
    assert (page.status_code, Objection.objects.count()) == (422, 0)
    assert "Erreur" in page.content.decode().split("</title>")[0]


def test_the_period_is_one_of_clear_days_and_its_last_day_counts_whole(file: Application) -> None:
    period = objections.period(file)
    assert period is not None
    released = timezone.localdate(period.opened_at, clock.zone())
    assert period.last_day == released + timedelta(days=file.posting.objection_days + 1)
    assert (
        timezone.localtime(period.ends_at, clock.zone()).isoformat()[:19]
        == f"{period.last_day + timedelta(1)}T00:00:00"
    )


@pytest.mark.parametrize(("step", "status"), [(timedelta(microseconds=-1), 302), (timedelta(0), 409)])
def test_the_period_ends_to_the_microsecond(file: Application, browser: Client, step: timedelta, status: int) -> None:
    period = objections.period(file)
    assert period is not None
    clock.move_to(period.ends_at + step, by="test", stopped=True)
    page = browser.post(PAGE, {"grounds": GROUNDS})
    assert (page.status_code, Objection.objects.exists()) == (status, status == 302)
    if status == 409:
        assert "Ma note d’entretien" in page.content.decode()
        assert "tribunal administratif" in page.content.decode()
        assert Entry.objects.filter(kind="objection.refused_late").count() == 1
        assert browser.get(PAGE).status_code == 200  # says when it ended, and the other ways


def test_hr_reads_its_answer_before_it_leaves_and_the_candidate_gets_a_letter(
    file: Application, browser: Client
) -> None:
    objection, hr = lodged(file), cast.signed_in(cast.hr())
    assert "1 recours à répondre (60 jours restants)" in hr.get(reverse("admin:index")).content.decode()
    preview = hr.post(hr_page(objection), ANSWER)
    assert (preview.status_code, Notice.objects.filter(kind="objection_answered").count()) == (200, 0)
    assert ANSWER["answer"] in preview.content.decode()
    for _press in range(2):
        assert hr.post(hr_page(objection), {**ANSWER, "confirmed": "1"}).status_code == 302
    objection.refresh_from_db()
    assert (objection.outcome, objection.answered_by) == ("partly", cast.hr())
    assert Entry.objects.get(kind="objection.answered").facts == {"outcome": "partly"}
    letter = outbox.visible_to(file.candidate).get(kind="objection_answered")
    assert letters.render(letter).startswith(b"%PDF-")
    page = browser.get(PAGE).content.decode()
    assert ("recours accueilli en partie" in page, ANSWER["answer"] in page) == (True, True)
    other = hr.post(hr_page(objection), {"outcome": "dismissed", "answer": "Non.", "confirmed": "1"})
    assert other.status_code == 422
    assert Notice.objects.filter(kind="objection_answered").count() == 1


@pytest.mark.parametrize("wrong", [{"outcome": ""}, {"outcome": "autre"}, {"answer": "  "}])
def test_an_answer_that_wont_do_comes_back_as_typed(file: Application, wrong: dict[str, str]) -> None:
    objection = lodged(file)
    page = cast.signed_in(cast.hr()).post(hr_page(objection), {**ANSWER, **wrong, "confirmed": "1"})
    assert page.status_code == 422
    objection.refresh_from_db()
    assert objection.answered_at is None


def test_another_recourse_may_follow_an_answer_within_the_period(file: Application, browser: Client) -> None:
    objections.answer(objection=lodged(file), outcome="dismissed", answer="Rejeté.", by=cast.hr())
    assert browser.post(PAGE, {"grounds": GROUNDS}).status_code == 302  # the same words: the same recourse
    assert Objection.objects.count() == 1
    assert browser.post(PAGE, {"grounds": "Un fait nouveau."}).status_code == 302
    assert Objection.objects.count() == 2


def test_silence_past_its_limit_is_said(file: Application) -> None:
    objection = lodged(file)
    clock.move_by(timedelta(days=61), by="test")
    page = cast.signed_in(cast.hr()).get(hr_page(objection)).content.decode()
    assert "le silence vaut rejet" in page
    assert "(délai dépassé)" in cast.signed_in(cast.hr()).get(reverse("admin:index")).content.decode()


@pytest.fixture
def refused() -> Application:
    """A file that HR found inadmissible, and whose letter says so."""
    posting = factory.open_posting()
    files = [factory.submitted(posting, cast.candidate(n)) for n in (1, 2, 3)]
    evaluations.composed(posting)
    factory.close(posting)
    screened = files[2]
    screening_refuse(screened)
    for file in files[:2]:
        factory.screening.admit(application=file, by=cast.hr())
    bring_to_decision(posting)
    release()
    return Application.objects.get(pk=screened.pk)


def screening_refuse(file: Application) -> None:
    factory.found_inadmissible(file, ground="incomplete", reason="Diplôme illisible.")


def bring_to_decision(posting: Any) -> None:
    evaluations.assignment.assign_markers(posting=posting, by=cast.hr())
    evaluations.all_sealed(posting)
    evaluations.results.close_skills(posting=posting, by=cast.hr())
    late_stages.slots(posting, 2)
    late_stages.interviews.schedule_all(posting=posting, by=cast.hr())
    clock.move_to(posting.interviews.last().ends_at, by="test", stopped=True)
    late_stages.verified(evaluations.interviewed(posting))
    chair = cast.juror(1)
    late_stages.deliberation.open_session(posting=posting, present=late_stages.members(posting), by=chair)
    said = late_stages.appreciations(posting)
    closed = late_stages.deliberation.close(posting=posting, outcome="Unanimité.", appreciations=said, by=chair)
    late_stages.prepared(late_stages.signed(closed).posting)
    decisions.decide(posting=posting, choices=late_stages.in_jury_order(posting), by=cast.authority())


def test_who_refused_the_file_does_not_answer_its_recourse(refused: Application) -> None:
    objection = lodged(refused)
    own = cast.signed_in(cast.hr())
    assert "une autre personne du bureau répond" in own.get(hr_page(objection)).content.decode()
    assert own.post(hr_page(objection), {**ANSWER, "confirmed": "1"}).status_code == 422
    objection.refresh_from_db()
    assert objection.answered_at is None
    other = cast.signed_in(second_officer())
    assert other.post(hr_page(objection), {**ANSWER, "confirmed": "1"}).status_code == 302
    objection.refresh_from_db()
    assert objection.answered_by == second_officer()


def test_the_auditor_reads_a_recourse_and_answers_none(file: Application) -> None:
    objection, auditor = lodged(file), cast.signed_in(cast.auditor())
    page = auditor.get(hr_page(objection))
    assert page.status_code == 200
    assert "Relire la réponse" not in page.content.decode()
    assert auditor.post(hr_page(objection), {**ANSWER, "confirmed": "1"}).status_code == 403
    with pytest.raises(PermissionDenied):
        objections.answer(objection=objection, by=cast.auditor(), **ANSWER)


@pytest.mark.parametrize("who", [cast.juror, cast.authority, cast.administrator, lambda: cast.candidate(2)])
def test_nobody_else_opens_a_recourse(file: Application, who: Any) -> None:
    assert cast.signed_in(who()).get(hr_page(lodged(file))).status_code in (302, 403, 404)


def test_the_last_day_does_not_depend_on_the_hour_of_the_letter() -> None:
    zone = clock.zone()
    for text in ("2026-01-05 00:00", "2026-01-05 23:59"):
        start = timezone.datetime.fromisoformat(text).replace(tzinfo=zone)
        assert objections.last_day_of_clear(start, 60) == date(2026, 3, 7)
