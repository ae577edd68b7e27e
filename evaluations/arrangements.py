"""What HR arranges for one candidate's sitting: extra time, paper instead of the screen. The jury never reads of it.

Extra time compensates for a disability or an incident; neither the register nor a marker's page says how much, nor why.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from applications.states import State
from evaluations.convening import convene
from evaluations.endings import end
from evaluations.models import Ending, Sitting
from evaluations.models.exercise import TEXT_LENGTH
from evaluations.policy_exercise import markers_are_drawn
from evaluations.sittings import clean, lock_sitting
from journal import clock
from journal.append import append
from postings.locks import hold_exclusive

#: No more than the exercise again and half of it: beyond, it is another exercise.
MOST_EXTRA = 900


def _hold(sitting: Sitting, by: User) -> Sitting:
    """The locked sitting of a candidate still in play. Raises PermissionDenied unless ``by`` is HR, ValidationError."""
    if not is_hr(by):
        raise PermissionDenied
    hold_exclusive(sitting.exercise.posting)
    locked = lock_sitting(sitting)
    if locked.application.state != State.ADMISSIBLE:
        raise ValidationError(_("Ce dossier n’est plus en cours."))
    return locked


def _refuse_ended(sitting: Sitting) -> None:
    if sitting.ended_at is not None or (not sitting.place and clock.now() >= sitting.due_at):
        raise ValidationError(_("Cette épreuve est terminée pour ce candidat."))


def grant_extra_time(*, sitting: Sitting, minutes: int, by: User) -> Sitting:
    """Give the candidate so many minutes more than the others have, in all; before or while they write.

    Not begun, they are invited again, with their own length. The same twice is once. Raises PermissionDenied unless ``by`` is HR,
    ValidationError once it is over for them, or for a number that won't do.
    """
    if not 0 <= minutes <= MOST_EXTRA:
        raise ValidationError({"minutes": _("De 0 à %(most)s minutes de plus.") % {"most": MOST_EXTRA}})
    with transaction.atomic():
        locked = _hold(sitting, by)
        _refuse_ended(locked)
        if locked.extra_minutes == minutes:
            return locked
        at, more = clock.now(), minutes - locked.extra_minutes
        locked.extra_minutes = minutes
        if locked.started_at is None:
            convene(locked, at=at, again=True)
        else:
            if more < 0:
                raise ValidationError({"minutes": _("L’épreuve est commencée : le temps accordé ne se reprend plus.")})
            locked.due_at += timedelta(minutes=more)
            locked.save(update_fields=["extra_minutes", "due_at"])
        append("sitting.extra_time", at=at, actor=by.actor, subject=locked.application.subject, facts={})
    return locked


def set_on_paper(*, sitting: Sitting, place: str, by: User) -> Sitting:
    """Have the candidate sit on paper at ``place``; an empty one puts them back online. They are invited again.

    Raises PermissionDenied unless ``by`` is HR, ValidationError once they have begun or it is over.
    """
    with transaction.atomic():
        locked = _hold(sitting, by)
        if locked.place == place.strip():
            return locked
        _refuse_ended(locked)
        if locked.started_at is not None:
            raise ValidationError(_("Ce candidat a commencé en ligne."))
        at = clock.now()
        if not place.strip() and at >= locked.due_at:
            raise ValidationError(_("L’heure est passée : transcrivez sa copie, ou constatez son absence."))
        locked.place = place.strip()
        convene(locked, at=at, again=True)
        append("sitting.paper", at=at, actor=by.actor, subject=locked.application.subject, facts={})
    return locked


def _paper(sitting: Sitting, by: User) -> Sitting:
    locked = _hold(sitting, by)
    if not locked.place:
        raise ValidationError(_("Ce candidat compose en ligne."))
    if markers_are_drawn(locked.exercise.posting):
        raise ValidationError(_("Les correcteurs sont tirés au sort : les copies ne changent plus."))
    if clock.now() < locked.exercise.opens_at:
        raise ValidationError(_("L’épreuve n’a pas encore eu lieu."))
    return locked


def transcribe(*, sitting: Sitting, text: str, by: User) -> Sitting:
    """Enter a composition written on paper, word for word; it is then in, like any other. The same twice is once.

    Raises PermissionDenied unless ``by`` is HR, ValidationError without words, for a sitting online, before the hour, once
    another text or an absence is recorded.
    """
    words = clean(text).strip()
    if not words or len(words) > TEXT_LENGTH:
        message = _("Transcrivez la copie, de 1 à %(n)d caractères.") % {"n": TEXT_LENGTH}
        raise ValidationError({"text": message})
    with transaction.atomic():
        locked = _paper(sitting, by)
        if locked.ended_at is not None:
            if locked.text == words:
                return locked
            raise ValidationError(_("La copie de ce candidat est déjà enregistrée, ou son absence constatée."))
        locked.text, locked.saved_at = words, clock.now()
        return end(locked, Ending.PAPER, at=locked.saved_at, actor=by.actor)


def record_absence(*, sitting: Sitting, by: User) -> Sitting:
    """Record that a candidate expected on paper did not come; online, the clock does it. Twice is once.

    Raises PermissionDenied unless ``by`` is HR, ValidationError online, before the end, or once a copy is in.
    """
    with transaction.atomic():
        locked = _paper(sitting, by)
        if locked.ending == Ending.ABSENT:
            return locked
        at = clock.now()
        if locked.ended_at is not None or at < locked.due_at:
            raise ValidationError(
                _("Une absence se constate après la fin de l’épreuve, quand aucune copie n’est enregistrée.")
            )
        return end(locked, Ending.ABSENT, at=at, actor=by.actor)
