"""Text stands out from its ground: 4.5 to 1 at least (WCAG 2.2, success criterion 1.4.3), fields and focus 3 to 1."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static/css"
TOKENS = dict(re.findall(r"--pmp-([a-z0-9-]+): (#[0-9a-f]{3,6});", (CSS / "tokens.css").read_text()))

TEXT = [
    (ink, ground)
    for ground in ("paper", "paper-deep", "sheet")
    for ink in ("ink", "ink-soft", "green-900", "green-700", "green-600", "red-700", "amber-800", "blue-800")
] + [
    ("amber-800", "amber-100"),
    ("blue-800", "blue-100"),
    ("green-700", "green-100"),
    ("green-900", "green-100"),
    ("green-600", "green-50"),
    ("red-700", "red-100"),
    ("red-800", "red-100"),
    ("sheet", "green-900"),
    ("sheet", "green-700"),
    ("sheet", "red-700"),
    ("brass", "green-900"),
]


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio between two tokens, as WCAG 2.2 defines it."""
    dark, light = sorted((_luminance(TOKENS[one]), _luminance(TOKENS[other])))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_twenty_one() -> None:
    assert (_luminance("#fff") + 0.05) / (_luminance("#000") + 0.05) == pytest.approx(21)


@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_stands_out(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("edge", ["line-strong", "focus"])
@pytest.mark.parametrize("ground", ["paper", "sheet"])
def test_edges_and_focus_stand_out(edge: str, ground: str) -> None:
    assert contrast(edge, ground) >= 3


@pytest.mark.parametrize("sheet", ["base", "components", "forms", "admin"])
def test_colours_are_chosen_in_the_tokens_alone(sheet: str) -> None:
    others = set(re.findall(r"#[0-9a-f]{3,8}\b", (CSS / f"{sheet}.css").read_text())) - {"#fff", "#d5e2db"}

    assert others == set()


@pytest.mark.parametrize("sheet", sorted(path.name for path in CSS.glob("*.css")))
def test_every_token_in_use_exists(sheet: str) -> None:
    used = set(re.findall(r"var\(--pmp-([a-z0-9-]+)", (CSS / sheet).read_text()))
    everywhere = "".join(path.read_text() for path in CSS.glob("*.css"))

    assert {name for name in used if f"--pmp-{name}:" not in everywhere} == set()
