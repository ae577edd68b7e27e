"""The figures of the marking: exact, and shown once every sheet of the stage is sealed."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from evaluations import panels
from evaluations.models import ScoreSheet
from evaluations.statistics import Move, Sheet, agreement, effects, lean, rounded, severity
from tests import cast
from tests.cast import signed_in
from tests.factories import evaluations
from tests.factories.applications import SLUG

db = pytest.mark.django_db
#: Of the whole page, session and all.
QUERIES = 17


def sheet(file: str, member: str, mark: str) -> Sheet:
    return Sheet(file, member, {"a": Decimal(mark)}, Decimal(mark))


SHEETS = [sheet("A", "un", "14"), sheet("A", "deux", "10"), sheet("B", "un", "13"), sheet("B", "trois", "12")]


def test_severity_compares_members_on_the_files_that_they_share() -> None:
    lines = {line.member: line for line in severity(SHEETS)}
    assert [(m, line.sheets, line.mean) for m, line in lines.items()] == [
        ("deux", 1, 10),
        ("trois", 1, 12),
        ("un", 2, 13.5),
    ]
    assert lines["un"].lean == Fraction(5, 2)  # (14 - 10 + 13 - 12) / 2
    assert lines["un"].deviation == Decimal("0.50")
    assert lean("seul", [sheet("C", "seul", "9")]) is None


def test_agreement_is_over_every_pair_of_markers_of_a_file() -> None:
    (line,) = agreement([*SHEETS, sheet("A", "trois", "11")], ["a"])
    assert (line.pairs, line.difference, line.close) == (4, Fraction(4 + 3 + 1 + 1, 4), Fraction(1, 2))
    assert agreement([sheet("A", "un", "14")], ["a"]) == []


def test_an_effect_is_what_the_order_would_become() -> None:
    lines = {line.member: line for line in effects(SHEETS)}
    assert lines["un"].left_out == []
    # Without « deux », A's mean is 14 and passes before B's 12,5.
    assert lines["deux"].left_out == [Move("B", 1, 2), Move("A", 2, 1)]
    assert lines["deux"].centred == [Move("B", 1, 2), Move("A", 2, 1)]


@given(st.fractions(min_value=-20, max_value=20))
def test_a_figure_is_rounded_once_to_the_nearest(value: Fraction) -> None:
    assert abs(Fraction(rounded(value)) - value) <= Fraction(1, 200)


def address() -> str:
    return reverse("evaluations:measures", args=[SLUG])


def harsh(sheet: ScoreSheet, place: int) -> Decimal:
    """The second marker of each file gives one point less."""
    first = ScoreSheet.objects.filter(application=sheet.application, stage=sheet.stage).earliest("id")
    return Decimal("15.5") if first.pk == sheet.pk else Decimal("14.5")


@db
def test_the_chair_sees_no_figure_before_every_sheet_is_sealed() -> None:
    posting = evaluations.assigned(2)
    sheets = evaluations.sheets(posting)
    chair, auditor = signed_in(cast.juror(1)), signed_in(cast.auditor())
    for row in sheets[:-1]:
        evaluations.sealed(row, harsh)
        for reader in (chair, auditor):
            shown = reader.get(address()).content.decode()
            assert "15,5" not in shown
            assert "14,5" not in shown
    evaluations.sealed(sheets[-1], harsh)
    for reader in (chair, auditor):
        shown = reader.get(address()).content.decode()
        assert "Sévérité" in shown
        assert "15,5" in shown
        assert "14,5" in shown
        assert "+1" in shown
        assert "<svg" in shown
    assert signed_in(cast.juror(2)).get(address()).status_code == 404
    assert signed_in(cast.hr()).get(address()).status_code == 403


@db
def test_a_file_barred_to_the_chair_is_in_none_of_their_figures() -> None:
    posting = evaluations.assigned(5)
    own = next(s for s in evaluations.sheets(posting) if s.member.user == cast.juror(1))
    code = own.application.dossier_code
    panels.declare(application=own.application, conflict=True, reason="Parent", by=cast.juror(1))
    ScoreSheet.objects.filter(pk=own.pk).delete()
    evaluations.all_sealed(
        posting, marking=lambda s, _p: Decimal(19) if s.application_id == own.application_id else Decimal(12)
    )
    chair = signed_in(cast.juror(1)).get(address()).content.decode()
    assert code not in chair
    assert ">19<" not in chair
    assert ">19<" in signed_in(cast.auditor()).get(address()).content.decode()


@db
@pytest.mark.parametrize("files", [1, 4])
def test_the_page_takes_as_many_queries_whatever_the_number_of_files(files: int) -> None:
    evaluations.all_sealed(evaluations.assigned(files), marking=harsh)
    browser = signed_in(cast.juror(1))
    browser.get(address())
    with CaptureQueriesContext(connection) as captured:
        browser.get(address())
    assert len(captured) == QUERIES
