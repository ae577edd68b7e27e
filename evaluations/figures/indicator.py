"""One indicator: a chart, and the table of the very same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from evaluations.figures.drawing import Series, across, figure, lines, upright

_SHAPES = {"across": across, "upright": upright, "lines": lines}


@dataclass(frozen=True)
class Indicator:
    """``chart`` is empty where there is nothing to draw; ``empty`` then says why."""

    key: str
    title: str
    note: str
    heading: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    chart: SafeString = SafeString("")
    empty: str = ""


def drawn(
    shape: str,
    *,
    key: str,
    title: str | Promise,
    note: str | Promise,
    heading: str | Promise,
    labels: Sequence[str],
    parts: Sequence[Series],
    empty: str | Promise,
    ticks: Sequence[str] = (),
) -> Indicator:
    """A chart with the table of its numbers; ``ticks``: shorter labels for the chart."""
    columns = [part.name for part in parts]
    rows = [(label, [figure(part.values[row]) for part in parts]) for row, label in enumerate(labels)]
    head = (key, str(title), str(note), str(heading), columns)
    if not any(value for part in parts for value in part.values):
        return Indicator(*head, (), empty=str(empty))
    words = str(note) or _("Les mêmes nombres sont dans le tableau.")
    return Indicator(*head, rows, _SHAPES[shape](key, str(title), words, ticks or labels, parts))


def span(value: timedelta | None) -> str:
    """« 2 j 4 h », « 12 min », « 8 s »: two units at most; a dash for nothing."""
    if value is None:
        return "–"
    seconds = int(value.total_seconds())
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    if days:
        return f"{figure(days)}\u00a0j {hours}\u00a0h" if hours else f"{figure(days)}\u00a0j"
    if hours:
        return f"{hours}\u00a0h {minutes:02}\u00a0min"
    return f"{minutes}\u00a0min {seconds:02}\u00a0s" if minutes else f"{seconds}\u00a0s"
