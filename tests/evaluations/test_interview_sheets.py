"""The interview: the file opens to all members without a conflict, marks are kept live, the last seal closes it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from applications.states import State
from evaluations import excusing, interviews, panels, results, scoring
from evaluations.models import ScoreSheet, StageResult
from evaluations.results import StageNotReady
from journal import clock
from journal.models import Entry
from postings.models import Posting, Stage
from tests import cast
from tests.cast import signed_in
from tests.evaluations.test_scoring import at_once
from tests.factories import evaluations


def invited(count: int = 1) -> Posting:
    """The shortlisted invited, one an hour from tomorrow on; the clock still stands before."""
    posting = evaluations.skills_closed(count)
    for n in range(count):
        starts_at = clock.now() + timedelta(days=1, hours=n)
        interviews.add_slot(posting=posting, starts_at=starts_at, minutes=30, place="Salle 1", by=cast.hr())
    interviews.schedule_all(posting=posting, by=cast.hr())
    return posting


def begun(count: int = 1) -> Posting:
    posting = invited(count)
    clock.move_by(timedelta(days=2), by="test")
    return posting


def sheets(posting: Posting) -> list[ScoreSheet]:
    return evaluations.sheets(posting, Stage.INTERVIEW)


def url(name: str, sheet: ScoreSheet) -> str:
    return reverse(f"evaluations:{name}", args=[sheet.application.dossier_code, Stage.INTERVIEW])


@pytest.mark.django_db
def test_all_members_get_a_sheet_with_every_criterion() -> None:
    rows = sheets(invited())
    assert {sheet.member.user for sheet in rows} == {cast.juror(n) for n in range(1, 6)}
    assert [sheet.scores.count() for sheet in rows] == [5] * 5


@pytest.mark.django_db
def test_a_member_in_conflict_since_the_blind_stage_gets_no_sheet() -> None:
    posting = evaluations.assigned(1)
    sheet = next(s for s in evaluations.sheets(posting) if not s.member.chair)
    panels.declare(application=sheet.application, conflict=True, reason="Cousin", by=sheet.member.user)
    marking = ScoreSheet.objects.filter(application=sheet.application).values("member")
    to = posting.panel.members.exclude(pk__in=marking).last()
    assert to is not None
    from_reassign = evaluations.assignment.reassign(sheet=sheet, to=to, by=cast.juror(1))
    assert from_reassign.member == to
    evaluations.all_sealed(posting)
    results.close_skills(posting=posting, by=cast.hr())
    slot = interviews.add_slot(
        posting=posting, starts_at=clock.now() + timedelta(days=1), minutes=30, place="Salle 1", by=cast.hr()
    )
    interviews.schedule(interview=slot, application=sheet.application, by=cast.hr())
    assert sheet.member.user not in {s.member.user for s in sheets(posting)}
    assert signed_in(sheet.member.user).get(url("sheet", sheet)).status_code == 404


@pytest.mark.django_db
def test_the_page_shows_the_file_beside_the_marks_after_a_declaration() -> None:
    sheet = sheets(begun())[-1]
    client = signed_in(sheet.member.user)
    name = sheet.application.full_name
    if not sheet.member.declarations.exists():
        assert client.get(url("sheet", sheet)).headers["Location"] == url("declare", sheet)
    assert name in client.get(url("declare", sheet)).content.decode()
    client.post(url("declare", sheet), {"conflict": "no"})
    text = client.get(url("sheet", sheet)).content.decode()
    assert name in text
    assert text.count("<iframe") == sheet.application.documents.count() == 5
    document = sheet.application.documents.all()[0]
    address = reverse("evaluations:document", args=[sheet.application.dossier_code, document.public_id])
    response = client.get(address)
    assert response.headers["Content-Type"] == "application/pdf"
    assert b"".join(response.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    entry = Entry.objects.get(kind="file.viewed", actor=sheet.member.user.actor)
    assert (entry.subject, entry.facts) == (sheet.application.subject, {})
    seen = sheet.application.viewings.order_by("pk").values_list("shown", "document", "role")
    assert list(seen) == [("heard", None, "juror"), ("document", document.public_id, "juror")]


@pytest.mark.django_db
def test_documents_open_to_nobody_else() -> None:
    sheet = sheets(begun())[0]
    document = sheet.application.documents.all()[0]
    address = reverse("evaluations:document", args=[sheet.application.dossier_code, document.public_id])
    undeclared = next(s for s in sheets(sheet.application.posting) if not s.member.declarations.exists())
    statuses = [signed_in(person).get(address).status_code for person in (undeclared.member.user, cast.juror(6))]
    assert statuses == [404, 404]
    assert signed_in(cast.candidate(1)).get(address).status_code == 403
    panels.declare(application=sheet.application, conflict=True, reason="Cousin", by=sheet.member.user)
    assert signed_in(sheet.member.user).get(address).status_code == 404


@pytest.mark.django_db
def test_a_sheet_is_not_sealed_before_the_interview_begins() -> None:
    sheet = evaluations.marked(sheets(invited())[0])
    with pytest.raises(ValidationError, match="pas encore commencé"):
        scoring.seal_sheet(sheet=sheet, by=sheet.member.user)
    assert signed_in(sheet.member.user).post(url("seal", sheet)).status_code == 409
    clock.move_by(timedelta(days=1), by="test")
    scoring.seal_sheet(sheet=sheet, by=sheet.member.user)


@pytest.mark.django_db
def test_the_last_seal_closes_the_interview_with_the_mean() -> None:
    posting = begun()
    marks: Callable[[ScoreSheet, int], Decimal] = lambda sheet, place: Decimal(10 + sheet.member.pk % 5)  # noqa: E731
    evaluations.all_sealed(posting, Stage.INTERVIEW, marks)
    application = posting.applications.get()
    assert application.state == State.INTERVIEWED
    assert StageResult.objects.get(stage=Stage.INTERVIEW).total == Decimal(12)
    assert Entry.objects.get(kind="application.interviewed").facts["total"] == "12.0000"


@pytest.mark.django_db
def test_an_excused_member_lets_the_others_suffice_down_to_the_quorum() -> None:
    rows = sheets(begun())
    for sheet in rows[2:]:
        evaluations.sealed(sheet)
    with pytest.raises(PermissionDenied):
        excusing.excuse(sheet=rows[1], reason="Absente", by=cast.hr())
    with pytest.raises(ValidationError):
        excusing.excuse(sheet=rows[1], reason=" ", by=cast.juror(1))
    with pytest.raises(StageNotReady):
        results.close_interview(application=rows[0].application, by=cast.hr())
    for sheet in rows[:2]:
        excusing.excuse(sheet=sheet, reason="Absent ce jour", by=cast.juror(1))
    rows[0].application.refresh_from_db()
    assert rows[0].application.state == State.INTERVIEWED
    facts = Entry.objects.filter(kind="sheet.excused").order_by("id")[0].facts
    assert facts == {"stage": "interview", "member": rows[0].member.user.actor, "cause": "absence"}
    assert signed_in(rows[1].member.user).get(url("sheet", rows[1])).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["absence", "conflict"])
def test_a_missing_member_changes_the_number_of_sheets_and_no_other_mark(missing: str) -> None:
    rows = sheets(begun())
    values = [Decimal("11.5"), Decimal(13), Decimal("15.5"), Decimal(9)]
    for sheet, value in zip(rows, values, strict=False):
        evaluations.sealed(sheet, lambda _sheet, _place, value=value: value)
    last = evaluations.marked(rows[4], lambda _sheet, _place: Decimal(17))  # marked, never sealed
    if missing == "absence":
        excusing.excuse(sheet=last, reason="Absent", by=cast.juror(1))
    else:
        panels.declare(application=last.application, conflict=True, reason="Associé", by=last.member.user)
    facts = Entry.objects.get(kind="application.interviewed").facts
    assert (facts["total"], facts["sheets"]) == ("12.2500", 4)  # the mean of the four others


@pytest.mark.django_db
def test_nobody_is_excused_below_the_quorum() -> None:
    posting = begun()
    rows, chair = sheets(posting), evaluations.presiding(posting)
    codes = [
        chair.post(url("excuse", sheet), {"member": str(sheet.member.user.public_id), "reason": "Absent"}).status_code
        for sheet in rows[1:4]
    ]
    assert codes == [302, 302, 422]


@pytest.mark.django_db
def test_a_conflict_declared_late_excuses_the_sheet_and_may_close_the_interview() -> None:
    rows = sheets(begun())
    for sheet in rows[:4]:
        evaluations.sealed(sheet)
    last = rows[4]
    panels.declare(application=last.application, conflict=True, reason="Ancien associé", by=last.member.user)
    last.application.refresh_from_db()
    assert last.application.state == State.INTERVIEWED
    assert Entry.objects.get(kind="sheet.excused").facts["cause"] == "conflict"


@pytest.mark.django_db
def test_reopening_is_over_once_the_interview_is_closed() -> None:
    posting = evaluations.interviewed(begun())
    sheet = sheets(posting)[0]
    with pytest.raises(ValidationError, match="close"):
        scoring.reopen_sheet(sheet=sheet, reason="Erreur", by=cast.juror(1))


@pytest.mark.django_db(transaction=True)
def test_the_last_two_seals_at_once_close_the_interview_once() -> None:
    rows = sheets(begun())
    for sheet in rows[:3]:
        evaluations.sealed(sheet)
    last = [evaluations.marked(sheet) for sheet in rows[3:]]
    seals = [lambda s=sheet: scoring.seal_sheet(sheet=s, by=s.member.user) for sheet in last]
    assert at_once(*seals) == ["ok", "ok"]
    assert Entry.objects.filter(kind="application.interviewed").count() == 1
    rows[0].application.refresh_from_db()
    assert rows[0].application.state == State.INTERVIEWED
