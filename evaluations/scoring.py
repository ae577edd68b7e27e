"""A member's own sheet: marks saved one by one, sealed once, reopened by who presides."""

import re
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from applications.states import State
from evaluations.models import Interview, InterviewNote, Reopening, Score, ScoreSheet, StageClosing
from evaluations.models.marking import MARKS
from evaluations.policy import may_mark, presides
from evaluations.results import interview_is_complete, record_interview
from journal import clock
from journal.append import append
from postings.locks import refuse_if_cancelled
from postings.models import Criterion, InterviewQuestion, Posting, Stage

COMMENT_LENGTH = 1000
APPRECIATION_LENGTH = 3000
NOTE_LENGTH = 3000
_TYPED = re.compile(r"[0-9]{1,2}(\.[0-9]{1,6})?")


class SheetSealed(Exception):
    """The sheet is sealed: nothing on it changes any more."""


class SheetIncomplete(Exception):
    """A sheet is sealed whole: ``missing`` are the criteria without a mark, ``bare`` those whose mark wants a comment."""

    def __init__(self, missing: list[Criterion], bare: list[Criterion]) -> None:
        super().__init__(", ".join(criterion.code for criterion in (*missing, *bare)))
        self.missing = missing
        self.bare = bare


def wants_comment(posting: Posting, value: Decimal | None) -> bool:
    """Whether the mark stands below or above what the posting lets pass without a word; the bars themselves pass."""
    low, high = posting.comment_below, posting.comment_above
    return value is not None and ((low is not None and value < low) or (high is not None and value > high))


def parse_mark(typed: str | Decimal | None) -> Decimal | None:
    """A mark as it was typed, with a comma or a point; nothing typed is no mark. Raises ValidationError."""
    text = str(typed if typed is not None else "").replace(",", ".").strip()
    if not text:
        return None
    if not _TYPED.fullmatch(text) or Decimal(text) not in MARKS:
        raise ValidationError({"value": _("Une note va de 0 à 20, par demi-point : par exemple 13,5.")})
    return Decimal(text)


def _lock_own(sheet: ScoreSheet, by: User) -> ScoreSheet:
    """The member's own open sheet, locked. Raises PermissionDenied, SheetSealed."""
    locked = (
        ScoreSheet.objects.select_for_update(of=("self",))
        .select_related("member", "application__posting")
        .get(pk=sheet.pk)
    )
    if not may_mark(by, locked) or not ScoreSheet.objects.due().filter(pk=locked.pk).exists():
        raise PermissionDenied
    if locked.sealed_at is not None:
        raise SheetSealed
    refuse_if_cancelled(locked.application.posting)
    return locked


def save_score(
    *,
    sheet: ScoreSheet,
    criterion: Criterion,
    value: str | Decimal | None,
    comment: str,
    by: User,
) -> datetime:
    """Keep one mark, 0 to 20 by half points or none yet, and its comment; returns when it was kept.

    Raises PermissionDenied unless the sheet is the person's own and declared free of conflict, SheetSealed,
    ValidationError for anything but a half point.
    """
    mark = parse_mark(value)
    if len(comment) > COMMENT_LENGTH:
        raise ValidationError({"comment": _("Un commentaire compte %(n)d caractères au plus.") % {"n": COMMENT_LENGTH}})
    with transaction.atomic():
        locked = _lock_own(sheet, by)
        if not Score.objects.filter(sheet=locked, criterion=criterion).update(value=mark, comment=comment):
            raise PermissionDenied
        return _touch(locked)


def save_appreciation(*, sheet: ScoreSheet, text: str, by: User) -> datetime:
    """Keep the sheet's general appreciation; returns when. Raises as :func:`save_score`."""
    if len(text) > APPRECIATION_LENGTH:
        message = _("L'appréciation compte %(n)d caractères au plus.") % {"n": APPRECIATION_LENGTH}
        raise ValidationError({"appreciation": message})
    with transaction.atomic():
        locked = _lock_own(sheet, by)
        locked.appreciation = text
        return _touch(locked)


def save_note(*, sheet: ScoreSheet, question: InterviewQuestion, text: str, by: User) -> datetime:
    """Keep what the member noted of the answer to a question, for their eyes alone; returns when.

    Raises as :func:`save_score`; PermissionDenied for a question of another posting, or on a sheet of the blind stage.
    """
    if len(text) > NOTE_LENGTH:
        raise ValidationError({"note": _("Une prise de notes compte %(n)d caractères au plus.") % {"n": NOTE_LENGTH}})
    with transaction.atomic():
        locked = _lock_own(sheet, by)
        if locked.stage != Stage.INTERVIEW or question.posting_id != locked.application.posting_id:
            raise PermissionDenied
        InterviewNote.objects.update_or_create(sheet=locked, question=question, defaults={"text": text})
        return _touch(locked)


def _touch(sheet: ScoreSheet) -> datetime:
    sheet.saved_at = clock.now()
    sheet.save(update_fields=["appreciation", "saved_at"])
    return sheet.saved_at


def _hold_application(sheet: ScoreSheet) -> Application:
    """Lock the file before its sheets, as the lock order says."""
    return Application.objects.select_for_update(of=("self",)).select_related("posting").get(pk=sheet.application_id)


def _refuse_before_interview(application: Application, at: datetime) -> None:
    if not Interview.objects.filter(application=application, starts_at__lte=at).exists():
        raise ValidationError(
            _("L'entretien n'a pas encore commencé : la grille se scelle pendant ou après l'entretien.")
        )


def _refuse_incomplete(scores: list[Score], posting: Posting) -> None:
    missing = [score.criterion for score in scores if score.value is None]
    bare = [s.criterion for s in scores if wants_comment(posting, s.value) and not s.comment.strip()]
    if missing or bare or not scores:
        raise SheetIncomplete(missing, bare)


def seal_sheet(*, sheet: ScoreSheet, by: User) -> ScoreSheet:
    """Seal a complete sheet for good. Sealing twice is once. The last interview sheet closes the interview.

    Raises PermissionDenied unless it is the person's own, SheetIncomplete while a mark lacks or a very low or very high
    one has no comment, ValidationError before the interview begins.
    """
    with transaction.atomic():
        application = _hold_application(sheet)
        try:
            locked = _lock_own(sheet, by)
        except SheetSealed:
            return ScoreSheet.objects.get(pk=sheet.pk)
        scores = list(locked.scores.select_related("criterion"))
        _refuse_incomplete(scores, application.posting)
        at = clock.now()
        if locked.stage == Stage.INTERVIEW:
            _refuse_before_interview(application, at)
        locked.sealed_at = at
        locked.save(update_fields=["sealed_at"])
        facts = {
            "stage": locked.stage,
            "marks": {score.criterion.code: score.value for score in scores},
        }
        append(
            "sheet.sealed",
            at=at,
            actor=by.actor,
            subject=application.subject,
            facts=facts,
        )
        if locked.stage == Stage.INTERVIEW and interview_is_complete(application):
            record_interview(application, at=at, by=by)
    return locked


def _stage_is_closed(application: Application, stage: str) -> bool:
    if stage == Stage.INTERVIEW:
        return application.state != State.SHORTLISTED
    return StageClosing.objects.filter(posting_id=application.posting_id, stage=stage).exists()


def reopen_sheet(*, sheet: ScoreSheet, reason: str, by: User) -> ScoreSheet:
    """Give a sealed sheet back to its member, marks kept.

    Raises PermissionDenied unless ``by`` presides over the file, ValidationError without a reason, for a sheet that
    is not sealed, or once the stage is closed.
    """
    if not presides(by, sheet.application):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError(
            {"reason": _("Dites pourquoi la grille est rouverte : le motif figure au procès-verbal.")}
        )
    with transaction.atomic():
        application = _hold_application(sheet)
        locked = ScoreSheet.objects.select_for_update(of=("self",)).select_related("member__user").get(pk=sheet.pk)
        if locked.sealed_at is None:
            raise ValidationError(_("Cette grille n'est pas scellée."))
        if _stage_is_closed(application, locked.stage):
            raise ValidationError(_("L'étape est close : ses grilles ne se rouvrent plus."))
        locked.sealed_at = None
        locked.save(update_fields=["sealed_at"])
        at = clock.now()
        Reopening.objects.create(sheet=locked, reason=reason.strip(), by=by, at=at)
        facts = {"stage": locked.stage, "member": locked.member.user.actor}
        append("sheet.reopened", at=at, actor=by.actor, subject=application.subject, facts=facts)
    return locked
