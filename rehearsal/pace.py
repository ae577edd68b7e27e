"""Moving the rehearsal's clock on, as its banner does."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.policy import Visitor
from journal import clock
from postings.policy import visible_postings
from rehearsal.policy import may_move_clock

#: How long before the deadline the last look is.
BRINK = timedelta(seconds=30)


class Step(models.TextChoices):
    """A step forward."""

    BRINK = "brink", gettext_lazy("trente secondes avant la date limite")
    HOUR = "hour", gettext_lazy("une heure plus tard")
    DAY = "day", gettext_lazy("un jour plus tard")


def brink() -> datetime | None:
    """Thirty seconds before the next deadline that is still ahead, if there is one."""
    ahead = visible_postings().filter(closes_at__gt=clock.now() + BRINK, cancelled_at=None)
    posting = ahead.order_by("closes_at").first()
    return posting.closes_at - BRINK if posting else None


def _target(step: Step, now: datetime) -> datetime | None:
    if step == Step.BRINK:
        return brink()
    return now + (timedelta(hours=1) if step == Step.HOUR else timedelta(days=1))


def move_on(*, step: str, by: Visitor) -> datetime:
    """Move the clock of record on, and say to when.

    Raises PermissionDenied unless ``by`` is HR in a rehearsal, ValidationError for a step that is unknown or goes back:
    a campaign that has seen its deadline can't unsee it.
    """
    if not may_move_clock(by):
        raise PermissionDenied
    if step not in Step.values:
        raise ValidationError(_("Ce déplacement de l'horloge n'existe pas."))
    now = clock.now()
    moment = _target(Step(step), now)
    if moment is None or moment <= now:
        raise ValidationError(_("L'horloge ne recule pas."))
    clock.move_to(moment, by=by.actor, stopped=clock.is_stopped())
    return moment
