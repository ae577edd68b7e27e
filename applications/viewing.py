"""Who saw what: each page of a file that somebody who works here opens leaves a row, which nobody can change.

The journal has one entry a day for each person and file, at the first page that they open of it: it proves, to the
candidate too, who came to the file and when, and an afternoon's reading doesn't bury what decides a fate under a
thousand entries. A digest of every row, sealed each hour, would prove the rest as well, but only to who holds the rows,
an hour late, and by a sweep that can stop; triggers keep the rows.
"""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from accounts.policy import works_here
from applications.models import Application, Document, Shown, Viewing
from journal import clock
from journal.append import append


def record_viewing(
    *, by: User, application: Application | None = None, document: Document | None = None, shown: str = Shown.FILE
) -> None:
    """Write that ``by`` opens a file, or a document of it. The caller has fetched it through a policy, so ``by`` may.

    Nothing is written of a candidate, who reads their own.
    """
    if document is not None:
        _record([document.application], by, Shown.DOCUMENT, document)
    elif application is not None:
        _record([application], by, shown)


def record_viewings(*, applications: Iterable[Application], by: User, shown: str) -> None:
    """The same for a page that shows several files of one posting; its first reading that day is one entry, which names them."""
    _record(list(applications), by, shown)


def _record(files: list[Application], by: User, shown: str, document: Document | None = None) -> None:
    if not files or not works_here(by):
        return
    with transaction.atomic():
        # Two pages that one person opens at once have one first between them.
        User.objects.select_for_update().get(pk=by.pk)
        at = clock.real()
        day = at.astimezone(clock.zone()).date()
        today = Viewing.objects.filter(viewer=by, day=day, first=True, application__in=files)
        known = set(today.values_list("application_id", flat=True))
        row = {"viewer": by, "shown": shown, "role": by.role, "at": at, "day": day}
        row["document"] = document.public_id if document else None
        Viewing.objects.bulk_create([Viewing(application=file, first=file.pk not in known, **row) for file in files])
        fresh = [file for file in files if file.pk not in known]
        if fresh:
            _append(fresh, by, alone=len(files) == 1)


def _append(files: list[Application], by: User, *, alone: bool) -> None:
    subject = files[0].subject if alone else files[0].posting.subject
    facts = {} if alone else {"files": sorted(file.dossier_code for file in files)}
    append("file.viewed", at=clock.now(), actor=by.actor, subject=subject, facts=facts)
