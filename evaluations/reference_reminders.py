"""Reminding the referees who have said nothing, some days after they were asked.

Each reminder has a link of its own, as random as the first and kept only as a hash, which opens the same form until the
same instant. The first link can't be sent again, since only its hash is kept; deriving links from the installation's key
would let whoever holds a backup of both make every one of them.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from evaluations.models import (
    ReferenceReminder,
    ReferenceRequest,
    ReferenceState,
    ReferenceVerification,
    VerificationOutcome,
)
from evaluations.references import ASKABLE, REMINDER, link, lock, new_token, request_key
from journal import clock
from journal.append import append
from notices.outbox import enqueue
from postings.models import Posting

#: No referee is written to again within this time, be it of a day that came while no worker ran.
QUIET = timedelta(days=1)


def remind_referees() -> int:
    """Remind each referee who is due, once for each day of the posting; how many were.

    Where several days came at once only the latest counts. Safe to run again, beside another, and after a kill.
    """
    at = clock.now()
    due = [r for r in _waiting(at).order_by("pk") if latest_due(r, r.referee.application.posting, at) is not None]
    return sum(_remind(request) for request in due)


def _waiting(at: datetime) -> QuerySet[ReferenceRequest]:
    """Those that may still be answered and whose referee HR has not reached otherwise."""
    reached = ReferenceVerification.objects.filter(referee=OuterRef("referee")).exclude(
        outcome=VerificationOutcome.UNREACHABLE
    )
    asked = ReferenceRequest.objects.filter(
        ~Exists(reached),
        Q(referee__application__posting__deliberation=None)
        | Q(referee__application__posting__deliberation__closed_at=None),
        state=ReferenceState.ASKED,
        expires_at__gt=at,
        referee__application__posting__cancelled_at=None,
        referee__application__state__in=sorted(ASKABLE),
    )
    return asked.select_related("referee__application__posting").prefetch_related("reminders")


def latest_due(request: ReferenceRequest, posting: Posting, at: datetime) -> int | None:
    """Of the posting's days after the request, the last that has come at ``at`` and was not told; None for none."""
    told = [reminder for reminder in request.reminders.all() if reminder.time == request.times_asked]
    come = [days for days in posting.reference_reminder_days if at >= request.asked_at + timedelta(days=days)]
    latest = max(come, default=None)
    if latest is None or any(reminder.days >= latest or reminder.at > at - QUIET for reminder in told):
        return None
    return latest


def _remind(waiting: ReferenceRequest) -> bool:
    with transaction.atomic():
        application = lock(waiting.referee.application)
        at = clock.now()
        # Again, under the lock: an answer, a withdrawal or another sweep may have come first.
        request = _waiting(at).filter(pk=waiting.pk).first()
        days = latest_due(request, application.posting, at) if request else None
        if request is None or days is None:
            return False
        _send(request, days, at)
    return True


def _send(request: ReferenceRequest, days: int, at: datetime) -> None:
    referee, application = request.referee, request.referee.application
    token, token_sha256 = new_token()
    ReferenceReminder.objects.create(
        request=request, time=request.times_asked, days=days, token_sha256=token_sha256, at=at
    )
    enqueue(
        key=f"{request_key(referee)}{request.times_asked}:reminder:{days}",
        kind=REMINDER,
        to=referee.email,
        context={
            "post": application.posting.title,
            "name": referee.name,
            "candidate": application.full_name,
            "link": link(token),
            "asked_at": request.asked_at.isoformat(),
            "expires_at": request.expires_at.isoformat(),
        },
        at=at,
        campaign=application.posting.slug,
        subject=application.subject,
    )
    facts = {"referee": referee.pk, "time": request.times_asked, "days": days}
    append("reference.reminded", at=at, actor="system", subject=application.subject, facts=facts)
