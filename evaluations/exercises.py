"""HR prepares the written exercise, seals its subject and invites the candidates; at its hour the subject opens.

The notice announces « une évaluation des compétences »; a case drawn from the post's duties, the same for all, anonymous and
marked by two, is how competitions do it (Légifrance, JORFARTI000001297198).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import runs_the_jury
from applications.models import Application
from applications.states import State
from evaluations.convening import convene
from evaluations.models import Exercise, Opening, Sitting
from evaluations.policy_exercise import markers_are_drawn
from evaluations.sealing import SealBroken, Sealed, seal, unseal
from journal import clock
from journal.append import append
from postings.locks import hold_exclusive, hold_shared
from postings.models import Posting

logger = logging.getLogger(__name__)
SHORTEST, LONGEST = 15, 600
SUBJECT_LENGTH = 20_000
DOCUMENTS = 12


@dataclass(frozen=True)
class Annex:
    """One document of the file that the subject is worked from."""

    title: str
    text: str


@dataclass(frozen=True)
class Terms:
    """How the exercise is held: how long, and when it opens; ``closes_at``, the last moment to begin, of a window alone."""

    minutes: int
    opening: str
    opens_at: datetime
    closes_at: datetime | None = None


def authorise(by: User | None) -> None:
    """HR, or the system itself for what is loaded by command. Raises PermissionDenied."""
    if by is not None and not runs_the_jury(by):
        raise PermissionDenied


def _refuse_terms(terms: Terms) -> None:
    if not SHORTEST <= terms.minutes <= LONGEST:
        text = _("Une épreuve dure de %(least)s à %(most)s minutes.") % {"least": SHORTEST, "most": LONGEST}
        raise ValidationError({"minutes": text})
    if terms.opens_at <= clock.now():
        raise ValidationError({"opens_at": _("L’ouverture doit être à venir.")})
    if terms.opening == Opening.WINDOW and (terms.closes_at is None or terms.closes_at <= terms.opens_at):
        raise ValidationError({"closes_at": _("La période se ferme après son ouverture.")})
    if terms.opening == Opening.TOGETHER and terms.closes_at is not None:
        raise ValidationError({"closes_at": _("Ouverte à la même heure pour tous, l’épreuve n’a pas de période.")})


def _refuse_words(title: str, subject: str, documents: Sequence[Annex]) -> None:
    if not title.strip() or not subject.strip():
        raise ValidationError({"subject" if title.strip() else "title": _("L’épreuve a un intitulé et un sujet.")})
    if len(subject) > SUBJECT_LENGTH or len(documents) > DOCUMENTS:
        raise ValidationError({"subject": _("Ce sujet est trop long, ou son dossier compte trop de documents.")})
    if any(not annex.title.strip() or not annex.text.strip() for annex in documents):
        raise ValidationError({"documents": _("Chaque document a un titre et un texte.")})


def prepare(
    *,
    posting: Posting,
    title: str,
    instructions: str,
    subject: str,
    documents: Sequence[Annex],
    terms: Terms,
    by: User | None,
) -> Exercise:
    """Write the exercise, or write it anew until it opens; a seal that stood is broken by it, and the register says so.

    Who was invited already is invited again, with the new terms. Raises PermissionDenied unless ``by`` is HR or the system,
    ValidationError for what won't do, before the posting is published, once the exercise has opened or markers are drawn.
    """
    authorise(by)
    _refuse_words(title, subject, documents)
    with transaction.atomic():
        hold_exclusive(posting)
        found = Exercise.objects.select_for_update().filter(posting=posting).first()
        _refuse_terms(terms)
        _refuse_out_of_turn(posting, found)
        at, broken = clock.now(), found.commitment if found else ""
        exercise = found or Exercise(posting=posting)
        exercise.title, exercise.instructions = title.strip(), instructions.strip()
        exercise.subject = subject.strip()
        exercise.documents = [{"title": annex.title.strip(), "text": annex.text.strip()} for annex in documents]
        exercise.minutes, exercise.opening = terms.minutes, terms.opening
        exercise.opens_at, exercise.closes_at = terms.opens_at, terms.closes_at
        exercise.prepared_at, exercise.prepared_by = at, by
        exercise.sealed, exercise.commitment, exercise.sealed_at = "", "", None
        exercise.save()
        facts = {"minutes": terms.minutes, "opens_at": terms.opens_at, "seal_broken": broken}
        append("exercise.prepared", at=at, actor=by.actor if by else "system", subject=posting.subject, facts=facts)
        for sitting in exercise.sittings.select_for_update(of=("self",)).select_related("application__candidate"):
            convene(sitting, at=at, again=True)
    return exercise


def _refuse_out_of_turn(posting: Posting, exercise: Exercise | None) -> None:
    if posting.published_at is None:
        raise ValidationError(_("L’épreuve se prépare une fois l’avis publié."))
    if exercise is not None and exercise.opened_at is not None:
        raise ValidationError(_("L’épreuve s’est ouverte : elle ne change plus."))
    if markers_are_drawn(posting):
        raise ValidationError(_("Les correcteurs sont tirés au sort : il n’y a plus d’épreuve à préparer."))


def discard(*, posting: Posting, by: User) -> None:
    """Give up an exercise that isn't sealed and to which nobody is invited; without one, the answers alone are marked.

    Raises PermissionDenied unless ``by`` is HR, ValidationError otherwise.
    """
    if not runs_the_jury(by):
        raise PermissionDenied
    with transaction.atomic():
        hold_exclusive(posting)
        exercise = Exercise.objects.select_for_update().filter(posting=posting).first()
        if exercise is None:
            return
        if exercise.sealed_at is not None or exercise.sittings.exists():
            raise ValidationError(_("Cette épreuve est scellée, ou des candidats y sont convoqués : elle a lieu."))
        exercise.delete()
        append("exercise.discarded", at=clock.now(), actor=by.actor, subject=posting.subject, facts={})


def seal_subject(*, posting: Posting, by: User | None) -> Exercise:
    """Seal the subject until it opens; the register holds its commitment. Sealing twice is once.

    Raises PermissionDenied unless ``by`` is HR or the system, ValidationError without an exercise or once its hour has come.
    """
    authorise(by)
    with transaction.atomic():
        hold_exclusive(posting)
        exercise = _locked(posting)
        if exercise.sealed_at is not None:
            return exercise
        at = clock.now()
        if at >= exercise.opens_at:
            raise ValidationError(_("L’heure d’ouverture est passée : fixez-en une autre, puis scellez."))
        sealed = seal(exercise.subject, exercise.documents)
        exercise.sealed, exercise.commitment, exercise.sealed_at = sealed.ciphertext, sealed.commitment, at
        exercise.subject, exercise.documents = "", []
        exercise.save()
        facts = {"commitment": sealed.commitment, "minutes": exercise.minutes, "opens_at": exercise.opens_at}
        append("exercise.sealed", at=at, actor=by.actor if by else "system", subject=posting.subject, facts=facts)
    return exercise


def _locked(posting: Posting) -> Exercise:
    exercise = (
        Exercise.objects.select_for_update(of=("self",)).select_related("posting").filter(posting=posting).first()
    )
    if exercise is None:
        raise ValidationError(_("Préparez d’abord l’épreuve."))
    return exercise


def invite_all(*, posting: Posting, by: User) -> list[Sitting]:
    """Invite every admissible candidate who isn't yet, by a letter that says when and how. Returns those invited now.

    Raises PermissionDenied unless ``by`` is HR; ValidationError before the subject is sealed, while a file waits for its
    screening, or once the hour has come.
    """
    if not runs_the_jury(by):
        raise PermissionDenied
    with transaction.atomic():
        hold_exclusive(posting)
        posting.refresh_from_db()
        exercise = _locked(posting)
        at = clock.now()
        _refuse_invitations(exercise, at)
        rows = Application.objects.select_for_update(of=("self",)).select_related("posting", "candidate")
        files = rows.filter(posting=posting, state=State.ADMISSIBLE, sitting=None).order_by("dossier_code")
        invited = [Sitting(exercise=exercise, application=file, invited_at=at, due_at=at) for file in files]
        for sitting in invited:
            convene(sitting, at=at)
            facts = {"opens_at": exercise.opens_at, "minutes": exercise.minutes}
            append("sitting.invited", at=at, actor=by.actor, subject=sitting.application.subject, facts=facts)
    return invited


def _refuse_invitations(exercise: Exercise, at: datetime) -> None:
    posting = exercise.posting
    if exercise.sealed_at is None:
        raise ValidationError(_("Scellez d’abord le sujet."))
    if posting.closed_at is None or posting.applications.filter(state=State.SUBMITTED).exists():
        raise ValidationError(_("Tous les dossiers déposés doivent d’abord passer l’examen de recevabilité."))
    if at >= (exercise.closes_at or exercise.opens_at):
        raise ValidationError(_("L’heure de l’épreuve est passée : personne ne peut plus y être convoqué."))


def open_subject(exercise: Exercise, *, at: datetime) -> Exercise:
    """Open a sealed subject whose hour has come, and tell the register the salt. In the caller's transaction. Twice is once.

    Raises SealBroken when the installation's secret isn't the one that sealed it.
    """
    locked = Exercise.objects.select_for_update(of=("self",)).select_related("posting").get(pk=exercise.pk)
    if locked.opened_at is not None or locked.sealed_at is None or at < locked.opens_at:
        return locked
    opened = unseal(Sealed(locked.sealed, locked.commitment))
    locked.subject, locked.documents, locked.salt = opened.subject, opened.documents, opened.salt
    locked.opened_at = at
    locked.save()
    facts = {"commitment": locked.commitment, "salt": locked.salt}
    append("exercise.opened", at=at, actor="system", subject=locked.posting.subject, facts=facts)
    return locked


def open_due() -> int:
    """Open every sealed subject whose hour has come and to which somebody is invited; how many.

    One that doesn't open is told to the operators and keeps no other waiting; HR prepares it anew, with another hour.
    """
    sealed = Exercise.objects.filter(sealed_at__isnull=False, posting__cancelled_at=None)
    waiting = sealed.filter(opened_at=None, opens_at__lte=clock.now())
    count = 0
    for exercise in waiting.filter(sittings__isnull=False).distinct().select_related("posting"):
        try:
            with transaction.atomic():
                hold_shared(exercise.posting)
                count += open_subject(exercise, at=clock.now()).opened_at is not None
        except SealBroken:
            logger.error("A sealed subject doesn't open with this installation's secret: %s", exercise.posting.slug)
    return count
