"""Letters whose mail did not arrive, or perhaps not: printed, put in the post, and written down."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal import clock
from notices.models import Notice, NoticeState
from notices.outbox import LETTERS, NoticeRefused, locked, only_hr, record

_UNDELIVERED = frozenset({NoticeState.FAILED, NoticeState.UNCERTAIN})


def to_post(*, campaign: str) -> QuerySet[Notice]:
    """The letters of a campaign that no mail has brought for certain, and that are not in the post yet, the oldest first."""
    return (
        Notice.objects.filter(campaign=campaign, kind__in=LETTERS, state__in=_UNDELIVERED, posted_on=None)
        .exclude(address="")
        .order_by("released_at", "pk")
    )


def mark_posted(*, notice: Notice, posted_on: date, by: User, reference: str = "") -> Notice:
    """Write down the day on which a letter was put in the post, and its number there, if any.

    Raises PermissionDenied for anyone but HR; NoticeRefused for a letter that arrived, or that is in the post already;
    ValidationError for a day before the letter was released, or to come.
    """
    only_hr(by)
    with transaction.atomic():
        found, now = locked(notice, set(_UNDELIVERED)), clock.now()
        if found.posted_on is not None:
            raise NoticeRefused(_("Cette lettre est déjà postée."))
        released = timezone.localdate(found.released_at or now)
        if not released <= posted_on <= timezone.localdate(now):
            text = _("Le jour du dépôt à la poste est entre celui où la lettre a été libérée (%(day)s) et aujourd’hui.")
            raise ValidationError({"posted_on": text % {"day": f"{released:%d/%m/%Y}"}})
        found.posted_on = posted_on
        found.save(update_fields=["posted_on"])
        record(found, "notice.posted", by=by, at=now, reason=reference, facts={"on": posted_on.isoformat()})
    return found
