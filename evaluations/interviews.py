"""Slots of interviews, who is heard in each, and the invitations.

The whole jury hears every candidate, so slots of one posting never overlap. An interview lasts at least twenty minutes
(Légifrance, LEGIARTI000035815501) and the length that the posting states.
"""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import runs_the_jury
from applications.models import Application
from applications.states import State
from evaluations import jury_sittings
from evaluations.invitations import REMINDER, invite
from evaluations.models import Interview, Rescheduling
from evaluations.policy_late import is_deliberated, skills_are_closed
from evaluations.ranking import lot
from evaluations.sheets import open_sheets
from journal import clock
from journal.append import append
from notices.outbox import call_off
from postings.locks import hold_exclusive
from postings.models import Posting, Stage

SHORTEST = 20


def _authorise(by: User) -> None:
    if not runs_the_jury(by):
        raise PermissionDenied


def _refuse_out_of_turn(posting: Posting) -> None:
    if not skills_are_closed(posting):
        raise ValidationError(_("Les entretiens se fixent après la clôture de l'évaluation des compétences."))
    if is_deliberated(posting):
        raise ValidationError(_("La délibération est close : aucun entretien ne peut plus être fixé."))


def _refuse_bad_time(posting: Posting, starts_at: datetime, minutes: int, *, besides: Interview | None = None) -> None:
    shortest = max(SHORTEST, posting.interview_minutes)
    if minutes < shortest:
        raise ValidationError({"minutes": _("Un entretien dure au moins %(minutes)s minutes.") % {"minutes": shortest}})
    if starts_at <= clock.now():
        raise ValidationError({"starts_at": _("Le créneau doit être à venir.")})
    ends_at = starts_at + timedelta(minutes=minutes)
    others = [slot for slot in posting.interviews.standing() if slot != besides]
    if any(other.starts_at < ends_at and other.ends_at > starts_at for other in others):
        raise ValidationError(
            {"starts_at": _("Ce créneau en chevauche un autre : le jury entend un candidat à la fois.")}
        )
    jury_sittings.refuse_elsewhere(posting, starts_at, ends_at)


def _refuse_nowhere(place: str, link: str) -> None:
    if not place.strip() and not link.strip():
        raise ValidationError({"place": _("Indiquez un lieu ou un lien de visioconférence.")})


def add_slot(
    *, posting: Posting, starts_at: datetime, minutes: int, by: User, place: str = "", link: str = ""
) -> Interview:
    """Open a slot for one interview.

    Raises PermissionDenied unless ``by`` is HR; ValidationError before the skills stage is closed, in the past, too
    short, nowhere, or over another slot.
    """
    return add_slots(posting=posting, starts=[starts_at], minutes=minutes, by=by, place=place, link=link)[0]


def add_slots(
    *, posting: Posting, starts: Sequence[datetime], minutes: int, by: User, place: str = "", link: str = ""
) -> list[Interview]:
    """Open slots of one length that begin at those instants: all of them, or none. Raises as :func:`add_slot`."""
    _authorise(by)
    _refuse_nowhere(place, link)
    with transaction.atomic():
        hold_exclusive(posting)
        _refuse_out_of_turn(posting)
        return [_open_slot(posting, starts_at, minutes, place.strip(), link.strip(), by) for starts_at in starts]


def _open_slot(posting: Posting, starts_at: datetime, minutes: int, place: str, link: str, by: User) -> Interview:
    _refuse_bad_time(posting, starts_at, minutes)
    slot = Interview.objects.create(posting=posting, starts_at=starts_at, minutes=minutes, place=place, link=link)
    jury_sittings.keep(slot)
    facts = {"starts_at": starts_at, "minutes": minutes}
    append("interview.slot_added", at=clock.now(), actor=by.actor, subject=posting.subject, facts=facts)
    return slot


def emptied(slot: Interview, *, at: datetime) -> Interview:
    """The row to give a free slot by. Whoever withdrew keeps theirs, as what happened, and a new one takes its time.

    In the caller's transaction, which holds the posting and the slot.
    """
    if slot.application is None:
        return slot
    named, slot.public_id, slot.vacated_at = slot.public_id, uuid.uuid4(), at
    slot.save(update_fields=["public_id", "vacated_at"])
    successor = Interview.objects.create(
        posting=slot.posting,
        public_id=named,
        starts_at=slot.starts_at,
        minutes=slot.minutes,
        place=slot.place,
        link=slot.link,
    )
    for row in (slot, successor):
        jury_sittings.keep(row)
    return successor


def lock_slot(interview: Interview) -> Interview:
    """The slot's row, held until the transaction's end. Raises ValidationError when it went meanwhile."""
    rows = Interview.objects.standing().select_for_update(of=("self",)).select_related("posting", "application")
    locked = rows.filter(pk=interview.pk).first()
    if locked is None:
        raise ValidationError(_("Ce créneau vient de changer : relisez la liste."))
    return locked


def remove_slot(*, interview: Interview, by: User) -> None:
    """Take away a slot in which nobody is expected.

    Raises PermissionDenied unless ``by`` is HR, ValidationError once a candidate is invited: then it is rescheduled.
    """
    _authorise(by)
    with transaction.atomic():
        hold_exclusive(interview.posting)
        locked = lock_slot(interview)
        if not locked.is_free:
            raise ValidationError(_("Un candidat est convoqué dans ce créneau : reportez l'entretien."))
        at = clock.now()
        facts = {"starts_at": locked.starts_at}
        emptied(locked, at=at).delete()
        append("interview.slot_removed", at=at, actor=by.actor, subject=locked.posting.subject, facts=facts)


def _open_interview_sheets(application: Application) -> None:
    """Give each member without a conflict a sheet for the interview; in the caller's transaction."""
    members = application.posting.panel.members.exclude(declarations__in=application.declarations.filter(conflict=True))
    open_sheets(application, Stage.INTERVIEW, members)


def _lock_candidate(application: Application) -> Application:
    locked = (
        Application.objects.select_for_update(of=("self",))
        .select_related("posting", "candidate")
        .get(pk=application.pk)
    )
    if locked.state != State.SHORTLISTED:
        raise ValidationError(_("Seul un candidat présélectionné est convoqué à un entretien."))
    return locked


def _give(
    interview: Interview, application: Application, *, at: datetime, by: User, facts: dict[str, object]
) -> Interview:
    interview = emptied(interview, at=at)
    interview.application = application
    interview.invited_at = at
    interview.save(update_fields=["application", "invited_at"])
    _open_interview_sheets(application)
    invite(interview, application, at=at)
    facts = {"starts_at": interview.starts_at, "minutes": interview.minutes, **facts}
    append("interview.scheduled", at=at, actor=by.actor, subject=application.subject, facts=facts)
    return interview


def schedule(*, interview: Interview, application: Application, by: User) -> Interview:
    """Give a free slot to a shortlisted candidate, invite them, and open the jury's sheets.

    Raises PermissionDenied unless ``by`` is HR; ValidationError when the slot is taken or past, or the candidate isn't
    shortlisted or already has a slot. The same pair twice is once.
    """
    _authorise(by)
    with transaction.atomic():
        hold_exclusive(interview.posting)
        candidate = _lock_candidate(application)
        locked = lock_slot(interview)
        if locked.application_id == candidate.pk:
            return locked
        _refuse_out_of_turn(locked.posting)
        if not locked.is_free or candidate.posting_id != locked.posting_id:
            raise ValidationError(_("Ce créneau n'est pas libre."))
        if Interview.objects.filter(application=candidate).exists():
            raise ValidationError(_("Ce candidat a déjà un entretien : reportez-le."))
        at = clock.now()
        if locked.starts_at <= at:
            raise ValidationError(_("Ce créneau est passé."))
        return _give(locked, candidate, at=at, by=by, facts={})


def draw(dossiers: list[str], seed: str) -> list[str]:
    """The order that lots give, which anyone can draw again from the journaled seed."""
    return sorted(dossiers, key=lambda dossier: lot(seed, dossier))


def schedule_all(*, posting: Posting, by: User) -> list[Interview]:
    """Draw by lot the order in which the shortlisted who have no slot are heard, and fill the free slots in time order.

    Raises PermissionDenied unless ``by`` is HR, ValidationError when there are fewer free slots than candidates.
    """
    _authorise(by)
    with transaction.atomic():
        hold_exclusive(posting)
        _refuse_out_of_turn(posting)
        at = clock.now()
        waiting = (
            Application.objects.select_for_update(of=("self",)).select_related("posting", "candidate").order_by("pk")
        )
        candidates = {
            c.dossier_code: c for c in waiting.filter(posting=posting, state=State.SHORTLISTED, interview=None)
        }
        free = list(posting.interviews.free().filter(starts_at__gt=at).select_related("posting", "application"))
        if len(free) < len(candidates):
            missing = len(candidates) - len(free)
            raise ValidationError(
                _("Il manque %(count)s créneau(x) libre(s) pour entendre chacun.") % {"count": missing}
            )
        seed = secrets.token_hex(16)
        order = draw(list(candidates), seed)
        return [
            _give(slot, candidates[dossier], at=at, by=by, facts={"seed": seed, "drawn": position})
            for position, (slot, dossier) in enumerate(zip(free, order, strict=False), start=1)
        ]


def _move_slot(interview: Interview, starts_at: datetime, minutes: int, place: str, link: str) -> None:
    interview.starts_at, interview.minutes = starts_at, minutes
    interview.place, interview.link = place.strip(), link.strip()
    interview.sequence += 1
    interview.absent_at = None
    interview.save()
    jury_sittings.keep(interview)


def reschedule(
    *, interview: Interview, starts_at: datetime, minutes: int, reason: str, by: User, place: str = "", link: str = ""
) -> Interview:
    """Move a candidate's interview, onto a free slot or not, telling them why; their calendar replaces the old event.

    Raises PermissionDenied unless ``by`` is HR; ValidationError without a reason, or when the new time won't do. The
    reason stays out of the journal: it may tell of the person.
    """
    _authorise(by)
    _refuse_nowhere(place, link)
    if not reason.strip():
        raise ValidationError({"reason": _("Motivez le report : le candidat lira ces mots.")})
    with transaction.atomic():
        hold_exclusive(interview.posting)
        locked = lock_slot(interview)
        if locked.application is None:
            raise ValidationError(_("Personne n'est convoqué dans ce créneau."))
        candidate = _lock_candidate(locked.application)
        _refuse_out_of_turn(locked.posting)
        at, previous = clock.now(), locked.starts_at
        if taken := locked.posting.interviews.free().select_related("application").filter(starts_at=starts_at).first():
            emptied(taken, at=at).delete()
        _refuse_bad_time(locked.posting, starts_at, minutes, besides=locked)
        _move_slot(locked, starts_at, minutes, place, link)
        Rescheduling.objects.create(
            interview=locked, previous=previous, starts_at=starts_at, reason=reason.strip(), by=by, at=at
        )
        call_off(kind=REMINDER, subject=candidate.subject, at=at)
        invite(locked, candidate, at=at, reason=reason.strip())
        facts = {"from": previous, "to": starts_at, "minutes": minutes}
        append("interview.rescheduled", at=at, actor=by.actor, subject=candidate.subject, facts=facts)
    return locked
