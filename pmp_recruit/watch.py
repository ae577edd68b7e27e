"""The watch for states that should be impossible: one check at a time, the stalest first, its result kept in a row.

Checks run on the mailer's queue, so that no closing waits behind one; each is made anew every hour, those that read every
document or every entry once a day, and not in the hour around a deadline, when receipts go out.
"""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

from journal import clock
from journal.models import CheckResult
from pmp_recruit.invariants import INVARIANTS, journal_verifies, stored_documents_are_whole
from postings.models import Posting

logger = logging.getLogger(__name__)

Check = Callable[[], Iterator[str]]
OFTEN, DAILY = timedelta(hours=1), timedelta(days=1)
#: They read every entry, or the bytes of every document.
HEAVY: frozenset[Check] = frozenset({journal_verifies, stored_documents_are_whole})
#: Around a deadline.
QUIET = timedelta(hours=1)
#: Anomalies kept in the row: the command lists them all.
SHOWN = 20


def _quiet() -> bool:
    now = clock.now()
    return Posting.objects.filter(
        published_at__isnull=False, closes_at__gt=now - QUIET, closes_at__lt=now + QUIET
    ).exists()


def next_due() -> Check | None:
    """The check whose last result is the oldest past its time; None when all are fresh."""
    made = dict(CheckResult.objects.values_list("name", "at"))
    now, quiet = clock.real(), _quiet()
    never = now - timedelta(days=10_000)
    due = [
        (made.get(check.__name__, never), place, check)
        for place, check in enumerate(INVARIANTS)
        if now - made.get(check.__name__, never) >= (DAILY if check in HEAVY else OFTEN)
        and not (quiet and check in HEAVY)
    ]
    return min(due, key=lambda item: item[:2])[2] if due else None


def make(check: Check) -> CheckResult:
    """Make the check and keep what it found; what is found is an error in the log, without its details."""
    started = time.monotonic()
    found = list(check())
    if found:
        logger.error("%s: an impossible state was found, %s times", check.__name__, len(found))
    result, _created = CheckResult.objects.update_or_create(
        name=check.__name__,
        defaults={
            "at": clock.real(),
            "holds": not found,
            "count": len(found),
            "found": found[:SHOWN],
            "milliseconds": round((time.monotonic() - started) * 1000),
        },
    )
    return result


def check_next() -> CheckResult | None:
    """Make the check that is due, if one is, and forget the results of those that are no more."""
    CheckResult.objects.exclude(name__in=[check.__name__ for check in INVARIANTS]).delete()
    check = next_due()
    return make(check) if check else None
