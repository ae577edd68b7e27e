"""A candidate's recourse (recours gracieux) against the decision, within the posting's period, and its reasoned answer.

Loi 41-90, article 23: an administrative recourse is made within the sixty days that open the one before the court; the court's
sixty days then run anew from the answer, and more than sixty days of silence are a refusal. The period is one of clear
days, as in the code of civil procedure (article 512): see :func:`applications.exchanges.delays.last_day_of_clear`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from applications.drafts import lock
from applications.exchanges.delays import end_of, last_day, last_day_of_clear
from applications.models import Application, Objection, ObjectionAssignment, ObjectionOutcome
from applications.policy import refuse_unless_owner
from applications.policy_exchanges import decision_letter, may_answer_objection, may_be_given
from journal import clock
from journal.append import append
from journal.merkle import leaf_hash
from journal.models import Entry
from notices.outbox import enqueue
from postings.locks import hold_shared
from postings.models import Posting

ATTEMPTS_KEPT = 20


@dataclass(frozen=True)
class Period:
    """When a recourse may be lodged: from the letter's release, until ``last_day`` is over at ``ends_at``."""

    opened_at: datetime
    last_day: date
    ends_at: datetime


class NoDecision(Exception):
    """No decision was told to the candidate yet: there is nothing to object to."""


class PeriodOver(Exception):
    """The recourse came after the last day, by the clock of record."""

    def __init__(self, at: datetime, period: Period) -> None:
        super().__init__(f"{at.isoformat()} >= {period.ends_at.isoformat()}")
        self.at = at
        self.period = period


class Pending(Exception):
    """Another recourse awaits its answer."""


def period(application: Application) -> Period | None:
    """The period of the candidate's recourse; none before their decision's letter is released."""
    letter = decision_letter(application)
    if letter is None or letter.released_at is None:
        return None
    last = last_day_of_clear(letter.released_at, application.posting.objection_days)
    return Period(opened_at=letter.released_at, last_day=last, ends_at=end_of(last))


def answer_by(objection: Objection) -> date:
    """The last day on which an answer comes in time, by the posting's own period."""
    return last_day(objection.lodged_at, objection.application.posting.objection_answer_days)


def days_left(objection: Objection, at: datetime) -> int:
    """Whole days until :func:`answer_by`; negative once silence has refused."""
    return (answer_by(objection) - timezone.localdate(at, clock.zone())).days


def overdue(posting: Posting) -> list[Objection]:
    """The recourses that have waited past their last day for an answer, the oldest first; in one query."""
    at = clock.now()
    waiting = Objection.objects.filter(application__posting=posting, answered_at=None)
    found = waiting.select_related("application__posting").order_by("lodged_at")
    return [objection for objection in found if days_left(objection, at) < 0]


def assign(*, objection: Objection, officer: User, by: User) -> ObjectionAssignment:
    """Give a recourse to an officer to answer; anew, to another. The same officer twice is once.

    Raises PermissionDenied unless ``by`` is HR, ValidationError for who isn't of HR's or took the act that is disputed, and
    once it is answered.
    """
    if not is_hr(by):
        raise PermissionDenied
    with transaction.atomic():
        found = Objection.objects.select_for_update().get(pk=objection.pk)
        latest = found.assignments.last()
        if latest is not None and latest.officer_id == officer.pk:
            return latest
        if found.answered_at is not None:
            raise ValidationError(_("Ce recours a déjà reçu sa réponse."))
        if not may_be_given(officer, found) or not officer.is_active:
            raise ValidationError(
                {
                    "officer": _(
                        "Cette personne a déclaré le dossier irrecevable, ou n’est pas du bureau : choisissez-en une autre."
                    )
                }
            )
        at = clock.now()
        facts = {"officer": officer.actor}
        append("objection.assigned", at=at, actor=by.actor, subject=found.application.subject, facts=facts)
        return ObjectionAssignment.objects.create(objection=found, officer=officer, by=by, at=at)


def lodge(*, application: Application, grounds: str, by: User) -> Objection:
    """Lodge a recourse, and owe its receipt. One at a time; the same grounds twice are once.

    Raises Http404 for anyone but the candidate, NoDecision before their letter, PeriodOver after the last day (recorded
    first), Pending while another awaits its answer, ValidationError without grounds.
    """
    refuse_unless_owner(by, application)
    words = grounds.strip()
    if not words:
        raise ValidationError({"grounds": _("Dites ce que vous contestez, et pourquoi.")})
    try:
        with transaction.atomic():
            hold_shared(application.posting)
            locked = lock(application)
            last = locked.objections.last()
            if last is not None and last.grounds == words:
                return last
            at = clock.now()
            _refuse_unless_open(locked, at)
            if last is not None and last.answered_at is None:
                raise Pending
            return _lodge(locked, words, by, at)
    except PeriodOver as late:
        _record_late_attempt(application, late, by)
        raise


def _refuse_unless_open(application: Application, at: datetime) -> None:
    found = period(application)
    if found is None:
        raise NoDecision
    if at >= found.ends_at:
        raise PeriodOver(at, found)


def _lodge(application: Application, words: str, by: User, at: datetime) -> Objection:
    objection = Objection.objects.create(application=application, grounds=words, lodged_at=at)
    entry = append("objection.lodged", at=at, actor=by.actor, subject=application.subject, facts={})
    last = end_of(answer_by(objection))
    _owe(objection, "objection_received", {"lodged_at": at.isoformat(), "answer_due_at": last.isoformat()}, entry, at)
    return objection


def _owe(objection: Objection, kind: str, context: dict[str, str], entry: Entry, at: datetime) -> None:
    application = objection.application
    enqueue(
        key=f"{kind}:{objection.public_id}",
        kind=kind,
        to=application.candidate,
        context={
            "post": application.posting.title,
            "dossier": application.dossier_code,
            "name": application.full_name,
            "entry_hash": leaf_hash(entry.body.encode()).hex(),
            **context,
        },
        at=at,
        campaign=application.posting.slug,
        subject=application.subject,
    )


def _record_late_attempt(application: Application, late: PeriodOver, by: User) -> None:
    """After the rollback, so that the record of the refusal stands."""
    subject = application.subject
    if Entry.objects.filter(kind="objection.refused_late", subject=subject).count() >= ATTEMPTS_KEPT:
        return
    with transaction.atomic():
        facts = {"ends_at": late.period.ends_at}
        append("objection.refused_late", at=late.at, actor=by.actor, subject=subject, facts=facts)


def check_answer(*, objection: Objection, outcome: str, answer: str, by: User) -> None:
    """Whether the answer would do, before anyone gives it. Raises as :func:`answer`."""
    if not is_hr(by):
        raise PermissionDenied
    if outcome not in ObjectionOutcome.values:
        raise ValidationError({"outcome": _("Choisissez la suite donnée au recours.")})
    if not answer.strip():
        raise ValidationError({"answer": _("Motivez la réponse : le candidat lira ces mots dans sa lettre.")})
    if objection.answered_at is not None:
        raise ValidationError(_("Ce recours a déjà reçu sa réponse."))
    if may_be_given(by, objection) and not may_answer_objection(by, objection):
        raise ValidationError(_("Ce recours est confié à une autre personne du bureau : elle y répond, ou le rend."))
    if not may_answer_objection(by, objection):
        raise ValidationError(
            _("Vous avez déclaré ce dossier irrecevable : une autre personne du bureau répond à ce recours.")
        )


def answer(*, objection: Objection, outcome: str, answer: str, by: User) -> Objection:
    """Answer a recourse, once, with reasons that the candidate reads in a letter. The same answer twice is once.

    The decision itself stands as it was taken: what a recourse that is upheld leads to, the answer says in words.
    Raises PermissionDenied unless ``by`` is HR, ValidationError for the person who found the file inadmissible, for anyone
    but whom it was given to, without an outcome or reasons, or when it is answered otherwise already.
    """
    words = answer.strip()
    with transaction.atomic():
        found = Objection.objects.select_for_update().get(pk=objection.pk)
        if is_hr(by) and found.answered_at is not None and (found.outcome, found.answer) == (outcome, words):
            return found
        check_answer(objection=found, outcome=outcome, answer=words, by=by)
        return _answer(found, outcome, words, by)


def _answer(objection: Objection, outcome: str, words: str, by: User) -> Objection:
    at = clock.now()
    objection.outcome, objection.answer, objection.answered_at, objection.answered_by = outcome, words, at, by
    objection.save()
    facts = {"outcome": str(outcome)}
    entry = append("objection.answered", at=at, actor=by.actor, subject=objection.application.subject, facts=facts)
    context = {
        "lodged_at": objection.lodged_at.isoformat(),
        "answered_at": at.isoformat(),
        "outcome": str(outcome),
        "reasons": words,
    }
    _owe(objection, "objection_answered", context, entry, at)
    return objection
