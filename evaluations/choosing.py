"""A candidate exchanges their slot for a free one, while HR leaves them the choice; or says that they can come to none.

The order of the interviews is drawn by lot: choosing starts from there, and takes only what nobody else was given.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import runs_the_jury
from applications.models import Application
from applications.policy import refuse_unless_owner
from applications.states import State
from evaluations import jury_sittings
from evaluations.interviews import emptied, lock_slot
from evaluations.invitations import REMINDER, invite
from evaluations.models import ChoiceWindow, Interview, Unavailability
from evaluations.policy_late import is_deliberated, skills_are_closed
from journal import clock
from journal.append import append
from notices.outbox import call_off
from postings.locks import hold_exclusive
from postings.models import Posting

#: What a slot is, beside who is heard in it.
_SLOT = ("public_id", "starts_at", "minutes", "place", "link")
MESSAGES_KEPT = 5


class SlotTaken(Exception):
    """Somebody else has the slot, or HR took it away."""


class ChoiceClosed(Exception):
    """HR doesn't leave the choice, or it is too late for one of the two slots."""


def choice_is_open(posting: Posting) -> bool:
    """Whether HR lets candidates exchange their slots."""
    return ChoiceWindow.objects.filter(posting=posting, closed_at=None).exists()


def last_moment(posting: Posting, starts_at: datetime) -> datetime:
    """The instant before which a slot that begins then may be left or taken."""
    return starts_at - timedelta(hours=posting.slot_change_hours)


def may_leave(interview: Interview, *, at: datetime) -> bool:
    """Whether the candidate may still give up their slot for another."""
    posting, application = interview.posting, interview.application
    expected = application is not None and application.state == State.SHORTLISTED
    return expected and at < last_moment(posting, interview.starts_at) and choice_is_open(posting)


def choosable(posting: Posting, *, at: datetime) -> list[Interview]:
    """The free slots that are far enough to be taken at that instant."""
    return list(posting.interviews.free().filter(starts_at__gt=at + timedelta(hours=posting.slot_change_hours)))


def open_choice(*, posting: Posting, by: User) -> ChoiceWindow:
    """Let the invited exchange their slot for a free one. Twice is once.

    Raises PermissionDenied unless ``by`` is HR, ValidationError out of the interviews' time.
    """
    if not runs_the_jury(by):
        raise PermissionDenied
    with transaction.atomic():
        hold_exclusive(posting)
        if not skills_are_closed(posting) or is_deliberated(posting):
            raise ValidationError(_("Le choix s'ouvre entre la clôture des compétences et celle de la délibération."))
        at = clock.now()
        window, opened = ChoiceWindow.objects.get_or_create(
            posting=posting, closed_at=None, defaults={"opened_at": at, "opened_by": by}
        )
        if opened:
            facts = {"hours": posting.slot_change_hours}
            append("interview.choice_opened", at=at, actor=by.actor, subject=posting.subject, facts=facts)
    return window


def close_choice(*, posting: Posting, by: User) -> None:
    """End the choice: each keeps the slot that they have. Twice is once. Raises PermissionDenied unless ``by`` is HR."""
    if not runs_the_jury(by):
        raise PermissionDenied
    with transaction.atomic():
        hold_exclusive(posting)
        at = clock.now()
        if ChoiceWindow.objects.filter(posting=posting, closed_at=None).update(closed_at=at, closed_by=by):
            append("interview.choice_closed", at=at, actor=by.actor, subject=posting.subject, facts={})


def _lock(interview: Interview, by: User) -> tuple[Application, Interview]:
    """The file and its interview, as they stand now. Raises Http404 for anyone but the candidate."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("posting", "candidate")
    application = get_object_or_404(rows, interview=interview)
    refuse_unless_owner(by, application)
    return application, lock_slot(interview)


def _exchange(own: Interview, free: Interview, *, at: datetime) -> None:
    """Give the candidate's interview the free slot, and leave its own slot free."""
    left = {name: getattr(own, name) for name in _SLOT}
    taken = {name: getattr(free, name) for name in _SLOT}
    free.delete()  # first: no two slots stand at one time
    for name, value in taken.items():
        setattr(own, name, value)
    own.sequence += 1
    own.invited_at = at
    own.save()
    for slot in (own, Interview.objects.create(posting=own.posting, **left)):
        jury_sittings.keep(slot)


def choose_slot(*, interview: Interview, public_id: UUID, by: User) -> Interview:
    """Exchange the candidate's slot for the free one so named, and invite them anew. Their own slot is no change.

    Raises Http404 for anyone but the candidate, SlotTaken when somebody else was quicker, ChoiceClosed when HR doesn't
    leave the choice or the earlier of the two slots is too near.
    """
    with transaction.atomic():
        hold_exclusive(interview.posting)
        application, own = _lock(interview, by)
        if own.public_id == public_id:
            return own
        at = clock.now()
        if not may_leave(own, at=at):
            raise ChoiceClosed
        wanted = Interview.objects.free().filter(posting=own.posting, public_id=public_id).first()
        if wanted is None:
            raise SlotTaken
        if at >= last_moment(own.posting, wanted.starts_at):
            raise ChoiceClosed
        previous = own.starts_at
        _exchange(own, emptied(lock_slot(wanted), at=at), at=at)
        call_off(kind=REMINDER, subject=application.subject, at=at)
        invite(own, application, at=at, reason=_("vous avez choisi ce créneau dans votre espace candidat."))
        facts = {"from": previous, "to": own.starts_at, "minutes": own.minutes}
        append("interview.chosen", at=at, actor=by.actor, subject=application.subject, facts=facts)
    return own


def report_unavailability(*, interview: Interview, reason: str, by: User) -> Unavailability:
    """Tell HR that the candidate can come to none of the slots, in their own words. The same words twice are once.

    The words stay out of the journal: they may tell of the person. Raises Http404 for anyone but the candidate,
    ValidationError without words, after too many of them, or once the interview has begun.
    """
    words = reason.strip()
    if not words:
        raise ValidationError({"reason": _("Dites-nous ce qui vous empêche de venir, et quand vous pourriez.")})
    with transaction.atomic():
        hold_exclusive(interview.posting)
        application, own = _lock(interview, by)
        at = clock.now()
        if application.state != State.SHORTLISTED or at >= own.starts_at:
            raise ValidationError(_("Cet entretien n'est plus à venir : écrivez-nous."))
        said = own.unanswered
        if same := [message for message in said if message.reason == words]:
            return same[0]
        if len(said) >= MESSAGES_KEPT:
            raise ValidationError(_("Nous avons déjà plusieurs messages de vous : nous vous répondons bientôt."))
        message = Unavailability.objects.create(interview=own, sequence=own.sequence, reason=words, at=at)
        facts = {"starts_at": own.starts_at}
        append("interview.unavailable", at=at, actor=by.actor, subject=application.subject, facts=facts)
    return message
