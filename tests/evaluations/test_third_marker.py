"""A gap that stands goes to a third marker: drawn by lot, blind, and waited for."""

from decimal import Decimal
from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from applications.models import Application
from evaluations import assignment, gaps, panels, policy, results, scoring
from evaluations.models import PanelMember, ScoreSheet, StageResult, ThirdMarker
from evaluations.policy import presiding_member
from evaluations.results import StageNotReady
from evaluations.third_marker import draw_one, draw_third, eligible
from journal.models import Entry
from postings.models import Posting, Stage
from tests import cast
from tests.cast import signed_in
from tests.evaluations.test_scoring import at_once
from tests.factories import evaluations

db = pytest.mark.django_db


def far_apart(sheet: ScoreSheet, place: int) -> Decimal:
    """16 and 11,5 from the first two, above the posting's 4; 13 from the third."""
    earlier = ScoreSheet.objects.filter(application=sheet.application, stage=sheet.stage, pk__lt=sheet.pk).count()
    return (Decimal(16), Decimal("11.5"), Decimal(13))[earlier]


def standing() -> tuple[Posting, Application]:
    """One file, two sealed sheets far apart, the discussion recorded."""
    posting = evaluations.all_sealed(evaluations.assigned(1), marking=far_apart)
    sheet = evaluations.sheets(posting)[0]
    gaps.discuss_gap(application=sheet.application, stage=Stage.SKILLS, outcome="Maintenu.", by=sheet.member.user)
    return posting, sheet.application


def drawn_by_the_chair(application: Application) -> ThirdMarker:
    presiding = presiding_member(application)
    assert presiding is not None
    return draw_third(application=application, by=presiding.user)


@given(st.text(min_size=1), st.sets(st.sampled_from([f"user:{n}" for n in range(9)])), st.randoms())
def test_the_lot_depends_on_no_order(seed: str, members: set[str], random: object) -> None:
    shuffled = sorted(members)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert draw_one(seed, "AAAA-AAAA", shuffled) == draw_one(seed, "AAAA-AAAA", sorted(members))
    assert (draw_one(seed, "AAAA-AAAA", members) is None) == (not members)


@db
def test_the_third_is_drawn_among_those_to_whom_no_mark_was_open_and_the_mean_is_of_three() -> None:
    posting, application = standing()
    third = drawn_by_the_chair(application)
    assert third.sheet is not None
    markers = set(ScoreSheet.objects.filter(application=application).exclude(pk=third.sheet_id).values_list("member"))
    assert (third.sheet.member_id,) not in markers
    assert third.sheet.member != presiding_member(application)

    facts = Entry.objects.get(kind="marker.third_drawn").facts
    lots = {m: sha256(f"{facts['seed']}:{application.dossier_code}:{m}".encode()).hexdigest() for m in facts["among"]}
    assert facts["drawn"] == min(lots, key=lots.__getitem__) == third.sheet.member.user.actor
    assert facts["gap"] == "4.50000"

    with pytest.raises(StageNotReady) as waiting:
        results.close_skills(posting=posting, by=cast.hr())
    assert waiting.value.unsealed == [application.dossier_code]
    evaluations.sealed(third.sheet, marking=far_apart)
    results.close_skills(posting=posting, by=cast.hr())
    assert StageResult.objects.get().total == Decimal("13.5")  # (16 + 11,5 + 13) / 3


@db
def test_drawing_twice_is_once_and_nothing_rewrites_it() -> None:
    _posting, application = standing()
    assert drawn_by_the_chair(application) == drawn_by_the_chair(application)
    assert Entry.objects.filter(kind="marker.third_drawn").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ThirdMarker.objects.update(gap="0")
    with pytest.raises(IntegrityError), transaction.atomic():
        ThirdMarker.objects.all().delete()


@db
def test_who_does_not_preside_draws_nothing() -> None:
    _posting, application = standing()
    presiding = presiding_member(application)
    for person in [cast.hr(), *(cast.juror(n) for n in range(1, 6))]:
        if presiding is not None and person != presiding.user:
            with pytest.raises(PermissionDenied):
                draw_third(application=application, by=person)


@db
def test_no_lots_without_a_discussion_or_a_gap() -> None:
    posting = evaluations.all_sealed(evaluations.assigned(1), marking=far_apart)
    first, second = evaluations.sheets(posting)
    with pytest.raises(ValidationError, match="discutent"):
        drawn_by_the_chair(first.application)
    gaps.discuss_gap(application=first.application, stage=Stage.SKILLS, outcome="À revoir.", by=first.member.user)
    scoring.reopen_sheet(sheet=second, reason="Relecture", by=cast.juror(1))
    with pytest.raises(ValidationError, match="scellée"):
        drawn_by_the_chair(first.application)
    second.refresh_from_db()
    evaluations.sealed(second, marking=lambda _sheet, _place: Decimal(14))
    with pytest.raises(ValidationError, match="ne dépasse plus"):
        drawn_by_the_chair(first.application)
    results.close_skills(posting=posting, by=cast.hr())
    assert StageResult.objects.get().total == Decimal(15)


@db
def test_the_third_reads_no_mark_before_sealing_and_nothing_says_that_others_came_before() -> None:
    _posting, application = standing()
    third = drawn_by_the_chair(application)
    assert third.sheet is not None
    sheet, code = third.sheet, application.dossier_code
    member = signed_in(sheet.member.user)
    address = reverse("evaluations:file", args=[code, "skills"])
    assert member.get(address).status_code == 404
    evaluations.declared(sheet)
    pages = [
        reverse("evaluations:jury"),
        *(reverse(f"evaluations:{n}", args=[code, "skills"]) for n in ("sheet", "seal")),
    ]
    names = {str(row.member) for row in ScoreSheet.objects.filter(application=application).exclude(pk=sheet.pk)}
    for path in pages:
        shown = member.get(path).content.decode()
        assert "troisième" not in shown
        assert [name for name in names if name in shown] == []
        assert "11,5" not in shown
    # And the first two see theirs closed again, so that nobody can tell the third.
    earlier = ScoreSheet.objects.filter(application=application).exclude(pk=sheet.pk)
    assert [policy.may_compare(row.member.user, application, Stage.SKILLS) for row in earlier] == [False, False]
    evaluations.sealed(sheet, marking=far_apart)
    assert "11,5" in member.get(address).content.decode()


@db
def test_a_third_in_conflict_is_replaced_by_lot_until_nobody_is_left_and_the_discussion_stands() -> None:
    posting, application = standing()
    third = drawn_by_the_chair(application)
    left = len(eligible(application))
    for _time in range(left + 1):
        sheet = ScoreSheet.objects.select_related("member__user", "application").get(pk=third.sheet_id)
        panels.declare(application=application, conflict=True, reason="Parent", by=sheet.member.user)
        presiding = presiding_member(application)
        assert presiding is not None
        other = next(m for m in PanelMember.objects.all() if m.pk != sheet.member_id)
        with pytest.raises(ValidationError):
            assignment.reassign(sheet=sheet, to=other, by=presiding.user)
        drawn_by_the_chair(application)
    entries = list(Entry.objects.filter(kind="marker.third_drawn").order_by("pk"))
    assert len(entries) == left + 2
    assert entries[-1].facts["drawn"] is None
    results.close_skills(posting=posting, by=cast.hr())
    assert StageResult.objects.get().total == Decimal("13.75")  # the first two alone


@db
def test_the_chair_draws_from_the_page_of_the_file() -> None:
    posting, application = standing()
    chair = evaluations.presiding(posting)
    page = reverse("evaluations:file", args=[application.dossier_code, "skills"])
    action = reverse("evaluations:third", args=[application.dossier_code])
    assert action in chair.get(page).content.decode()
    desk = reverse("evaluations:presiding", args=[application.posting.slug])
    assert "troisième correcteur à tirer au sort" in chair.get(desk).content.decode()
    assert chair.post(action).status_code == 302
    assert ThirdMarker.objects.get().sheet is not None
    assert action not in chair.get(page).content.decode()
    assert signed_in(cast.hr()).post(action).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_lots_and_closing_at_once_never_leave_a_sheet_that_the_result_ignores() -> None:
    posting, application = standing()
    presiding = presiding_member(application)
    assert presiding is not None
    chair = presiding.user
    outcomes = at_once(
        lambda: draw_third(application=application, by=chair),
        lambda: draw_third(application=application, by=chair),
        lambda: results.close_skills(posting=posting, by=chair),
    )
    assert outcomes == ["StageNotReady", "ok", "ok"]
    assert ThirdMarker.objects.count() == Entry.objects.filter(kind="marker.third_drawn").count() == 1
    assert not StageResult.objects.exists()
