"""The stored tree: any proof and any root from O(log n) rows, nothing is ever rebuilt."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q

from journal import merkle
from journal.models import Leaf, Node


def size() -> int:
    """The number of leaves."""
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def edge(size: int) -> list[bytes]:
    """The full subtrees that make up the tree of ``size`` leaves, left to right, as :mod:`journal.merkle` grows it."""
    known = subtrees(merkle.cover(0, size))
    return [known[coordinate] for coordinate in merkle.cover(0, size)]


def prove(ranges: list[merkle.Range]) -> list[bytes]:
    """The hashes of a proof. Raises LookupError when a stored subtree is missing."""
    known = subtrees(coordinate for leaves in ranges for coordinate in merkle.cover(*leaves))
    return merkle.prove(ranges, lambda level, index: known[level, index])


def subtrees(wanted: Iterable[merkle.Coordinate]) -> dict[merkle.Coordinate, bytes]:
    """The stored hashes of full subtrees, in two queries."""
    levels: dict[int, list[int]] = {}
    for level, index in wanted:
        levels.setdefault(level, []).append(index)
    leaves = Leaf.objects.filter(index__in=levels.pop(0, []))
    found = {(0, index): bytes(value) for index, value in leaves.values_list("index", "hash")}
    if levels:
        either = reduce(or_, (Q(level=level, index__in=indexes) for level, indexes in levels.items()))
        rows = Node.objects.filter(either).values_list("level", "index", "hash")
        found |= {(level, index): bytes(value) for level, index, value in rows}
    return found
