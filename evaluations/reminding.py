"""What the invited are told between the invitation and the interview: that it is near, or that there is none any more."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from applications.models import Application
from applications.reminders import left_in_words
from applications.states import State
from evaluations.invitations import CANCELLED, REMINDER, cancel
from evaluations.models import Interview
from journal import clock
from notices.models import Notice
from notices.outbox import call_off, enqueue
from postings.locks import hold_shared
from postings.models import Posting


def tell_invited() -> tuple[int, int]:
    """Cancel what has no object, then remind what is near; how many of both. Safe to run again, and beside another."""
    return cancel_withdrawn(), remind_interviews()


def remind_interviews() -> int:
    """Remind each invited candidate at the posting's hours before the interview; how many were.

    Once for each hour and each time that the interview has. Where several hours came at once only the latest counts, and
    whoever was invited since then has just been told.
    """
    return sum(_remind(slot, hours) for slot, hours in _due(clock.now()))


def _coming(at: datetime) -> QuerySet[Interview]:
    slots = Interview.objects.filter(application__state=State.SHORTLISTED, absent_at=None, starts_at__gt=at)
    slots = slots.filter(posting__cancelled_at=None)
    return slots.filter(application__candidate__is_active=True).select_related("posting", "application__candidate")


def latest_due(interview: Interview, at: datetime) -> int | None:
    """Of the posting's hours before the interview, the last that has come at ``at``; None before the first."""
    hours = interview.posting.interview_reminder_hours or []
    return min((hour for hour in hours if at >= interview.starts_at - timedelta(hours=hour)), default=None)


def _key(interview: Interview, application: Application, hours: int) -> str:
    return f"interview-reminder:{application.dossier_code}:{interview.sequence}:{hours}"


def _due(at: datetime) -> Iterator[tuple[Interview, int]]:
    """The interviews to remind of, with the hour that has come; in a constant number of queries."""
    slots = list(_coming(at))
    if not slots:
        return
    campaigns = {slot.posting.slug for slot in slots}
    known = Notice.objects.filter(campaign__in=campaigns)
    reminded = set(known.filter(kind=REMINDER).values_list("key", flat=True))
    invitations = known.filter(kind="interview_invitation").order_by().values_list("subject")
    invited = dict(invitations.annotate(Max("created_at")))
    for slot in slots:
        application, hours = slot.application, latest_due(slot, at)
        if application is None or hours is None or _key(slot, application, hours) in reminded:
            continue
        told = invited.get(application.subject)
        if told is not None and told < slot.starts_at - timedelta(hours=hours):
            yield slot, hours


def _remind(seen: Interview, hours: int) -> bool:
    """Owe one reminder, of the interview as it stands now: the locks keep it from moving meanwhile."""
    with transaction.atomic():
        hold_shared(seen.posting)
        application = Application.objects.select_for_update(of=("self",)).get(interview=seen)
        at = clock.now()
        slot = _coming(at).filter(pk=seen.pk, sequence=seen.sequence, application=application).first()
        if slot is None:
            return False
        enqueue(
            key=_key(slot, application, hours),
            kind=REMINDER,
            to=application.candidate,
            context={
                "post": slot.posting.title,
                "dossier": application.dossier_code,
                "name": application.full_name,
                "starts_at": slot.starts_at.isoformat(),
                "minutes": slot.minutes,
                "place": slot.place,
                "link": slot.link,
                "left": left_in_words(slot.starts_at - at),
            },
            at=at,
            campaign=slot.posting.slug,
            subject=application.subject,
        )
    return True


def cancel_withdrawn() -> int:
    """Take back from the calendars the interviews to come of those who withdrew; how many were.

    A sweep, since withdrawing knows nothing of interviews; a reminder that has not left is called off with it.
    """
    told = Notice.objects.filter(
        kind=CANCELLED, key=Concat(Value("interview-cancelled:"), OuterRef("application__dossier_code"))
    )
    left = Interview.objects.filter(application__state=State.WITHDRAWN, starts_at__gt=clock.now())
    left = left.filter(~Exists(told), application__erasure=None, application__candidate__is_active=True)
    return sum(_cancel(slot.posting, pk) for slot in left.select_related("posting") if (pk := slot.application_id))


def _cancel(posting: Posting, pk: int) -> bool:
    with transaction.atomic():
        hold_shared(posting)
        application = Application.objects.select_for_update(of=("self",)).get(pk=pk)
        slot = Interview.objects.select_related("posting").get(application=application)
        at = clock.now()
        call_off(kind=REMINDER, subject=application.subject, at=at)
        cancel(slot, application, at=at)
    return True
