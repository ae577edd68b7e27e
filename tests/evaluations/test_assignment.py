"""Who marks which file: drawn evenly, drawn again by anyone, changed only in the open."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from evaluations import assignment, panels
from evaluations.assignment import draw
from evaluations.models import ScoreSheet
from journal.models import Entry
from postings.models import Posting
from tests import cast
from tests.factories import applications, evaluations

MEMBERS = [f"user:{n}" for n in range(5)]


@given(st.sets(st.text("ABCDEFGH0123", min_size=6, max_size=8), max_size=40), st.text(min_size=1), st.integers(1, 4))
def test_draw_is_even_whole_and_depends_on_no_order(codes: set[str], seed: str, markers: int) -> None:
    drawn = draw(seed, codes, MEMBERS, markers)
    assert drawn == draw(seed, sorted(codes, reverse=True), MEMBERS[::-1], markers)
    assert set(drawn) == codes
    assert all(len(set(chosen)) == markers for chosen in drawn.values())
    load = [sum(member in chosen for chosen in drawn.values()) for member in MEMBERS]
    assert max(load) - min(load) <= 1
    if len(codes) > 1:
        assert len({tuple(chosen) for chosen in drawn.values()}) > 1


def test_draw_gives_every_pair_its_chance() -> None:
    codes = [f"K7QF-{n:04}" for n in range(60)]
    assert len({tuple(chosen) for chosen in draw("graine", codes, MEMBERS, 2).values()}) == 10


def test_draw_refuses_more_markers_than_members() -> None:
    with pytest.raises(ValueError, match="Fewer"):
        draw("graine", ["A"], MEMBERS[:1], 2)


@pytest.mark.django_db
def test_assign_markers_can_be_drawn_again_from_the_journal() -> None:
    posting = evaluations.assigned(6)
    facts = Entry.objects.get(kind="skills.assigned").facts
    assert draw(facts["seed"], facts["pairs"], facts["members"], facts["markers"]) == facts["pairs"]
    written: dict[str, list[str]] = {}
    for sheet in evaluations.sheets(posting):
        written.setdefault(sheet.application.dossier_code, []).append(sheet.member.user.actor)
        assert [score.value for score in sheet.scores.all()] == [None] * 5
    assert {code: sorted(markers) for code, markers in written.items()} == facts["pairs"]


@pytest.mark.django_db
def test_assign_markers_twice_draws_once() -> None:
    posting = evaluations.assigned(3)
    before = [(s.pk, s.member_id) for s in evaluations.sheets(posting)]
    assignment.assign_markers(posting=posting, by=cast.hr())
    assert [(s.pk, s.member_id) for s in evaluations.sheets(posting)] == before
    assert Entry.objects.filter(kind="skills.assigned").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["candidate", "juror", "authority", "auditor", "administrator"])
def test_assign_markers_is_for_hr_alone(role: str) -> None:
    posting = applications.open_posting()
    with pytest.raises(PermissionDenied):
        assignment.assign_markers(posting=posting, by=getattr(cast, role)())


@pytest.mark.django_db
def test_assign_markers_waits_for_the_jury_the_closing_and_the_screening() -> None:
    posting = applications.open_posting()

    def refusal() -> str:
        with pytest.raises(ValidationError) as refused:
            assignment.assign_markers(posting=posting, by=cast.hr())
        return str(refused.value.messages[0])

    assert "jury" in refusal()
    evaluations.composed(posting)
    assert "clôture" in refusal()
    applications.submitted(posting, cast.candidate(1))
    applications.submitted(posting, cast.candidate(2))
    applications.admitted(posting, cast.candidate(1))
    assert "1 dossier" in refusal()
    applications.admitted(posting, cast.candidate(2))
    assert len(assignment.assign_markers(posting=posting, by=cast.hr())) == 4


@pytest.mark.django_db
def test_assign_markers_without_an_admissible_file_is_refused() -> None:
    posting = applications.open_posting()
    evaluations.composed(posting)
    applications.close(posting)
    with pytest.raises(ValidationError, match="recevable"):
        assignment.assign_markers(posting=posting, by=cast.hr())


def stand_in(posting: Posting, sheet: ScoreSheet) -> panels.PanelMember:
    """A member who doesn't mark the file yet."""
    markers = ScoreSheet.objects.filter(application=sheet.application).values("member")
    return posting.panel.members.exclude(pk__in=markers).last()  # type: ignore[return-value]


@pytest.mark.django_db
def test_reassign_gives_a_blank_sheet_to_another_member() -> None:
    posting = evaluations.assigned(4)
    sheet = evaluations.marked(next(s for s in evaluations.sheets(posting) if not s.member.chair))
    panels.declare(application=sheet.application, conflict=True, reason="Cousin", by=sheet.member.user)
    to = stand_in(posting, sheet)
    moved = assignment.reassign(sheet=sheet, to=to, by=cast.juror(1))
    assert moved.member == to
    assert set(moved.scores.values_list("value", "comment")) == {(None, "")}
    entry = Entry.objects.get(kind="sheet.reassigned")
    assert entry.facts == {"from": sheet.member.user.actor, "to": to.user.actor, "cause": "conflict"}


@pytest.mark.django_db
def test_reassign_is_for_who_presides_over_the_file() -> None:
    posting = evaluations.assigned(4)
    sheet = evaluations.sheets(posting)[0]
    to = stand_in(posting, sheet)
    for person in (cast.hr(), cast.juror(2), cast.juror(3), cast.authority()):
        with pytest.raises(PermissionDenied):
            assignment.reassign(sheet=sheet, to=to, by=person)


@pytest.mark.django_db
def test_reassign_never_to_the_other_marker_nor_to_one_in_conflict_nor_once_sealed() -> None:
    posting = evaluations.assigned(4)
    first, second = evaluations.sheets(posting)[:2]
    assert first.application == second.application
    with pytest.raises(ValidationError, match="déjà"):
        assignment.reassign(sheet=first, to=second.member, by=cast.juror(1))
    to = stand_in(posting, first)
    assignment.reassign(sheet=second, to=to, by=cast.juror(1))
    panels.declare(application=first.application, conflict=True, reason="Cousin", by=to.user)
    free = posting.panel.members.exclude(pk__in=[to.pk, first.member_id]).last()
    assert free is not None
    assignment.reassign(sheet=second, to=free, by=cast.juror(1))
    with pytest.raises(ValidationError, match="ne peut pas noter"):
        assignment.reassign(sheet=second, to=to, by=cast.juror(1))
    evaluations.sealed(first)
    with pytest.raises(ValidationError, match="scellée"):
        assignment.reassign(sheet=first, to=free, by=cast.juror(1))
