"""HR's formal check of a file: admissible, or not and why. A refusal is :mod:`applications.second_look`'s: it takes two people."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from applications.drafts import lock
from applications.models import Application, Check, Reopening, Screening, Verdict
from applications.policy_screening import stage_is_over
from applications.states import SCREENED, State
from applications.transitions import move
from journal import clock
from postings.locks import hold_exclusive, hold_shared, refuse_if_cancelled


def authorise(by: User) -> None:
    """Raise PermissionDenied unless ``by`` is HR."""
    if not is_hr(by):
        raise PermissionDenied


def refuse_unless_screenable(application: Application) -> None:
    """Raise ValidationError before closing, or for a file that waits for no examination. The caller holds its lock."""
    refuse_if_cancelled(application.posting)
    if application.posting.closed_at is None:
        raise ValidationError(_("La recevabilité s'examine après la clôture des candidatures."))
    if application.state != State.SUBMITTED:
        state = application.get_state_display()
        raise ValidationError(_("Ce dossier n'attend pas d'examen : il est à l'état « %(state)s ».") % {"state": state})


def _refuse_unless_clear(application: Application) -> None:
    if application.refusal_proposals.filter(answered="").exists():
        raise ValidationError(_("Un refus est proposé : il faut d’abord le confirmer ou le renvoyer."))
    if Check.objects.filter(application=application).exclude(verdict=Verdict.OK).exists():
        raise ValidationError(
            _("La grille de contrôle porte une pièce manquante ou un point douteux : levez-les avant d’admettre.")
        )


def admit(*, application: Application, by: User) -> Application:
    """Find the file admissible.

    Raises PermissionDenied unless ``by`` is HR, ValidationError before closing, out of turn, while a refusal is proposed or
    while the checklist says that something is missing or doubtful. Admitting twice is once.
    """
    authorise(by)
    with transaction.atomic():
        hold_shared(application.posting)
        locked = lock(application)
        if locked.state == State.ADMISSIBLE:
            return locked
        refuse_unless_screenable(locked)
        _refuse_unless_clear(locked)
        at = clock.now()
        Screening.objects.create(application=locked, admitted=True, by=by, at=at)
        move(locked, State.ADMISSIBLE, kind="application.admitted", at=at, by=by, facts={})
    return locked


def reopen(*, application: Application, reason: str, by: User) -> Application:
    """Begin an examination again: the file waits anew, and what had been found stays in its history.

    No letter tells of an examination before the authority's decision, so there is none to recall. Raises PermissionDenied
    unless ``by`` is HR, ValidationError without a reason, for a file that isn't screened, or once the next stage began:
    candidates invited to the exercise, markers drawn, the decision taken. The reason stays out of the journal.
    """
    authorise(by)
    if not reason.strip():
        raise ValidationError({"reason": _("Dites pourquoi l’examen est rouvert.")})
    with transaction.atomic():
        # Alone: drawing the markers and inviting to the exercise hold the same lock, and count the files.
        hold_exclusive(application.posting)
        locked = lock(application)
        if locked.state not in SCREENED:
            raise ValidationError(_("Ce dossier n’a pas d’examen à rouvrir."))
        if stage_is_over(locked):
            raise ValidationError(_("L’étape suivante a commencé : l’examen de recevabilité ne se rouvre plus."))
        at, found = clock.now(), Screening.objects.get(application=locked)
        Reopening.objects.create(
            application=locked,
            reason=reason.strip(),
            by=by,
            at=at,
            admitted=found.admitted,
            ground=found.ground,
            refusal=found.reason,
            screened_by_id=found.by_id,
            screened_at=found.at,
        )
        found.delete()
        move(locked, State.SUBMITTED, kind="application.reopened", at=at, by=by, facts={})
    return locked
