"""Delays counted in whole days of the institution's calendar: they end when a day ends, never in the middle of one."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from journal import clock


def end_of(day: date) -> datetime:
    """The first instant after that day, at Casablanca: what must come in time comes before it."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.zone())


def last_day(start: datetime, days: int) -> date:
    """The last of ``days`` whole days, the day of ``start`` not counted."""
    return timezone.localdate(start, clock.zone()) + timedelta(days=days)


def last_day_of_clear(start: datetime, days: int) -> date:
    """The last day on which one may still act in a delay of clear days (« délai franc »).

    Neither the day of the notification nor the day of expiry counts: Moroccan code of civil procedure, article 512, which
    loi 41-90, article 7, makes that of the administrative courts.
    """
    return last_day(start, days) + timedelta(days=1)
