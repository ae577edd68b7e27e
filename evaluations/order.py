"""The order of merit as votes have moved it. Pure: no database, no clock."""

from collections.abc import Iterable, Sequence


def moved(order: Sequence[str], votes: Iterable[tuple[str, int]]) -> list[str]:
    """``order`` after each accepted vote in turn: its file taken out and set at the rank voted, the others closing up.

    A vote on a file that is gone changes nothing; a rank past the end is the last.
    """
    codes = list(order)
    for code, rank in votes:
        if code in codes:
            codes.remove(code)
            codes.insert(rank - 1, code)
    return codes
