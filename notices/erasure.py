"""Taking the person out of what was sent to them: the message's row stays, and says that it left and when."""

from collections.abc import Iterable

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from accounts.models import User
from journal import clock
from notices.models import Attachment, Bounce, Delivery, Letter, Notice, NoticeAct, NoticeState
from notices.outbox import LETTERS

#: On its way, or gone: the register tells of it.
_KEPT = (NoticeState.SENT, NoticeState.SENDING, NoticeState.UNCERTAIN, NoticeState.FAILED)


def scrub_about(*, subject: str) -> int:
    """Scrub every message about a file, to its candidate and to referees; how many. In the caller's transaction."""
    return _scrub(Notice.objects.filter(subject=subject))


def scrub_to(*, account: User) -> int:
    """Scrub every message to a person; how many. In the caller's transaction."""
    return _scrub(Notice.objects.filter(Q(recipient=account) | Q(address__iexact=account.email)))


def counts_by_campaign() -> dict[str, int]:
    """How many messages of each campaign still say something, letters apart: those go with their file."""
    rows = _of_campaigns().order_by().values_list("campaign").annotate(Count("pk"))
    return dict(rows)


def scrub_campaign(*, campaign: str) -> int:
    """Scrub every message of a campaign but its letters; how many. In the caller's transaction."""
    return _scrub(_of_campaigns().filter(campaign=campaign))


def _of_campaigns() -> QuerySet[Notice]:
    return Notice.objects.exclude(campaign="").exclude(kind__in=sorted(LETTERS)).exclude(context={}, address="")


def _scrub(found: QuerySet[Notice]) -> int:
    """What has not left never will; of the rest no address, word, letter or enclosure is left.

    One that a worker is sending at this instant is not tried again.
    """
    notices = list(found.select_for_update())
    # A letter's row always stays: each file has its receipt, each decision its letter, by count.
    unsent = [notice.pk for notice in notices if notice.state not in _KEPT and notice.kind not in LETTERS]
    rows = [notice.pk for notice in notices]
    letters = {notice.letter_id for notice in notices if notice.letter_id}
    NoticeAct.objects.filter(notice__in=rows).update(reason="")
    Delivery.objects.filter(notice__in=rows).update(detail="")
    Attachment.objects.filter(notice__in=rows).delete()
    Bounce.objects.filter(notice__in=rows).update(detail="", words="")
    Notice.objects.filter(pk__in=rows).update(
        address="", context={}, recipient=None, letter=None, expires_at=clock.real()
    )
    NoticeAct.objects.filter(notice__in=unsent).delete()
    Delivery.objects.filter(notice__in=unsent).delete()
    Bounce.objects.filter(notice__in=unsent).update(notice=None)
    Notice.objects.filter(pk__in=unsent).delete()
    delete_letters(letters)
    return len(notices)


def delete_letters(letters: Iterable[int]) -> None:
    """The drawn letters that no other message shares; their files once that is certain."""
    alone = Letter.objects.filter(pk__in=letters, notices=None)
    names = list(alone.values_list("file", flat=True))
    alone.delete()
    transaction.on_commit(lambda: _delete_files(names), robust=True)


def _delete_files(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
