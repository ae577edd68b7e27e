"""Telling who holds a draft that it is not a candidature, some days, then hours, before the deadline."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.completeness import missing
from applications.models import Application
from applications.states import State
from journal import clock
from notices.models import Notice
from notices.outbox import enqueue
from postings.locks import hold_shared
from postings.models import Posting

KIND = "draft_reminder"
#: Drafts reminded in one transaction: closing or a candidate who submits waits for so many at the very most.
BATCH = 20
#: Drafts of one posting reminded in one run, so that the task gives way to the letters and goes on at the next.
RUN = 500
#: Nobody is written to again within this time, be it of an extension or of an hour that came while no worker ran.
QUIET = timedelta(hours=1)
_GATHERED = ("documents", "answers", "career", "referees", "posting__requirements", "posting__questions")


def remind_drafts() -> int:
    """Remind the owner of each draft that is due, once for each hour of the posting; how many were.

    Where several hours came at once only the latest counts: a worker that was away doesn't make up for the others.
    Safe to run again, beside another, and after a kill at any point.
    """
    return sum(_remind_of(posting) for posting in Posting.objects.filter(_still_open(clock.now())).order_by("pk"))


def _still_open(at: datetime) -> Q:
    return Q(published_at__isnull=False, closed_at__isnull=True, cancelled_at__isnull=True, closes_at__gt=at)


def _remind_of(posting: Posting) -> int:
    reminded, last = 0, 0
    while reminded < RUN and (batch := _one_batch(posting, after=last)):
        reminded, last = reminded + len(batch), batch[-1].pk
    return reminded


def _one_batch(posting: Posting, *, after: int) -> list[Application]:
    """Remind some drafts, by key from ``after`` on; those reminded. A file that someone is submitting is left alone.

    The posting's lock keeps the deadline from moving meanwhile, the rows' locks keep each file a draft.
    """
    with transaction.atomic():
        hold_shared(posting)
        at = clock.now()
        fresh = Posting.objects.filter(_still_open(at), pk=posting.pk).first()
        hours = latest_due(fresh, at) if fresh else None
        if fresh is None or hours is None:
            return []
        due = _due(fresh, hours, at).filter(pk__gt=after).select_for_update(of=("self",), skip_locked=True)
        batch = list(due.select_related("candidate").prefetch_related(*_GATHERED).order_by("pk")[:BATCH])
        for application in batch:
            _remind(application, fresh, hours, at)
    return batch


def latest_due(posting: Posting, at: datetime) -> int | None:
    """Of the posting's hours before the deadline, the last that has come at ``at``; None before the first."""
    come = [hours for hours in posting.reminder_hours if at >= _instant(posting, hours)]
    return min(come, default=None)


def _instant(posting: Posting, hours: int) -> datetime:
    return posting.closes_at - timedelta(hours=hours)


def _key(posting: Posting, hours: int) -> str:
    """What follows the dossier's code in a reminder's key: a deadline that has moved has reminders of its own."""
    return f":{int(posting.closes_at.timestamp())}:{hours}"


def _due(posting: Posting, hours: int, at: datetime) -> QuerySet[Application]:
    """The drafts to remind: opened before the hour came, not reminded of it yet, not written to lately."""
    notices = Notice.objects.all()
    reminded = notices.filter(key=Concat(Value("reminder:"), OuterRef("dossier_code"), Value(_key(posting, hours))))
    lately = notices.filter(
        kind__in=[KIND, "deadline_extended"],
        subject=Concat(Value("application:"), OuterRef("dossier_code")),
        created_at__gt=at - QUIET,
    )
    drafts = Application.objects.filter(
        posting=posting, state=State.DRAFT, created_at__lt=_instant(posting, hours), candidate__is_active=True
    )
    return drafts.filter(~Exists(reminded), ~Exists(lately))


def _remind(application: Application, posting: Posting, hours: int, at: datetime) -> None:
    enqueue(
        key=f"reminder:{application.dossier_code}{_key(posting, hours)}",
        kind=KIND,
        to=application.candidate,
        context={
            "post": posting.title,
            "name": application.full_name or str(application.candidate),
            "closes_at": posting.closes_at.isoformat(),
            "left": left_in_words(posting.closes_at - at),
            "missing": [item.label for item in missing(application)],
            "link": settings.PMP_BASE_URL + reverse("applications:overview", args=[posting.slug]),
        },
        at=at,
        campaign=posting.slug,
        subject=application.subject,
    )


def left_in_words(left: timedelta) -> str:
    """« moins de 3 heures »: rounded up and said to be less, since a mail is read after it was written."""
    minutes = -(-left // timedelta(minutes=1))
    if minutes <= 60:
        words = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    elif minutes <= 48 * 60:
        hours = -(-minutes // 60)
        words = ngettext("%(n)d heure", "%(n)d heures", hours) % {"n": hours}
    else:
        days = -(-minutes // (24 * 60))
        words = ngettext("%(n)d jour", "%(n)d jours", days) % {"n": days}
    return _("moins de %(time)s") % {"time": words}
