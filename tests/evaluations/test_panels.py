"""The jury's composition, and its members' declarations."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from evaluations import panels, scoring
from evaluations.models import Declaration, Panel, ScoreSheet
from evaluations.panels import MemberSeat
from evaluations.policy import presiding_member
from journal.models import Entry
from postings.models import Posting
from tests import cast
from tests.factories import applications, evaluations

pytestmark = pytest.mark.django_db


@pytest.fixture
def posting() -> Posting:
    return applications.open_posting()


def a_sheet() -> ScoreSheet:
    return evaluations.sheets(evaluations.assigned(2))[0]


def test_compose_freezes_and_journals(posting: Posting) -> None:
    panel = evaluations.composed(posting)
    assert panel.frozen_at is not None
    assert [m.user for m in panel.members.all()] == [cast.juror(n) for n in range(1, 6)]
    entry = Entry.objects.get(kind="panel.composed")
    assert entry.actor == cast.hr().actor
    assert entry.facts == {
        "members": [cast.juror(n).actor for n in range(1, 6)],
        "chair": cast.juror(1).actor,
        "outsiders": [cast.juror(5).actor],
    }


def test_compose_twice_the_same_is_once(posting: Posting) -> None:
    assert evaluations.composed(posting) == evaluations.composed(posting)
    assert Entry.objects.filter(kind="panel.composed").count() == 1


def test_compose_is_final(posting: Posting) -> None:
    evaluations.composed(posting)
    other = [*evaluations.seats()[:4], MemberSeat(cast.juror(6), outsider=True)]
    with pytest.raises(ValidationError, match="arrêtée"):
        panels.compose(posting=posting, members=other, by=cast.hr())


def wrong_compositions() -> dict[str, list[MemberSeat]]:
    seats = evaluations.seats()
    return {
        "too few": seats[:4],
        "twice": [*seats[:4], seats[0]],
        "two chairs": [*seats[:3], MemberSeat(seats[3].user, chair=True), seats[4]],
        "no chair": [MemberSeat(seats[0].user), *seats[1:]],
        "nobody from outside": [*seats[:4], MemberSeat(seats[4].user)],
        "not a juror": [*seats[:3], MemberSeat(cast.candidate()), seats[4]],
    }


@pytest.mark.parametrize("fault", ["too few", "twice", "two chairs", "no chair", "nobody from outside", "not a juror"])
def test_compose_refuses_a_wrong_jury(posting: Posting, fault: str) -> None:
    with pytest.raises(ValidationError):
        panels.compose(posting=posting, members=wrong_compositions()[fault], by=cast.hr())
    assert Panel.objects.count() == 0


@pytest.mark.parametrize("role", ["candidate", "juror", "authority", "auditor", "administrator"])
def test_compose_is_for_hr_alone(posting: Posting, role: str) -> None:
    person: User = getattr(cast, role)()
    with pytest.raises(PermissionDenied):
        panels.compose(posting=posting, members=evaluations.seats(), by=person)


def test_declare_no_conflict_then_conflict_but_never_back() -> None:
    sheet = a_sheet()
    application, by = sheet.application, sheet.member.user
    panels.declare(application=application, conflict=False, reason="ignoré", by=by)
    panels.declare(application=application, conflict=True, reason="Ancien collègue", by=by)
    with pytest.raises(ValidationError, match="ne se retire pas"):
        panels.declare(application=application, conflict=False, reason="", by=by)
    declaration = Declaration.objects.get()
    assert (declaration.conflict, declaration.reason) == (True, "Ancien collègue")
    entries = Entry.objects.filter(kind="panel.declared").order_by("id")
    assert [entry.facts for entry in entries] == [{"conflict": False}, {"conflict": True}]


def test_declare_wants_the_reason_of_a_conflict() -> None:
    sheet = a_sheet()
    with pytest.raises(ValidationError) as refused:
        panels.declare(application=sheet.application, conflict=True, reason=" ", by=sheet.member.user)
    assert list(refused.value.message_dict) == ["reason"]


def test_declare_is_for_those_who_have_a_sheet_on_the_file_or_preside_over_it() -> None:
    sheet = a_sheet()
    markers = ScoreSheet.objects.filter(application=sheet.application).values_list("member__user", flat=True)
    concerned = {*markers, cast.juror(1).pk}
    strangers = [person for person in [*map(cast.juror, range(1, 6)), cast.hr()] if person.pk not in concerned]
    assert len(strangers) in {3, 4}
    for stranger in strangers:
        with pytest.raises(PermissionDenied):
            panels.declare(application=sheet.application, conflict=False, reason="", by=stranger)


def test_declare_a_conflict_too_late_is_refused() -> None:
    sheet = evaluations.sealed(a_sheet())
    with pytest.raises(ValidationError, match="scellée"):
        panels.declare(application=sheet.application, conflict=True, reason="Cousin", by=sheet.member.user)


def test_a_marker_in_conflict_can_no_longer_mark() -> None:
    sheet = evaluations.declared(a_sheet())
    panels.declare(application=sheet.application, conflict=True, reason="Cousin", by=sheet.member.user)
    criterion = sheet.scores.first().criterion  # type: ignore[union-attr]
    with pytest.raises(PermissionDenied):
        scoring.save_score(sheet=sheet, criterion=criterion, value="12", comment="", by=sheet.member.user)


def test_the_next_member_presides_over_a_file_that_the_chair_has_a_conflict_on() -> None:
    posting = evaluations.assigned(5)
    sheet = next(s for s in evaluations.sheets(posting) if s.member.chair)
    assert presiding_member(sheet.application).user == cast.juror(1)  # type: ignore[union-attr]
    panels.declare(application=sheet.application, conflict=True, reason="Cousin", by=sheet.member.user)
    assert presiding_member(sheet.application).user == cast.juror(2)  # type: ignore[union-attr]
