"""The end of intake, or its delay: one act, then what it owes to drafts and to candidates, in batches."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from accounts.models import User
from applications import reminders
from applications.models import Aftermath, Announcement, Application
from applications.states import UNSUBMITTED, State
from applications.transitions import move
from journal import clock
from journal.append import append
from notices.models import Notice
from notices.outbox import call_off, enqueue
from postings import deadline
from postings.locks import hold_exclusive
from postings.models import DeadlineExtension, Posting

#: Files dealt with in one transaction.
BATCH = 50


class TooEarly(Exception):
    """The deadline isn't there yet, by the clock of record."""


def list_hash(codes: list[str]) -> str:
    """SHA-256, in hexadecimal, of the sorted dossier codes joined by newlines, with none at the end."""
    return sha256("\n".join(sorted(codes)).encode()).hexdigest()


def _close(posting: Posting) -> None:
    at = clock.now()
    if at < posting.closes_at:
        raise TooEarly
    # Every file that was submitted, those withdrawn since included: the hash tells who was in time, not who stayed.
    accepted = posting.applications.exclude(state__in=UNSUBMITTED)
    codes = list(accepted.values_list("dossier_code", flat=True))
    posting.closed_at = at
    posting.accepted_count, posting.accepted_sha256 = len(codes), list_hash(codes)
    posting.save(update_fields=["closed_at", "accepted_count", "accepted_sha256"])
    Aftermath.objects.create(posting=posting)
    facts = {"closes_at": posting.closes_at, "count": len(codes), "sha256": posting.accepted_sha256}
    append("posting.closed", at=at, actor="system", subject=posting.subject, facts=facts)


def close_intake(*, posting: Posting) -> Posting:
    """Close intake, once, then do what the closing owes. Safe to run again, and after a kill at any point.

    A posting that was cancelled before is never closed: its drafts stay drafts that nobody can submit.
    Raises TooEarly before the deadline.
    """
    with transaction.atomic():
        hold_exclusive(posting, cancelled_too=True)
        posting = Posting.objects.get(pk=posting.pk)
        if posting.closed_at is None and posting.cancelled_at is None:
            _close(posting)
    if posting.closed_at:
        finish(posting=posting)
    return posting


def close_due_intakes() -> None:
    """Close every posting that is due, and take up each closing that was cut short."""
    running = Posting.objects.filter(published_at__isnull=False, closed_at__isnull=True, cancelled_at__isnull=True)
    due = running.filter(closes_at__lte=clock.now())
    cut_short = Posting.objects.filter(aftermath__finished_at__isnull=True, aftermath__isnull=False)
    for posting in (*due, *cut_short):
        close_intake(posting=posting)


def finish(*, posting: Posting) -> None:
    """Lapse the drafts that are left and tell every candidate, a batch in each transaction."""
    while not _one_batch(posting):
        pass


def _one_batch(posting: Posting) -> bool:
    """Whether nothing was left to do. The aftermath's lock makes two workers take turns, so that neither skips a file."""
    with transaction.atomic():
        aftermath = Aftermath.objects.select_for_update().get(posting=posting)
        if aftermath.finished_at:
            return True
        drafts = list(_drafts(posting)[:BATCH])
        for application in drafts:
            _lapse(application, posting)
        untold = [] if drafts else list(_untold(posting)[:BATCH])
        for application in untold:
            _tell(application, posting)
        if not drafts and not untold:
            aftermath.finished_at = clock.now()
            aftermath.save(update_fields=["finished_at"])
        return not drafts and not untold


def _locked(posting: Posting) -> QuerySet[Application]:
    rows = Application.objects.select_for_update(of=("self",)).select_related("candidate")
    return rows.filter(posting=posting).order_by("pk")


def _drafts(posting: Posting) -> QuerySet[Application]:
    return _locked(posting).filter(state=State.DRAFT)


def _untold(posting: Posting) -> QuerySet[Application]:
    """Those in the campaign who have not been told yet that their file is in. Who withdrew asked for no more mail."""
    told = Notice.objects.filter(key=Concat(Value("intake_closed:"), OuterRef("dossier_code")))
    return _locked(posting).exclude(state__in={*UNSUBMITTED, State.WITHDRAWN}).filter(~Exists(told))


def _owe(
    application: Application, posting: Posting, kind: str, key: str, at: datetime, context: dict[str, Any]
) -> None:
    enqueue(
        key=f"{kind}:{key}",
        kind=kind,
        to=application.candidate,
        context={"post": posting.title, "name": application.full_name or str(application.candidate), **context},
        at=at,
        campaign=posting.slug,
        subject=application.subject,
    )


def _closed_at(posting: Posting) -> str:
    return posting.closed_at.isoformat() if posting.closed_at else ""


def _lapse(application: Application, posting: Posting) -> None:
    at = clock.now()
    move(application, State.LAPSED, kind="application.lapsed", at=at, by=None, facts={})
    call_off(kind=reminders.KIND, subject=application.subject, at=at)
    _owe(application, posting, "draft_lapsed", application.dossier_code, at, {"closed_at": _closed_at(posting)})


def _tell(application: Application, posting: Posting) -> None:
    context = {"dossier": application.dossier_code, "closed_at": _closed_at(posting)}
    _owe(application, posting, "intake_closed", application.dossier_code, clock.now(), context)


def extend_deadline(
    *, posting: Posting, closes_at: datetime, reason: str, by: User, incident: bool = False
) -> DeadlineExtension:
    """Move the deadline later, and tell everyone who holds a draft. Raises as :func:`postings.deadline.extend`."""
    with transaction.atomic():
        extension = deadline.extend(posting=posting, closes_at=closes_at, reason=reason, by=by, incident=incident)
        announcement = Announcement.objects.create(extension=extension)
    announce(announcement=announcement)
    return extension


def announce(*, announcement: Announcement) -> None:
    """Tell everyone who held a draft, a batch in each transaction. Safe to run again, and after a kill at any point."""
    while not _announced(announcement):
        pass


def announce_extensions() -> None:
    """Take up each announcement that was cut short."""
    for announcement in Announcement.objects.filter(finished_at__isnull=True).order_by("pk"):
        announce(announcement=announcement)


def _announced(announcement: Announcement) -> bool:
    """Whether nobody was left to tell. The announcement's lock makes two workers take turns."""
    with transaction.atomic():
        rows = Announcement.objects.select_for_update(of=("self",)).select_related("extension__posting")
        locked = rows.get(pk=announcement.pk)
        untold = [] if locked.finished_at else list(_untold_of(locked.extension)[:BATCH])
        for application in untold:
            _tell_extended(application, locked.extension)
        if not untold and not locked.finished_at:
            locked.finished_at = clock.now()
            locked.save(update_fields=["finished_at"])
        return not untold


def _untold_of(extension: DeadlineExtension) -> QuerySet[Application]:
    """The drafts whose owners have not been told yet; who opens one later reads the new deadline."""
    told = Notice.objects.filter(
        key=Concat(Value("deadline_extended:"), OuterRef("dossier_code"), Value(f":{extension.pk}"))
    )
    drafts = _drafts(extension.posting).filter(created_at__lte=extension.at)
    return drafts.filter(~Exists(told))


def _tell_extended(application: Application, extension: DeadlineExtension) -> None:
    context = {
        "previous": extension.previous.isoformat(),
        "closes_at": extension.closes_at.isoformat(),
        "reason": extension.reason,
    }
    key = f"{application.dossier_code}:{extension.pk}"
    _owe(application, extension.posting, "deadline_extended", key, clock.now(), context)
