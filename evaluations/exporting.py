"""Taking a list away: who may, and that the register tells it, before the first line leaves."""

import tempfile
from collections.abc import Iterator
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from evaluations.listings import Listing
from evaluations.policy_closing import refuse_unless_takes_data
from evaluations.spreadsheets import csv_chunks, write_xlsx
from journal import clock
from journal.append import append

FORMATS = ("csv", "xlsx")


def _record(listing: Listing, found: QuerySet[Any], *, form: str, filtered: bool, by: User, subject: str) -> None:
    refuse_unless_takes_data(by)
    facts = {"list": listing.name, "format": form, "rows": found.count(), "filtered": filtered}
    with transaction.atomic():
        append("list.exported", at=clock.now(), actor=by.actor, subject=subject, facts=facts)


def as_csv(
    *, listing: Listing, found: QuerySet[Any], by: User, subject: str = "lists", filtered: bool = False
) -> Iterator[bytes]:
    """The list in chunks, read as they leave. Raises PermissionDenied unless ``by`` may take data away."""
    _record(listing, found, form="csv", filtered=filtered, by=by, subject=subject)
    return csv_chunks(listing.columns, listing.rows(found))


def as_xlsx(
    *, listing: Listing, found: QuerySet[Any], by: User, subject: str = "lists", filtered: bool = False
) -> IO[bytes]:
    """The list as a workbook, in a file without a name that goes when it is closed. Raises as :func:`as_csv`."""
    _record(listing, found, form="xlsx", filtered=filtered, by=by, subject=subject)
    out: IO[bytes] = tempfile.TemporaryFile(dir=settings.PMP_HOME)  # noqa: SIM115 - the answer closes it
    try:
        write_xlsx(out, str(listing.title), listing.columns, listing.rows(found))
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return out
