"""What a candidate needs to be heard and judged as the others are, between them and HR. The jury never reads it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from applications.drafts import lock
from applications.models import Accommodation, Application
from applications.policy import refuse_unless_owner
from applications.policy_exchanges import may_ask_accommodation
from journal import clock
from journal.append import append
from notices.outbox import enqueue
from postings.locks import hold_shared


class AccommodationClosed(Exception):
    """It is answered already, or the file can't be helped any more."""


class AccommodationChanged(Exception):
    """It was changed since the person who writes last read it."""


def version_of(accommodation: Accommodation | None) -> str:
    """What a form remembers of the request that it was drawn with: when it was last written."""
    return accommodation.asked_at.isoformat() if accommodation else ""


def ask(*, application: Application, needs: str, by: User, seen: str) -> Accommodation:
    """Say what the candidate needs, or say it better until HR answers. The same words twice are once.

    ``seen`` is the :func:`version_of` what the person read. The words stay out of the journal: they may tell of their health.
    Raises Http404 for anyone but the candidate, AccommodationClosed once answered or once the file is over,
    AccommodationChanged when another tab was quicker, ValidationError without words.
    """
    refuse_unless_owner(by, application)
    words = needs.strip()
    if not words:
        raise ValidationError({"needs": _("Dites-nous ce dont vous avez besoin.")})
    with transaction.atomic():
        hold_shared(application.posting)
        locked = lock(application)
        found = Accommodation.objects.select_for_update().filter(application=locked).first()
        if found is not None and found.needs == words:
            return found
        if not may_ask_accommodation(locked) or (found is not None and found.answered_at is not None):
            raise AccommodationClosed
        if version_of(found) != seen:
            raise AccommodationChanged
        at = clock.now()
        append("accommodation.asked", at=at, actor=by.actor, subject=locked.subject, facts={})
        asked = found or Accommodation(application=locked)
        asked.needs, asked.asked_at = words, at
        asked.save()
    return asked


def answer(*, accommodation: Accommodation, answer: str, by: User, seen: str) -> Accommodation:
    """Answer, once, what was read, whose :func:`version_of` is ``seen``. The mail says only that an answer waits in their space.

    The same answer twice is once. Raises PermissionDenied unless ``by`` is HR, AccommodationClosed when it is answered
    otherwise already, AccommodationChanged when the candidate wrote anew meanwhile, ValidationError without words.
    """
    if not is_hr(by):
        raise PermissionDenied
    words = answer.strip()
    if not words:
        raise ValidationError({"answer": _("Écrivez votre réponse : le candidat la lira.")})
    with transaction.atomic():
        found = Accommodation.objects.select_for_update().get(pk=accommodation.pk)
        if found.answered_at is not None:
            if found.answer == words:
                return found
            raise AccommodationClosed
        if version_of(found) != seen:
            raise AccommodationChanged
        at = clock.now()
        found.answer, found.answered_at, found.answered_by = words, at, by
        found.save()
        append("accommodation.answered", at=at, actor=by.actor, subject=found.application.subject, facts={})
        _tell(found, at)
    return found


def _tell(accommodation: Accommodation, at: datetime) -> None:
    application = accommodation.application
    enqueue(
        key=f"accommodation_answered:{application.dossier_code}",
        kind="accommodation_answered",
        to=application.candidate,
        context={
            "post": application.posting.title,
            "dossier": application.dossier_code,
            "name": application.full_name or str(application.candidate),
        },
        at=at,
        campaign=application.posting.slug,
        subject=application.subject,
    )
