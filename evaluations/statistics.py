"""What a stage's sealed sheets say of the marking itself: severity, agreement, and each marker's weight on the order. Pure.

Everything is computed exactly, in fractions; a number is rounded once, when a page asks for it. The figures judge no
candidate: they change no mark, and are shown once every sheet of the stage is sealed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

#: Two marks that differ by no more than this agree, for the share that a table shows.
CLOSE = Decimal(1)


@dataclass(frozen=True)
class Sheet:
    """One sealed sheet: whose, of which file, its marks by criterion, and its exact weighted total."""

    file: str
    member: str
    marks: Mapping[str, Decimal]
    total: Decimal


@dataclass(frozen=True)
class Severity:
    """How one member marks. ``lean``: by how much they stand above the others on the files that they share."""

    member: str
    sheets: int
    mean: Fraction
    deviation: Decimal
    lowest: Decimal
    highest: Decimal
    lean: Fraction | None

    @property
    def shown_mean(self) -> Decimal:
        return rounded(self.mean)

    @property
    def shown_lean(self) -> Decimal | None:
        return None if self.lean is None else rounded(self.lean)


@dataclass(frozen=True)
class Agreement:
    """How far two members who marked the same file stand apart on one criterion, over all such pairs."""

    criterion: str
    pairs: int
    difference: Fraction
    close: Fraction

    @property
    def shown_difference(self) -> Decimal:
        return rounded(self.difference)

    @property
    def percent_close(self) -> Decimal:
        return rounded(self.close * 100, 0)


@dataclass(frozen=True)
class Move:
    """A file's rank as it is, and as it would be."""

    file: str
    rank: int
    would_be: int


@dataclass(frozen=True)
class Effect:
    """What the order would become without one member's sheets, and with them brought to the others' level."""

    member: str
    left_out: list[Move]
    centred: list[Move]


def _average(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _grouped(sheets: Iterable[Sheet], key: Callable[[Sheet], str]) -> dict[str, list[Sheet]]:
    groups: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        groups[key(sheet)].append(sheet)
    return dict(sorted(groups.items()))


def rounded(value: Fraction, places: int = 2) -> Decimal:
    """The value to ``places`` decimals, ties to even: the one rounding, for display."""
    return Decimal(round(value * 10**places)).scaleb(-places)


def _deviation(totals: Sequence[Fraction], mean: Fraction) -> Decimal:
    """The standard deviation of all the member's sheets, to two decimals: a root has no exact value."""
    variance = _average([(total - mean) ** 2 for total in totals])
    root = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
    return root.quantize(Decimal("0.01"))


def lean(member: str, sheets: Iterable[Sheet]) -> Fraction | None:
    """The mean, over the files that others marked too, of the member's total less the mean of the others'.

    Markers don't have the same files, so their means alone don't compare. None when the member shares no file.
    """
    apart = []
    for group in _grouped(sheets, lambda s: s.file).values():
        own = [Fraction(s.total) for s in group if s.member == member]
        others = [Fraction(s.total) for s in group if s.member != member]
        if own and others:
            apart.append(own[0] - _average(others))
    return _average(apart) if apart else None


def severity(sheets: Sequence[Sheet]) -> list[Severity]:
    """One line for each member who marked, by name."""
    lines = []
    for member, own in _grouped(sheets, lambda s: s.member).items():
        totals = [Fraction(s.total) for s in own]
        mean = _average(totals)
        low, high = min(s.total for s in own), max(s.total for s in own)
        lines.append(Severity(member, len(own), mean, _deviation(totals, mean), low, high, lean(member, sheets)))
    return lines


def agreement(sheets: Sequence[Sheet], criteria: Iterable[str]) -> list[Agreement]:
    """One line for each criterion, in the order given; none when no two members marked one file."""
    groups = _grouped(sheets, lambda s: s.file).values()
    pairs = [pair for group in groups for pair in combinations(group, 2)]
    lines = []
    for code in criteria if pairs else ():
        apart = [abs(one.marks[code] - other.marks[code]) for one, other in pairs]
        close = Fraction(sum(difference <= CLOSE for difference in apart), len(pairs))
        lines.append(Agreement(code, len(pairs), _average([Fraction(d) for d in apart]), close))
    return lines


def ranks(totals: Mapping[str, Fraction]) -> dict[str, int]:
    """Each file's rank from 1 by its mean total; equal totals share the better rank."""
    return {file: 1 + sum(other > total for other in totals.values()) for file, total in totals.items()}


def _means(sheets: Iterable[Sheet], value: Callable[[Sheet], Fraction | None]) -> dict[str, Fraction]:
    """The mean of each file over the sheets for which ``value`` is something."""
    values: dict[str, list[Fraction]] = defaultdict(list)
    for sheet in sheets:
        found = value(sheet)
        if found is not None:
            values[sheet.file].append(found)
    return {file: _average(found) for file, found in values.items()}


def _moves(actual: Mapping[str, Fraction], other: Mapping[str, Fraction]) -> list[Move]:
    """The files whose rank would change, from the first; a file that nobody else marked keeps its own mean."""
    before, after = ranks(actual), ranks({**actual, **other})
    moved = [Move(file, before[file], after[file]) for file in actual if before[file] != after[file]]
    return sorted(moved, key=lambda move: (move.rank, move.file))


def effects(sheets: Sequence[Sheet]) -> list[Effect]:
    """What each member's sheets do to the order of the means, by name."""
    actual = _means(sheets, lambda s: Fraction(s.total))
    lines = []
    for member in _grouped(sheets, lambda s: s.member):
        shift = lean(member, sheets) or Fraction(0)

        def without(sheet: Sheet, member: str = member) -> Fraction | None:
            return None if sheet.member == member else Fraction(sheet.total)

        def level(sheet: Sheet, member: str = member, shift: Fraction = shift) -> Fraction:
            return Fraction(sheet.total) - (shift if sheet.member == member else 0)

        lines.append(Effect(member, _moves(actual, _means(sheets, without)), _moves(actual, _means(sheets, level))))
    return lines
