"""HR's formal check of a file: admissible, or not and why."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from applications.models import Application, Screening
from applications.models.events import Ground
from applications.states import State
from applications.transitions import move
from journal import clock
from postings.locks import refuse_if_cancelled


def _lock(application: Application) -> Application:
    return Application.objects.select_for_update(of=("self",)).select_related("posting").get(pk=application.pk)


def _authorise(by: User) -> None:
    if not is_hr(by):
        raise PermissionDenied


def _refuse_unless_screenable(application: Application) -> None:
    refuse_if_cancelled(application.posting)
    if application.posting.closed_at is None:
        raise ValidationError(_("La recevabilité s'examine après la clôture des candidatures."))
    if application.state != State.SUBMITTED:
        state = application.get_state_display()
        raise ValidationError(_("Ce dossier n'attend pas d'examen : il est à l'état « %(state)s ».") % {"state": state})


def admit(*, application: Application, by: User) -> Application:
    """Find the file admissible.

    Raises PermissionDenied unless ``by`` is HR, ValidationError before closing or out of turn. Admitting twice is once.
    """
    _authorise(by)
    with transaction.atomic():
        locked = _lock(application)
        if locked.state == State.ADMISSIBLE:
            return locked
        _refuse_unless_screenable(locked)
        at = clock.now()
        Screening.objects.create(application=locked, admitted=True, by=by, at=at)
        move(locked, State.ADMISSIBLE, kind="application.admitted", at=at, by=by, facts={})
    return locked


def refuse(*, application: Application, ground: str, reason: str, by: User) -> Application:
    """Find the file inadmissible, on a ground from the list and with a reason in words that the candidate will read.

    Raises PermissionDenied unless ``by`` is HR, ValidationError for a missing ground or reason, before closing or out of
    turn. The reason itself stays out of the journal: it may tell of the person.
    """
    _authorise(by)
    if ground not in Ground.values:
        raise ValidationError({"ground": _("Choisissez un motif dans la liste.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Motivez le refus : le candidat lira ces mots dans sa lettre.")})
    with transaction.atomic():
        locked = _lock(application)
        _refuse_unless_screenable(locked)
        at = clock.now()
        Screening.objects.create(application=locked, admitted=False, ground=ground, reason=reason.strip(), by=by, at=at)
        facts = {"ground": ground}
        move(locked, State.INADMISSIBLE, kind="application.found_inadmissible", at=at, by=by, facts=facts)
    return locked
