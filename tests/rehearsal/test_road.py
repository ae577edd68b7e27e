"""The road's calendar holds however many are heard: time never goes back."""

from datetime import date, datetime

import pytest

from rehearsal.walk.hearing import A_DAY, working_days
from rehearsal.walk.road import ROAD, put_off


@pytest.mark.parametrize("heard", [1, A_DAY, 24, 60, 180, 600])
def test_moments_follow_one_another(heard: int) -> None:
    last = working_days(-(-(heard + 1) // A_DAY))[-1]
    planned = [stretch.moment for stretch in ROAD if stretch.moment]
    moments = [datetime.fromisoformat(put_off(moment, last.isoformat())) for moment in planned]
    assert moments == sorted(moments)
    after = [moment for moment in moments if moment.date() > date(2025, 11, 17)]
    assert min(after).date() > last


def test_nobody_is_heard_on_a_weekend() -> None:
    days = working_days(30)
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert days == sorted(set(days))


def test_before_the_interviews_nothing_is_put_off() -> None:
    assert put_off("2025-11-10 10:00", "2025-12-31") == "2025-11-10 10:00:00"
    assert put_off("2025-11-26 10:00", "") == "2025-11-26 10:00:00"
    assert put_off("2025-11-26 10:00", "2025-11-27") == "2025-11-28 10:00:00"
