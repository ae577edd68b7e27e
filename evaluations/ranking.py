"""The arithmetic of marks, pure: exact weighted totals, the mean of a stage, the order of merit.

Marks run from 0 to 20 by half points. Nothing is rounded on the way; the one rounding is :func:`mean`'s.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from hashlib import sha256
from itertools import groupby

#: What a total is kept to.
FOUR_DECIMALS = Decimal("0.0001")


def weighted_total(scores: Mapping[str, Decimal], weights: Mapping[str, Decimal]) -> Decimal:
    """The exact sum of mark times weight over all criteria, by code; weights add up to 1.

    Raises KeyError when a criterion has no mark.
    """
    return sum((scores[code] * weight for code, weight in weights.items()), Decimal(0))


def rounded(total: Decimal) -> Decimal:
    """``total`` to four decimals, ties to even: the one rounding of a result."""
    return total.quantize(FOUR_DECIMALS, rounding=ROUND_HALF_EVEN)


def mean(totals: Iterable[Decimal]) -> Decimal:
    """The mean of the sheets' exact totals, rounded once: of those that were due and are sealed, two or three or five.

    A member who is excused, or in conflict, or whom lots did not draw, weighs nothing: only the number of sheets
    changes. Raises ValueError when there is none.
    """
    values = list(totals)
    if not values:
        raise ValueError("There is no mean of no sheet.")
    # A mark has one decimal and a weight four, so the 28 digits of the quotient hold no second rounding.
    return rounded(sum(values, Decimal(0)) / len(values))


def spread(totals: Iterable[Decimal]) -> Decimal:
    """The gap between the highest and the lowest of exact totals; 0 for fewer than two."""
    values = sorted(totals)
    return values[-1] - values[0] if values else Decimal(0)


def eliminating(sheets: Iterable[Mapping[str, Decimal]], bars: Mapping[str, Decimal]) -> list[str]:
    """The criteria, by code and sorted, whose mean over the sheets is strictly below its eliminatory mark.

    ``sheets`` are the marks of each sealed sheet by criterion, ``bars`` the eliminatory marks of those criteria that
    have one. Nothing is divided or rounded: the sum is compared with the bar times the number of sheets. No sheet
    eliminates nobody. Raises KeyError when a mark is missing.
    """
    marks = list(sheets)
    return sorted(code for code, bar in bars.items() if sum(sheet[code] for sheet in marks) < bar * len(marks))


def final_total(
    skills: Decimal,
    interview: Decimal,
    *,
    skills_weight: Decimal,
    interview_weight: Decimal,
) -> Decimal:
    """The weighted total of both stages, rounded once."""
    return rounded(skills * skills_weight + interview * interview_weight)


@dataclass(frozen=True)
class Entry:
    """A file that is to be ranked: its code and its totals."""

    code: str
    skills: Decimal
    interview: Decimal
    total: Decimal


@dataclass(frozen=True)
class Place:
    """A file's place, from 1; ``tie_broken_by`` names the rule that set it apart from an equal total, or is empty."""

    entry: Entry
    rank: int
    tie_broken_by: str


def lot(seed: str, code: str) -> str:
    """The file's lot in a drawing that anyone can make again: SHA-256 of the public seed and the code, lowest first."""
    return sha256(f"{seed}:{code}".encode()).hexdigest()


def rank(entries: Iterable[Entry], *, seed: str) -> list[Place]:
    """The order of merit: total, then interview, then skills, then lots drawn from ``seed``.

    The order in which entries come never matters.
    """
    ordered = sorted(entries, key=lambda e: (-e.total, -e.interview, -e.skills, lot(seed, e.code)))
    named: dict[str, str] = {}
    for _total, group in groupby(ordered, key=lambda e: e.total):
        tied = list(group)
        named.update({e.code: _tie_rule(e, tied) for e in tied})
    return [Place(entry, position, named[entry.code]) for position, entry in enumerate(ordered, start=1)]


_STEPS: tuple[tuple[str, Callable[[Entry], Decimal]], ...] = (
    ("interview", lambda e: e.interview),
    ("skills", lambda e: e.skills),
)


def _tie_rule(entry: Entry, tied: list[Entry]) -> str:
    """The last rule that had to be asked to tell ``entry`` from the others of the same total."""
    others = [e for e in tied if e.code != entry.code]
    if not others:
        return ""
    for name, value in _STEPS:
        others = [e for e in others if value(e) == value(entry)]
        if not others:
            return name
    return "lots"
