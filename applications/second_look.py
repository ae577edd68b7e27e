"""A second pair of eyes on each refusal: one officer proposes it, another confirms it or sends it back."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.drafts import lock
from applications.models import Answered, Application, RefusalProposal, Screening
from applications.models.events import Ground
from applications.screening import authorise, refuse_unless_screenable
from applications.states import State
from applications.transitions import move
from journal import clock
from journal.append import append
from postings.locks import hold_shared


def propose(*, application: Application, ground: str, reason: str, by: User) -> RefusalProposal:
    """Propose to find the file inadmissible, on a ground from the list and with a reason that the candidate will read.

    The file doesn't move. Proposing the same twice is once. Raises PermissionDenied unless ``by`` is HR, ValidationError
    for a missing ground or reason, before closing, out of turn, or while another refusal is proposed. The reason itself
    stays out of the journal: it may tell of the person.
    """
    authorise(by)
    words = reason.strip()
    if ground not in Ground.values:
        raise ValidationError({"ground": _("Choisissez un motif dans la liste.")})
    if not words:
        raise ValidationError({"reason": _("Motivez le refus : le candidat lira ces mots dans sa lettre.")})
    with transaction.atomic():
        hold_shared(application.posting)
        locked = lock(application)
        refuse_unless_screenable(locked)
        waiting = locked.refusal_proposals.filter(answered="").first()
        if waiting and (waiting.ground, waiting.reason, waiting.by_id) == (ground, words, by.pk):
            return waiting
        if waiting:
            raise ValidationError(_("Un refus est déjà proposé pour ce dossier : il attend un second regard."))
        at = clock.now()
        proposal = RefusalProposal.objects.create(application=locked, ground=ground, reason=words, by=by, at=at)
        append("screening.refusal_proposed", at=at, actor=by.actor, subject=locked.subject, facts={"ground": ground})
    return proposal


def confirm(*, proposal: RefusalProposal, by: User) -> Application:
    """Confirm a refusal that someone else proposed: only then is the file inadmissible. Twice is once.

    Raises PermissionDenied unless ``by`` is HR, ValidationError for who proposed it, once it was sent back, or out of turn.
    """
    authorise(by)
    with transaction.atomic():
        locked, found = _locked(proposal)
        if found.answered == Answered.CONFIRMED:
            return locked
        _refuse_if_answered(found)
        if found.by_id == by.pk:
            raise ValidationError(
                _("Vous avez proposé ce refus : une autre personne du bureau doit le relire et le confirmer.")
            )
        refuse_unless_screenable(locked)
        at = _answer(found, Answered.CONFIRMED, by)
        facts = {"ground": found.ground, "proposed_by": found.by.actor}
        Screening.objects.create(
            application=locked, admitted=False, ground=found.ground, reason=found.reason, by=by, at=at
        )
        move(locked, State.INADMISSIBLE, kind="application.found_inadmissible", at=at, by=by, facts=facts)
    return locked


def send_back(*, proposal: RefusalProposal, remark: str, by: User) -> RefusalProposal:
    """Send a proposed refusal back, with a remark for its author; who proposed it may take it back so. Twice is once.

    Raises PermissionDenied unless ``by`` is HR, ValidationError without a remark or once it was confirmed.
    """
    authorise(by)
    if not remark.strip():
        raise ValidationError({"remark": _("Dites en quelques mots pourquoi ce refus est renvoyé.")})
    with transaction.atomic():
        locked, found = _locked(proposal)
        if found.answered == Answered.SENT_BACK:
            return found
        _refuse_if_answered(found)
        found.remark = remark.strip()
        at = _answer(found, Answered.SENT_BACK, by)
        facts = {"ground": found.ground}
        append("screening.refusal_sent_back", at=at, actor=by.actor, subject=locked.subject, facts=facts)
    return found


def _locked(proposal: RefusalProposal) -> tuple[Application, RefusalProposal]:
    hold_shared(proposal.application.posting)
    locked = lock(proposal.application)
    return locked, RefusalProposal.objects.select_for_update(of=("self",)).select_related("by").get(pk=proposal.pk)


def _refuse_if_answered(proposal: RefusalProposal) -> None:
    if proposal.answered:
        raise ValidationError(_("Ce refus proposé a déjà reçu sa réponse."))


def _answer(proposal: RefusalProposal, answered: Answered, by: User) -> datetime:
    at = clock.now()
    proposal.answered, proposal.answered_by, proposal.answered_at = answered, by, at
    proposal.save(update_fields=["answered", "answered_by", "answered_at", "remark"])
    return at
