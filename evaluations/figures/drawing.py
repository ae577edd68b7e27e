"""Charts in SVG, drawn on the server: bars across, bars upright, lines. Pure: numbers in, markup out.

No style in them: each shape has a class, whose colour ``figures.css`` takes from the tokens. A chart names itself by a title
and a description, which a screen reader says in its place; the numbers themselves stand in the table beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 560
_LABEL, _VALUE, _ROW = 240, 64, 30
_HEIGHT, _FOOT, _SIDE = 220, 30, 44
#: How many labels stand under a chart at most: more would run into each other.
_TICKS = 7
_ROUND = (1, 2, 5, 10)
_WIDEST = 25


@dataclass(frozen=True)
class Series:
    """Numbers with a name, one for each label of the chart."""

    name: str
    values: Sequence[float]


def figure(value: float) -> str:
    """A number as it is read in French: « 12 345 », « 3,5 »."""
    whole = value == int(value)
    return number_format(int(value) if whole else round(value, 1), use_l10n=True, force_grouping=True)


def top(most: float) -> int:
    """The round number at a scale's end: 1, 2 or 5 times a power of ten, at or above ``most``, and 4 at least."""
    power = 1
    while True:
        for step in _ROUND:
            if power * step >= max(most, 4):
                return power * step
        power *= 10


def _frame(key: str, title: str, text: str, height: int, inside: SafeString) -> SafeString:
    return format_html(
        '<svg class="pmp-chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d" xmlns="http://www.w3.org/2000/svg">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}</svg>',
        *(WIDTH, height, key, key, key, title, key, text, inside),
    )


def _short(label: str) -> str:
    return label if len(label) <= _WIDEST else label[: _WIDEST - 1].rstrip() + "…"


def across(key: str, title: str, text: str, labels: Sequence[str], parts: Sequence[Series]) -> SafeString:
    """One row a label, its parts end to end, and the sum at the end of it."""
    sums = [sum(part.values[row] for part in parts) for row in range(len(labels))]
    most = max(sums, default=0) or 1
    room = WIDTH - _LABEL - _VALUE
    rows = []
    for row, label in enumerate(labels):
        y, x, bars = row * _ROW, float(_LABEL), []
        for place, part in enumerate(parts, 1):
            width = part.values[row] / most * room
            if width:
                bars.append((place, f"{x:.1f}", y + 5, f"{width:.1f}", _ROW - 10))
            x += width
        shapes = format_html_join("", '<rect class="bar-{}" x="{}" y="{}" width="{}" height="{}"/>', bars)
        ends = (_LABEL - 10, y + 20, _short(label), shapes, f"{x + 6:.1f}", y + 20, figure(sums[row]))
        rows.append(ends)
    inside = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="end">{}</text>{}<text x="{}" y="{}">{}</text>',
        rows,
    )
    height = len(labels) * _ROW
    base = format_html('<line class="base" x1="{}" y1="0" x2="{}" y2="{}"/>', _LABEL, _LABEL, height)
    keyed = _key(parts, height + 22) if len(parts) > 1 else SafeString("")
    return _frame(key, title, text, height + (30 if keyed else 2), base + inside + keyed)


def _key(parts: Sequence[Series], y: int, shape: str = "bar") -> SafeString:
    """What each colour stands for, under the chart."""
    rows, x = [], 4
    for place, part in enumerate(parts, 1):
        mark = (
            format_html('<rect class="bar-{}" x="{}" y="{}" width="20" height="10"/>', place, x, y - 9)
            if shape == "bar"
            else format_html('<path class="line-{}" d="M{} {}h22"/>', place, x, y - 4)
        )
        rows.append((mark, x + 28, y, part.name))
        x += 44 + round(len(part.name) * 9.5)
    return format_html_join("", '{}<text class="key" x="{}" y="{}">{}</text>', rows)


def _scale(most: int) -> SafeString:
    """The horizontal rules with their numbers: four or five parts, whichever are whole."""
    room, parts = _HEIGHT - _FOOT - 10, 5 if most % 4 else 4
    rows = []
    for part in range(parts + 1):
        y = _HEIGHT - _FOOT - part / parts * room
        words = figure(most * part / parts)
        rows.append(
            ("rule" if part else "base", _SIDE, f"{y:.1f}", WIDTH, f"{y:.1f}", _SIDE - 6, f"{y + 4:.1f}", words)
        )
    return format_html_join(
        "",
        '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/><text class="axis" x="{}" y="{}" text-anchor="end">{}</text>',
        rows,
    )


def _under(labels: Sequence[str], step: float) -> SafeString:
    every = max(1, -(-len(labels) // _TICKS))
    rows = [
        (f"{_SIDE + (place + 0.5) * step:.1f}", _HEIGHT - 10, labels[place]) for place in range(0, len(labels), every)
    ]
    return format_html_join("", '<text class="axis" x="{}" y="{}" text-anchor="middle">{}</text>', rows)


def _most(parts: Sequence[Series]) -> int:
    return top(max((value for part in parts for value in part.values), default=0))


def upright(key: str, title: str, text: str, labels: Sequence[str], parts: Sequence[Series]) -> SafeString:
    """One group a label, a bar for each series."""
    most, room, step = _most(parts), _HEIGHT - _FOOT - 10, (WIDTH - _SIDE) / max(len(labels), 1)
    width = min(step * 0.8 / len(parts), 28)
    bars = []
    for place, part in enumerate(parts, 1):
        for column, value in enumerate(part.values):
            height = value / most * room
            x = _SIDE + (column + 0.5) * step + (place - 1 - len(parts) / 2) * width
            if height:
                y = _HEIGHT - _FOOT - height
                bars.append((place, f"{x:.1f}", f"{y:.1f}", f"{max(width - 0.5, 0.5):.1f}", f"{height:.1f}"))
    shapes = format_html_join("", '<rect class="bar-{}" x="{}" y="{}" width="{}" height="{}"/>', bars)
    inside = _scale(most) + shapes + _under(labels, step) + _key(parts, _HEIGHT + 14)
    return _frame(key, title, text, _HEIGHT + 24, inside)


def lines(key: str, title: str, text: str, labels: Sequence[str], parts: Sequence[Series]) -> SafeString:
    """A line for each series; the second is dashed too."""
    most, room, step = _most(parts), _HEIGHT - _FOOT - 10, (WIDTH - _SIDE) / max(len(labels), 1)
    paths = []
    for place, part in zip(count(1), parts, strict=False):
        points = [
            f"{_SIDE + (column + 0.5) * step:.1f} {_HEIGHT - _FOOT - value / most * room:.1f}"
            for column, value in enumerate(part.values)
        ]
        paths.append((place, "M" + "L".join(points)))
    shapes = format_html_join("", '<path class="line-{}" d="{}"/>', paths)
    inside = _scale(most) + shapes + _under(labels, step) + _key(parts, _HEIGHT + 14, shape="line")
    return _frame(key, title, text, _HEIGHT + 24, inside)
