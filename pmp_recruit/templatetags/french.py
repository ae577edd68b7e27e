"""French typography for dates, hours and sizes; loaded in every template."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext

from postings import presentation

register = template.Library()
NBSP = "\u00a0"
NNBSP = "\u202f"


@register.filter
def hour(value: datetime) -> str:
    """« 16 h 30 », in the institution's zone, with non-breaking spaces."""
    local = timezone.localtime(value)
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02}"


@register.filter
def day(value: datetime) -> str:
    """« jeudi 30 octobre 2025 », in the institution's zone; a narrow screen may break after the weekday only."""
    local = timezone.localtime(value)
    number = "1er" if local.day == 1 else str(local.day)
    return f"{date_format(local, 'l')} {number}{NBSP}{date_format(local, 'F Y').replace(' ', NBSP)}"


@register.filter
def moment(value: datetime) -> str:
    """« jeudi 30 octobre 2025 à 16 h 30 »."""
    return f"{day(value)} à{NBSP}{hour(value)}"


@register.filter
def utc_offset(value: datetime) -> str:
    """« UTC+1 », the institution's at that very instant."""
    return presentation.utc_offset(value, timezone.get_current_timezone_name())


@register.filter
def exact_hour(value: datetime) -> str:
    """« 16 h 29 min 59,999 s »."""
    local = timezone.localtime(value)
    seconds = f"{local.second:02},{local.microsecond // 1000:03}"
    return f"{hour(value)}{NBSP}min{NBSP}{seconds}{NBSP}s"


@register.filter
def exact_second(value: datetime) -> str:
    """« 16 h 29 », or « 16 h 29 min 30 s » where the seconds say something."""
    local = timezone.localtime(value)
    return f"{hour(value)}{NBSP}min{NBSP}{local.second:02}{NBSP}s" if local.second else hour(value)


@register.filter
def milliseconds(value: datetime) -> int:
    """Of Unix time, the way JavaScript counts."""
    return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@register.filter
def instant(value: datetime) -> str:
    """« jeudi 30 octobre 2025 à 16 h 29 min 59,999 s »: for receipts and late attempts."""
    return f"{day(value)} à{NBSP}{exact_hour(value)}"


@register.filter
def until(value: datetime) -> str:
    """« mardi 4 novembre 2025 à 23 h 59 »: the last minute before an instant that is itself too late, such as a midnight."""
    return moment(value - timedelta(microseconds=1))


@register.filter
def left(value: datetime, now: datetime) -> str:
    """« 61 jours », « 30 heures », « 12 minutes »: the time from ``now`` to ``value``, told short, never long."""
    minutes = max(value - now, timedelta(0)) // timedelta(minutes=1)
    hours = minutes // 60
    if hours >= 72:
        return ngettext("%(n)d jour", "%(n)d jours", hours // 24) % {"n": hours // 24}
    if minutes >= 120:
        return ngettext("%(n)d heure", "%(n)d heures", hours) % {"n": hours}
    if minutes:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    return gettext("moins d’une minute")


@register.filter
def size(value: int) -> str:
    """Bytes as « 214 ko » or « 1,2 Mo » (decimal units)."""
    if value < 1000:
        return f"{value}{NBSP}o"
    if value < 1_000_000:
        return f"{value / 1000:.0f}{NBSP}ko"
    return f"{mark(round(Decimal(value) / 1_000_000, 1))}{NBSP}Mo"


@register.filter
def mark(value: Decimal | None) -> str:
    """A mark with a decimal comma and no idle zeros: « 13,5 »."""
    if value is None:
        return "–"
    return number_format(value.normalize() if value else Decimal(0), use_l10n=True)
