"""Charts are drawn from numbers alone, named for who can't see them, and styled by no attribute that the policy refuses."""

import re
import xml.etree.ElementTree as ET

import pytest
from django.utils.safestring import SafeString

from evaluations.figures.drawing import Series, across, figure, lines, top, upright

SVG = "{http://www.w3.org/2000/svg}"
LABELS = ["Hier & <avant>", "Aujourd’hui", "Demain"]
PARTS = [Series("déposées", [3, 0, 12]), Series("brouillons", [1, 2, 0])]


def tree(chart: SafeString) -> ET.Element:
    return ET.fromstring(chart)  # noqa: S314 - drawn here


@pytest.mark.parametrize("shape", [across, upright, lines])
def test_a_chart_names_itself_and_has_no_style(shape: type) -> None:
    drawn = shape("k", "Titre", "Ce que c’est.", LABELS, PARTS)
    root = tree(drawn)
    ids = {node.get("id"): node.text for node in root.iter() if node.get("id")}
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "k-t k-d")
    assert ids == {"k-t": "Titre", "k-d": "Ce que c’est."}
    assert not re.search(r"style=|\bon\w+=|<script", drawn)


def test_bars_are_as_long_as_their_numbers() -> None:
    root = tree(across("k", "t", "d", LABELS, [Series("n", [3, 0, 12])]))
    widths = [float(rect.get("width", "")) for rect in root.iter(f"{SVG}rect")]
    assert widths[0] * 4 == pytest.approx(widths[1], abs=0.3)
    assert [text.text for text in root.iter(f"{SVG}text")][1::2] == ["3", "0", "12"]


def test_upright_bars_stand_on_one_base() -> None:
    root = tree(upright("k", "t", "d", LABELS, PARTS))
    bars = [rect for rect in root.iter(f"{SVG}rect") if float(rect.get("height", "")) != 10]
    feet = {round(float(bar.get("y", "")) + float(bar.get("height", "")), 0) for bar in bars}
    assert (len(bars), len(feet)) == (4, 1)


def test_nothing_is_drawn_outside_the_frame() -> None:
    many = [str(n) for n in range(120)]
    for shape in (upright, lines):
        root = tree(shape("k", "t", "d", many, [Series("n", list(range(120)))]))
        assert all(0 <= float(rect.get("x", "")) <= 560 for rect in root.iter(f"{SVG}rect"))
        assert len([t for t in root.iter(f"{SVG}text") if t.get("text-anchor") == "middle"]) <= 7


@pytest.mark.parametrize(
    ("most", "scale"), [(0, 5), (4, 5), (7, 10), (10, 10), (11, 20), (430, 500), (100_000, 100_000)]
)
def test_scales_end_on_round_numbers(most: int, scale: int) -> None:
    assert top(most) == scale


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0"), (12345, "12\u00a0345"), (3.25, "3,2"), (100_000, "100\u00a0000")]
)
def test_numbers_are_written_in_french(value: float, words: str) -> None:
    assert figure(value).replace("\u202f", "\u00a0") == words
