"""Marks are saved one by one, private until sealed, final once sealed; the stage closes on exact totals."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from applications import intake
from applications.models import Application
from applications.states import State
from evaluations import gaps, policy, results, scoring
from evaluations.models import Discussion, Reopening, Score, ScoreSheet, StageClosing, StageResult
from evaluations.results import StageNotReady
from evaluations.scoring import SheetIncomplete, SheetSealed
from journal.models import Entry
from postings.models import Posting, Stage
from tests import cast
from tests.factories import evaluations

db = pytest.mark.django_db


def a_sheet() -> ScoreSheet:
    return evaluations.declared(evaluations.sheets(evaluations.assigned(2))[0])


def save(sheet: ScoreSheet, value: str | Decimal | None, comment: str = "") -> None:
    criterion = sheet.scores.select_related("criterion")[0].criterion
    scoring.save_score(sheet=sheet, criterion=criterion, value=value, comment=comment, by=sheet.member.user)


@pytest.mark.parametrize(
    ("typed", "mark"),
    [
        ("13,5", "13.5"),
        ("13.5", "13.5"),
        (" 7 ", "7"),
        ("0", "0"),
        ("20", "20"),
        ("20,0", "20"),
        ("", None),
        (None, None),
    ],
)
def test_parse_mark_takes_half_points_with_comma_or_point(typed: str | None, mark: str | None) -> None:
    assert scoring.parse_mark(typed) == (None if mark is None else Decimal(mark))


@pytest.mark.parametrize(
    "typed", ["13,25", "20,5", "-1", "-0,5", "douze", "1e1", "NaN", "sNaN", "Infinity", "12,5,5", "\u0661\u0662"]
)
def test_parse_mark_refuses_the_rest(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        scoring.parse_mark(typed)
    assert list(refused.value.message_dict) == ["value"]


@db
def test_save_score_keeps_mark_and_comment_and_says_when() -> None:
    sheet = a_sheet()
    save(sheet, "13,5", "Solide.")
    score = sheet.scores.all()[0]
    sheet.refresh_from_db()
    assert (score.value, score.comment) == (Decimal("13.5"), "Solide.")
    assert sheet.saved_at is not None
    save(sheet, "")
    assert sheet.scores.all()[0].value is None


@db
def test_save_score_is_for_the_sheets_own_member_once_declared() -> None:
    sheet = evaluations.sheets(evaluations.assigned(2))[0]
    criterion = sheet.scores.all()[0].criterion
    with pytest.raises(PermissionDenied):
        save(sheet, "12")
    evaluations.declared(sheet)
    others = [cast.juror(n) for n in range(1, 6) if cast.juror(n) != sheet.member.user]
    for person in [*others, cast.hr(), cast.authority(), sheet.application.candidate]:
        with pytest.raises(PermissionDenied):
            scoring.save_score(sheet=sheet, criterion=criterion, value="12", comment="", by=person)


@db
def test_seal_wants_every_mark() -> None:
    sheet = a_sheet()
    save(sheet, "12")
    with pytest.raises(SheetIncomplete) as refused:
        scoring.seal_sheet(sheet=sheet, by=sheet.member.user)
    assert len(refused.value.missing) == 4


@db
def test_seal_is_final_and_journals_the_marks() -> None:
    sheet = evaluations.sealed(evaluations.sheets(evaluations.assigned(2))[0])
    with pytest.raises(SheetSealed):
        save(sheet, "3")
    with pytest.raises(SheetSealed):
        scoring.save_appreciation(sheet=sheet, text="Trop tard", by=sheet.member.user)
    scoring.seal_sheet(sheet=sheet, by=sheet.member.user)
    entry = Entry.objects.get(kind="sheet.sealed")
    assert entry.actor == sheet.member.user.actor
    assert entry.subject == sheet.application.subject
    assert list(entry.facts["marks"].values()).count("14.0") == 3
    assert sheet.application.full_name not in entry.body


@db
@pytest.mark.parametrize(
    "change",
    [
        lambda s: Score.objects.filter(sheet=s).update(value=3),
        lambda s: Score.objects.filter(sheet=s).delete(),
        lambda s: ScoreSheet.objects.filter(pk=s.pk).update(appreciation="autre"),
        lambda s: ScoreSheet.objects.filter(pk=s.pk).update(sealed_at=None, appreciation="autre"),
    ],
)
def test_the_database_refuses_any_change_of_a_sealed_sheet(change: Callable[[ScoreSheet], object]) -> None:
    sheet = evaluations.sealed(evaluations.sheets(evaluations.assigned(2))[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        change(sheet)


@db
@pytest.mark.parametrize("value", ["13.3", "20.5", "-0.5"])
def test_the_database_refuses_what_is_no_half_point(value: str) -> None:
    sheet = a_sheet()
    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.filter(sheet=sheet).update(value=Decimal(value))


@db
def test_reopen_gives_the_sheet_back_with_its_marks_and_says_why() -> None:
    sheet = evaluations.sealed(evaluations.sheets(evaluations.assigned(2))[0])
    for person in (cast.hr(), cast.juror(2), cast.juror(3)):
        with pytest.raises(PermissionDenied):
            scoring.reopen_sheet(sheet=sheet, reason="Erreur", by=person)
    with pytest.raises(ValidationError):
        scoring.reopen_sheet(sheet=sheet, reason=" ", by=cast.juror(1))
    scoring.reopen_sheet(sheet=sheet, reason="Erreur de saisie", by=cast.juror(1))
    save(sheet, "15")
    facts = Entry.objects.get(kind="sheet.reopened").facts
    assert facts == {"stage": "skills", "member": sheet.member.user.actor}
    assert Reopening.objects.get().reason == "Erreur de saisie"
    with pytest.raises(ValidationError, match="pas scellée"):
        scoring.reopen_sheet(sheet=sheet, reason="Encore", by=cast.juror(1))


@db
def test_reopen_is_refused_once_the_stage_is_closed() -> None:
    sheet = evaluations.sheets(evaluations.skills_closed(2))[0]
    with pytest.raises(ValidationError, match="close"):
        scoring.reopen_sheet(sheet=sheet, reason="Erreur", by=cast.juror(1))


@db
def test_marks_open_to_the_markers_only_when_all_are_sealed() -> None:
    posting = evaluations.assigned(2)
    first, second = evaluations.sheets(posting)[:2]
    evaluations.sealed(first)
    assert not policy.may_compare(first.member.user, first.application, Stage.SKILLS)
    assert not policy.may_compare(second.member.user, first.application, Stage.SKILLS)
    evaluations.sealed(second)
    assert policy.may_compare(first.member.user, first.application, Stage.SKILLS)
    markers = {first.member.user, second.member.user, cast.juror(1)}
    strangers = [cast.juror(n) for n in range(1, 6) if cast.juror(n) not in markers]
    assert [policy.may_compare(s, first.application, Stage.SKILLS) for s in strangers] == [False] * len(strangers)


def far_apart(sheet: ScoreSheet, place: int) -> Decimal:
    """The first marker of each file gives 16, the second 11,5: a gap of 4,5, above the posting's 4."""
    first = ScoreSheet.objects.filter(application=sheet.application, stage=sheet.stage).order_by("id")[0]
    return Decimal("16") if first.pk == sheet.pk else Decimal("11.5")


def at_the_limit(sheet: ScoreSheet, place: int) -> Decimal:
    return far_apart(sheet, place) if far_apart(sheet, place) == 16 else Decimal(12)


@db
def test_a_gap_above_the_threshold_is_discussed_before_closing() -> None:
    posting = evaluations.all_sealed(evaluations.assigned(1), marking=far_apart)
    sheet = evaluations.sheets(posting)[0]
    with pytest.raises(StageNotReady) as refused:
        results.close_skills(posting=posting, by=cast.hr())
    assert (refused.value.unsealed, refused.value.undiscussed) == ([], [sheet.application.dossier_code])
    with pytest.raises(PermissionDenied):
        gaps.discuss_gap(application=sheet.application, stage=Stage.SKILLS, outcome="Vu.", by=cast.hr())
    gaps.discuss_gap(application=sheet.application, stage=Stage.SKILLS, outcome="Maintenu.", by=sheet.member.user)
    gaps.discuss_gap(application=sheet.application, stage=Stage.SKILLS, outcome="Encore.", by=sheet.member.user)
    assert Discussion.objects.get().outcome == "Maintenu."
    assert Entry.objects.get(kind="gap.discussed").facts == {"stage": "skills", "gap": "4.50000"}
    with pytest.raises(StageNotReady) as still:
        results.close_skills(posting=posting, by=cast.hr())
    assert (still.value.undiscussed, still.value.thirds) == ([], [sheet.application.dossier_code])


@db
def test_a_gap_at_the_threshold_needs_no_discussion() -> None:
    posting = evaluations.all_sealed(evaluations.assigned(1), marking=at_the_limit)
    sheet = evaluations.sheets(posting)[0]
    with pytest.raises(ValidationError, match="seuil"):
        gaps.discuss_gap(application=sheet.application, stage=Stage.SKILLS, outcome="Vu.", by=sheet.member.user)
    results.close_skills(posting=posting, by=cast.hr())
    assert StageResult.objects.get().total == Decimal(14)


def by_file(posting: Posting) -> Callable[[ScoreSheet, int], Decimal]:
    """The first file gets 10 everywhere, the next 9,5, the others 12."""
    codes = sorted(s.application.dossier_code for s in evaluations.sheets(posting))
    wanted = {codes[0]: Decimal(10), codes[-1]: Decimal("9.5")}
    return lambda sheet, place: wanted.get(sheet.application.dossier_code, Decimal(12))


@db
def test_close_skills_shortlists_by_threshold_and_journals_totals() -> None:
    posting = evaluations.assigned(3)
    evaluations.all_sealed(posting, marking=by_file(posting))
    results.close_skills(posting=posting, by=cast.juror(1))
    files = {a.dossier_code: a.state for a in Application.objects.filter(posting=posting)}
    codes = sorted(files)
    assert files == {codes[0]: State.SHORTLISTED, codes[1]: State.SHORTLISTED, codes[2]: State.NOT_SHORTLISTED}
    entry = Entry.objects.get(kind="skills.closed")
    assert entry.facts["totals"] == dict(zip(codes, ["10.0000", "12.0000", "9.5000"], strict=True))
    kinds = Entry.objects.filter(kind__in=["application.shortlisted", "application.not_shortlisted"])
    assert sorted(kinds.values_list("kind", flat=True)) == [
        "application.not_shortlisted",
        *["application.shortlisted"] * 2,
    ]
    assert results.close_skills(posting=posting, by=cast.hr()) == StageClosing.objects.get()


@db
def test_close_skills_waits_for_every_sheet_except_those_of_the_withdrawn() -> None:
    posting = evaluations.assigned(2)
    gone, *_others = evaluations.sheets(posting)
    for sheet in evaluations.sheets(posting):
        if sheet.application != gone.application:
            evaluations.sealed(sheet)
    with pytest.raises(StageNotReady) as refused:
        results.close_skills(posting=posting, by=cast.hr())
    assert refused.value.unsealed == [gone.application.dossier_code]
    intake.withdraw(application=gone.application, by=gone.application.candidate)
    results.close_skills(posting=posting, by=cast.hr())
    assert StageResult.objects.filter(application=gone.application).count() == 0


@db
@pytest.mark.parametrize("role", ["candidate", "authority", "auditor", "administrator", "second_juror"])
def test_close_skills_is_for_hr_and_the_chair(role: str) -> None:
    posting = evaluations.all_sealed(evaluations.assigned(1))
    person = cast.juror(2) if role == "second_juror" else getattr(cast, role)()
    with pytest.raises(PermissionDenied):
        results.close_skills(posting=posting, by=person)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run the acts in threads that start together; the names of what they raised, or « ok »."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        barrier.wait()
        try:
            act()
        except Exception as error:
            return type(error).__name__
        finally:
            connection.close()
        return "ok"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_two_seals_at_once_are_one() -> None:
    sheet = evaluations.marked(evaluations.sheets(evaluations.assigned(1))[0])

    def seal() -> object:
        return scoring.seal_sheet(sheet=sheet, by=sheet.member.user)

    assert at_once(seal, seal, seal) == ["ok"] * 3
    assert Entry.objects.filter(kind="sheet.sealed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_closing_and_reopening_at_once_never_both() -> None:
    posting = evaluations.all_sealed(evaluations.assigned(1))
    sheet = evaluations.sheets(posting)[0]
    at_once(
        lambda: results.close_skills(posting=posting, by=cast.hr()),
        lambda: scoring.reopen_sheet(sheet=sheet, reason="Erreur", by=cast.juror(1)),
    )
    sheet.refresh_from_db()
    closed = StageClosing.objects.filter(posting=posting).exists()
    assert closed == (sheet.sealed_at is not None)
