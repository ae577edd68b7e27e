"""The time that the members of a jury keep for its slots: two of one person never overlap, on any jury."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from evaluations.models import Interview, JurySitting
from postings.models import Posting


def _sit_elsewhere() -> ValidationError:
    return ValidationError(
        {
            "starts_at": _(
                "Un membre de ce jury siège déjà dans un autre jury à cette heure : choisissez un autre créneau."
            )
        }
    )


def refuse_elsewhere(posting: Posting, starts_at: datetime, ends_at: datetime) -> None:
    """Raises ValidationError when a member of the posting's jury sits on another one's at that time."""
    busy = JurySitting.objects.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exclude(interview__posting=posting)
    if busy.filter(person__panel_memberships__panel__posting=posting, person__panel_memberships__left_at=None).exists():
        raise _sit_elsewhere()


def keep(interview: Interview) -> None:
    """Have every member of the jury sit in the slot as it stands now, and in none that was left.

    In the caller's transaction. Raises ValidationError when one of them was given to another jury at that very instant:
    the database refuses the second, and waits for the first to be settled.
    """
    interview.jury_sittings.all().delete()
    if interview.vacated_at is not None:
        return
    people = User.objects.filter(
        panel_memberships__panel__posting=interview.posting_id, panel_memberships__left_at=None
    ).order_by("pk")
    try:
        with transaction.atomic():
            JurySitting.objects.bulk_create(
                JurySitting(
                    person=person, interview=interview, starts_at=interview.starts_at, ends_at=interview.ends_at
                )
                for person in people
            )
    except IntegrityError as refusal:
        raise _sit_elsewhere() from refusal
