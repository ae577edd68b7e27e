"""What a cancelled posting owes: everyone who held a draft or a file is told, by letter, and nobody twice."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from accounts.models import User
from applications import reminders
from applications.models import Application, CancellationTelling
from applications.states import State
from journal import clock
from notices.models import Notice
from notices.outbox import call_off, enqueue
from postings import cancelling
from postings.models import Posting

KIND = "posting_cancelled"
#: Files dealt with in one transaction.
BATCH = 50


def cancel(*, posting: Posting, reason: str, by: User) -> Posting:
    """Cancel the posting, then tell everyone concerned. Raises as :func:`postings.cancelling.cancel`."""
    with transaction.atomic():
        posting = cancelling.cancel(posting=posting, reason=reason, by=by)
        telling, _created = CancellationTelling.objects.get_or_create(posting=posting)
    tell(telling=telling)
    return posting


def concerned(posting: Posting) -> QuerySet[Application]:
    """Those who hold a draft or a file. Who withdrew asked for no more mail; a draft that lapsed was no candidature."""
    gone = {State.WITHDRAWN, State.LAPSED}
    return Application.objects.filter(posting=posting, erasure=None).exclude(state__in=gone)


def tell(*, telling: CancellationTelling) -> None:
    """Tell all of them, a batch in each transaction. Safe to run again, and after a kill at any point."""
    while not _one_batch(telling):
        pass


def tell_cancelled() -> None:
    """Take up each telling that was cut short."""
    for telling in CancellationTelling.objects.filter(finished_at__isnull=True).order_by("pk"):
        tell(telling=telling)


def _one_batch(telling: CancellationTelling) -> bool:
    """Whether nobody was left to tell. The row's lock makes two workers take turns."""
    with transaction.atomic():
        rows = CancellationTelling.objects.select_for_update(of=("self",)).select_related("posting")
        locked = rows.get(pk=telling.pk)
        told = Notice.objects.filter(key=Concat(Value(f"{KIND}:"), OuterRef("dossier_code")))
        files = concerned(locked.posting).filter(~Exists(told)).select_for_update(of=("self",))
        untold = [] if locked.finished_at else list(files.select_related("candidate").order_by("pk")[:BATCH])
        for application in untold:
            _tell(application, locked.posting)
        if not untold and not locked.finished_at:
            locked.finished_at = clock.now()
            locked.save(update_fields=["finished_at"])
    return not untold


def context_of(application: Application, posting: Posting, *, at: str, reason: str) -> dict[str, str]:
    """What the letter says, for HR to read before it leaves and for the outbox."""
    return {
        "post": posting.title,
        "dossier": application.dossier_code,
        "name": application.full_name or str(application.candidate),
        "cancelled_at": at,
        "reason": reason,
    }


def _tell(application: Application, posting: Posting) -> None:
    at = clock.now()
    call_off(kind=reminders.KIND, subject=application.subject, at=at)
    when = posting.cancelled_at.isoformat() if posting.cancelled_at else ""
    enqueue(
        key=f"{KIND}:{application.dossier_code}",
        kind=KIND,
        to=application.candidate,
        context=context_of(application, posting, at=when, reason=posting.cancellation_reason),
        at=at,
        campaign=posting.slug,
        subject=application.subject,
    )
