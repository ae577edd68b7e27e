"""Adding and removing a row of a form without JavaScript: the whole form comes back as it was typed."""

from django.http import QueryDict


def _count(typed: QueryDict, prefix: str) -> int:
    given = typed.get(f"{prefix}-TOTAL_FORMS", "0")
    return int(given) if given.isdecimal() and len(given) < 4 else 0


def added(typed: QueryDict, prefix: str) -> QueryDict:
    """What was typed, and one more empty row."""
    changed = typed.copy()
    changed[f"{prefix}-TOTAL_FORMS"] = str(_count(typed, prefix) + 1)
    return changed


def removed(typed: QueryDict, prefix: str, place: str) -> QueryDict:
    """What was typed, less the row at ``place``; the rows after it move up."""
    count = _count(typed, prefix)
    if not place.isdecimal() or int(place) >= count:
        return typed
    changed = typed.copy()
    for key in [key for key in typed if key.startswith(f"{prefix}-")]:
        row, _dash, field = key.removeprefix(f"{prefix}-").partition("-")
        if not row.isdecimal() or int(row) < int(place):
            continue
        del changed[key]
        if int(row) > int(place):
            changed.setlist(f"{prefix}-{int(row) - 1}-{field}", typed.getlist(key))
    changed[f"{prefix}-TOTAL_FORMS"] = str(count - 1)
    return changed
