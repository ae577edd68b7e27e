"""Adding and removing a row of a form without JavaScript: the whole form comes back as it was typed."""

from uuid import UUID

from django.http import QueryDict


def _number(text: str) -> int | None:
    """A row's number; Python refuses to read one of thousands of digits."""
    return int(text) if text.isdecimal() and len(text) < 4 else None


def row_count(typed: QueryDict, prefix: str) -> int:
    """How many rows were sent; none for a forged count."""
    return _number(typed.get(f"{prefix}-TOTAL_FORMS", "0")) or 0


def added(typed: QueryDict, prefix: str, key: UUID) -> QueryDict:
    """What was typed, and one more empty row of that key."""
    changed, count = typed.copy(), row_count(typed, prefix)
    changed[f"{prefix}-{count}-key"] = str(key)
    changed[f"{prefix}-TOTAL_FORMS"] = str(count + 1)
    return changed


def removed(typed: QueryDict, prefix: str, place: str) -> QueryDict:
    """What was typed, less the row at ``place``; the rows after it move up."""
    count = row_count(typed, prefix)
    at = _number(place)
    if at is None or at >= count:
        return typed
    changed = typed.copy()
    for key in [key for key in typed if key.startswith(f"{prefix}-")]:
        given, _dash, field = key.removeprefix(f"{prefix}-").partition("-")
        row = _number(given)
        if row is None or row < at:
            continue
        del changed[key]
        if row > at:
            changed.setlist(f"{prefix}-{row - 1}-{field}", typed.getlist(key))
    changed[f"{prefix}-TOTAL_FORMS"] = str(count - 1)
    return changed
