"""The dashboard: who reads it, what it counts, by the institution's clock, in as many queries whatever the number."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application
from evaluations.figures import answers, intake, jury
from evaluations.figures.dashboard import dashboard
from evaluations.figures.indicator import Indicator, span
from journal import clock
from postings.models import Posting, Stage
from tests import cast
from tests.factories import applications as factory
from tests.factories import evaluations

pytestmark = pytest.mark.django_db


@pytest.fixture
def posting() -> Posting:
    return factory.open_posting()


def table(indicator: Indicator) -> dict[str, list[str]]:
    return {label: list(values) for label, values in indicator.rows}


def go(moment: object) -> None:
    clock.move_to(moment, by="test", stopped=True)  # type: ignore[arg-type]


def test_those_who_conduct_decide_or_audit_read_it(posting: Posting) -> None:
    page = reverse("evaluations:figures", args=[posting.slug])
    for who in (cast.hr(), cast.authority(), cast.auditor()):
        answer = cast.signed_in(who).get(page)
        assert (answer.status_code, "Tableau de bord" in answer.content.decode()) == (200, True)
    for who in (cast.juror(1), cast.candidate(1), cast.administrator()):
        assert cast.signed_in(who).get(page).status_code == 403
    assert Client().get(page).status_code == 302


def test_their_first_pages_lead_to_it(posting: Posting) -> None:
    link = reverse("evaluations:figures", args=[posting.slug])
    for who, page in (
        (cast.hr(), "admin:index"),
        (cast.auditor(), "admin:index"),
        (cast.authority(), "evaluations:authority"),
    ):
        assert link in cast.signed_in(who).get(reverse(page)).content.decode()


def test_the_page_has_each_number_twice(posting: Posting) -> None:
    """Drawn, and in the table: the same."""
    factory.submitted(posting, cast.candidate(1))
    page = cast.signed_in(cast.hr()).get(reverse("evaluations:figures", args=[posting.slug])).content.decode()
    assert page.count('<svg class="pmp-chart"') == page.count("<table") > 2
    assert "style=" not in page


def test_an_empty_campaign_says_so(posting: Posting) -> None:
    found = dashboard(posting)
    assert all(indicator.empty and not indicator.chart for indicator in found.indicators)
    assert [value for _label, value in found.measures] == ["0", "0", "0", "0"]


def test_days_are_those_of_casablanca(posting: Posting) -> None:
    late_evening = posting.closes_at.astimezone(clock.zone()).replace(hour=0, minute=30, second=0) - timedelta(days=1)
    go(late_evening)  # at 23 h 30 of the day before by UTC
    factory.submitted(posting, cast.candidate(1))
    days = table(intake.by_day(posting))
    assert list(days.values()) == [["1", "1"]]
    assert "29 octobre 2025" in next(iter(days))


def test_the_last_day_tells_drafts_from_submissions(posting: Posting) -> None:
    go(posting.closes_at - timedelta(hours=3))
    factory.submitted(posting, cast.candidate(1))
    factory.draft(posting, cast.candidate(2))
    go(posting.closes_at - timedelta(minutes=10))
    factory.submitted(posting, cast.candidate(3))
    rows = list(table(intake.last_day(posting)).values())
    assert rows[-1] == ["2", "1"]
    assert rows[-3] == ["1", "1"]
    assert list(table(intake.last_day(posting)))[-1] == "30 octobre, 16\u00a0h\u00a030"


def test_pieces_that_lack_most_come_first(posting: Posting) -> None:
    factory.draft(posting, cast.candidate(1))
    rows = table(intake.completeness(posting, intake.counts(posting)))
    assert {values[0] for values in rows.values()} == {"1"}


def test_refusals_are_counted_by_reason(posting: Posting) -> None:
    file = factory.submitted(posting, cast.candidate(1))
    factory.close(posting)
    factory.found_inadmissible(file, ground="identity", reason="La pièce est illisible.")
    assert table(intake.refusals(posting)) == {"Identité non établie": ["1"]}


def test_the_jurys_progress_counts_sheets_and_shows_no_mark() -> None:
    posting = evaluations.assigned(2)
    evaluations.sealed(evaluations.sheets(posting)[0])
    indicator = jury.sheets(posting)
    counts = list(table(indicator).values())
    assert sum(int(sealed) for sealed, _left in counts) == 1
    assert sum(int(left) for _sealed, left in counts) == len(evaluations.sheets(posting, Stage.SKILLS)) - 1


def test_waits_and_deliveries_are_worked_out(posting: Posting) -> None:
    factory.submitted(posting, cast.candidate(1))
    receipts = table(answers.waits(posting))["Récépissé (envoi)"]
    assert receipts[:2] == ["0", "1"]
    assert table(answers.deliveries(posting))["Récépissé"] == ["0", "1", "0", "0", "–"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (timedelta(seconds=8), "8\u00a0s"),
        (timedelta(minutes=3, seconds=5), "3\u00a0min 05\u00a0s"),
        (timedelta(hours=2, minutes=4), "2\u00a0h 04\u00a0min"),
        (timedelta(days=2, hours=4), "2\u00a0j 4\u00a0h"),
    ],
)
def test_spans_are_said_in_two_units(value: timedelta | None, words: str) -> None:
    assert span(value) == words


def _queries(posting: Posting) -> int:
    with CaptureQueriesContext(connection) as seen:
        dashboard(posting)
    return len(seen)


def test_the_number_of_files_changes_no_query(posting: Posting) -> None:
    factory.submitted(posting, cast.candidate(1))
    one = _queries(posting)
    for n in range(2, 6):
        factory.submitted(posting, cast.candidate(n))
    assert (Application.objects.count(), _queries(posting)) == (5, one)
