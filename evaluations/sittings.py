"""A candidate sits the exercise: begins, writes, hands in. What counts is the clock of record, read under the row's lock.

Refusing what comes too late never depends on a worker; :mod:`evaluations.endings` ends what nobody handed in.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from applications.policy import refuse_unless_owner
from applications.states import State
from evaluations.endings import end
from evaluations.exercises import open_subject
from evaluations.models import Ending, Sitting
from evaluations.models.exercise import TEXT_LENGTH
from journal import clock
from journal.append import append
from postings.locks import hold_shared, refuse_if_cancelled


class SittingOver(Exception):
    """The time is up, or the composition is in: nothing more is taken."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__("The sitting is over.")
        self.sitting = sitting


class ChangedElsewhere(Exception):
    """Another tab or device wrote since the page was made; ``sitting`` holds what is kept."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__("The composition was changed elsewhere.")
        self.sitting = sitting


def lock_sitting(sitting: Sitting) -> Sitting:
    """The file and its sitting, held until the transaction's end."""
    Application.objects.select_for_update(of=("self",)).get(pk=sitting.application_id)
    rows = Sitting.objects.select_for_update(of=("self",))
    return rows.select_related("exercise__posting", "application__candidate", "application__posting").get(pk=sitting.pk)


def _own(sitting: Sitting, by: User) -> Sitting:
    refuse_unless_owner(by, sitting.application)
    locked = lock_sitting(sitting)
    if locked.ended_at is None:
        refuse_if_cancelled(locked.exercise.posting)
    if locked.application.state != State.ADMISSIBLE and locked.ended_at is None:
        raise ValidationError(_("Vous avez retiré votre candidature : cette épreuve ne vous concerne plus."))
    return locked


def begin(*, sitting: Sitting, by: User) -> Sitting:
    """Begin: the subject opens to the candidate, and in a window of their own their clock runs. Twice is once.

    Raises Http404 for anyone but the candidate, SittingOver when it is over, ValidationError before its hour or on paper,
    SealBroken when the subject can't be opened: then nobody is absent from it.
    """
    with transaction.atomic():
        hold_shared(sitting.exercise.posting)
        locked = _own(sitting, by)
        if locked.started_at is not None:
            return locked
        exercise, at = locked.exercise, clock.now()
        if locked.ended_at is not None or at >= locked.due_at:
            raise SittingOver(locked)
        if locked.place:
            raise ValidationError(_("Vous composez sur papier : votre convocation dit où."))
        if exercise.sealed_at is None or at < exercise.opens_at:
            raise ValidationError(_("L’épreuve n’est pas encore ouverte."))
        open_subject(exercise, at=at)
        locked.started_at = at
        if exercise.is_window:
            locked.due_at = at + timedelta(minutes=locked.minutes)
        locked.save(update_fields=["started_at", "due_at"])
        append("sitting.begun", at=at, actor=by.actor, subject=locked.application.subject, facts={})
    return locked


def clean(text: str) -> str:
    """What is kept of what a browser sends: its line ends made one, and what no database holds left out."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def save(*, sitting: Sitting, text: str, page: str, by: User) -> Sitting:
    """Keep the text as it stands. ``page`` names the page that it comes from: another page's words aren't overwritten.

    Raises Http404 for anyone but the candidate, SittingOver from the deadline on, ChangedElsewhere, ValidationError for a
    text too long or a sitting not begun.
    """
    words = clean(text)
    if len(words) > TEXT_LENGTH:
        raise ValidationError({"text": _("Une composition compte %(n)d caractères au plus.") % {"n": TEXT_LENGTH}})
    with transaction.atomic():
        locked = _own(sitting, by)
        at = clock.now()
        if locked.ended_at is not None or at >= locked.due_at:
            raise SittingOver(locked)
        if locked.started_at is None:
            raise ValidationError(_("Commencez d’abord l’épreuve."))
        if locked.text == words and locked.saved_at is not None:
            return locked
        if not locked.may_be_written_from(page):
            raise ChangedElsewhere(locked)
        locked.text, locked.writer, locked.saved_at = words, page[:60], at
        locked.version += 1
        locked.save(update_fields=["text", "writer", "saved_at", "version"])
    return locked


def hand_in(*, sitting: Sitting, seen: str, by: User) -> Sitting:
    """Hand in what is kept, for good, before the time is up. Twice is once.

    ``seen`` is the version that the candidate read last. Raises Http404 for anyone but the candidate, SittingOver from the
    deadline on, ChangedElsewhere when it isn't what they read, ValidationError when it was never begun.
    """
    with transaction.atomic():
        hold_shared(sitting.exercise.posting)
        locked = _own(sitting, by)
        if locked.ending == Ending.HANDED_IN:
            return locked
        at = clock.now()
        if locked.ended_at is not None or at >= locked.due_at:
            raise SittingOver(locked)
        if locked.started_at is None:
            raise ValidationError(_("Commencez d’abord l’épreuve."))
        if seen != str(locked.version):
            raise ChangedElsewhere(locked)
        return end(locked, Ending.HANDED_IN, at=at, actor=by.actor)
