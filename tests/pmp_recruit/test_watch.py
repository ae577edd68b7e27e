"""Impossible states are looked for by themselves, one check at a time."""

import logging
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from journal import clock
from journal.models import CheckResult
from pmp_recruit import sweeps, tasks, watch
from pmp_recruit.invariants import INVARIANTS
from postings.models import Posting
from tests import cast
from tests.conftest import MoveClock
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db


def _all() -> list[str]:
    """Sweep until nothing is due; the checks made, in their order."""
    made = []
    while (result := watch.check_next()) is not None:
        made.append(result.name)
    return made


def _age(name: str, by: timedelta) -> None:
    CheckResult.objects.filter(name=name).update(at=clock.real() - by)


def test_each_sweep_makes_one_check_and_none_too_soon(posting: Posting) -> None:
    tasks.check_next()
    assert CheckResult.objects.count() == 1
    assert len(_all()) == len(INVARIANTS) - 1
    assert set(CheckResult.objects.values_list("name", "holds")) == {(check.__name__, True) for check in INVARIANTS}


def test_the_stalest_is_made_first_and_the_heavy_once_a_day(posting: Posting) -> None:
    _all()
    _age("one_receipt_each", timedelta(hours=2))
    _age("nothing_late_got_in", timedelta(hours=3))
    _age("journal_verifies", timedelta(hours=4))
    assert _all() == ["nothing_late_got_in", "one_receipt_each"]
    _age("journal_verifies", timedelta(hours=24))
    assert _all() == ["journal_verifies"]


def test_nothing_heavy_is_read_around_a_deadline(posting: Posting, at: MoveClock) -> None:
    at("2025-10-30 16:10")
    heavy = {check.__name__ for check in watch.HEAVY}
    assert set(_all()) == {check.__name__ for check in INVARIANTS} - heavy
    at("2025-10-30 17:30")
    assert set(_all()) == heavy


def test_what_is_found_is_kept_and_is_an_error_in_the_log(posting: Posting, caplog: pytest.LogCaptureFixture) -> None:
    file = factory.submitted(posting, cast.candidate(1))
    Posting.objects.update(closes_at="2025-10-02T15:30:00Z")
    _all()
    result = CheckResult.objects.get(name="nothing_late_got_in")
    assert (result.holds, result.count) == (False, 1)
    assert file.dossier_code in result.found[0]
    (line,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert line.getMessage().startswith("nothing_late_got_in: an impossible state was found")
    assert file.dossier_code not in line.getMessage()


def test_a_result_of_a_check_that_is_no_more_is_forgotten() -> None:
    CheckResult.objects.create(name="once_upon_a_time", at=clock.real(), holds=True)
    watch.check_next()
    assert not CheckResult.objects.filter(name="once_upon_a_time").exists()


def test_a_result_cannot_both_hold_and_count() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckResult.objects.create(name="a", at=clock.real(), holds=True, count=1)


def test_the_watch_is_on_the_beat() -> None:
    assert sweeps.SCHEDULE["check-invariants"]["task"] == tasks.check_next.name
