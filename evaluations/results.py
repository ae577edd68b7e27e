"""Closing a stage: exact totals from sealed sheets, and what they decide."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from applications.models import Application
from applications.states import State
from applications.transitions import move
from evaluations.models import Discussion, ScoreSheet, StageClosing, StageResult
from evaluations.policy import is_chair, presides
from evaluations.ranking import mean, spread, weighted_total
from journal import clock
from journal.append import append
from postings.locks import hold_exclusive
from postings.models import Criterion, Posting, Stage


class StageNotReady(Exception):
    """The stage can't close yet; ``unsealed`` and ``undiscussed`` are the dossier codes that it waits for."""

    def __init__(self, unsealed: list[str], undiscussed: list[str]) -> None:
        super().__init__(f"unsealed: {unsealed}, undiscussed: {undiscussed}")
        self.unsealed = unsealed
        self.undiscussed = undiscussed


def weights(posting_id: int, stage: str) -> dict[str, Decimal]:
    """The weight of each criterion of the stage, by code."""
    return dict(Criterion.objects.filter(posting_id=posting_id, stage=stage).values_list("code", "weight"))


def sheet_total(sheet: ScoreSheet, by_code: dict[str, Decimal]) -> Decimal:
    """The exact weighted total of a complete sheet, unrounded. Raises ValueError when a mark is missing."""
    marks: dict[str, Decimal] = {}
    for score in sheet.scores.all():
        if score.value is None:
            raise ValueError("A mark is missing.")
        marks[score.criterion.code] = score.value
    return weighted_total(marks, by_code)


def sealed_totals(posting: Posting, stage: str, files: Iterable[Application]) -> dict[int, list[Decimal]]:
    """The exact totals of the sealed sheets, by the application's key; in a constant number of queries."""
    by_code = weights(posting.pk, stage)
    sheets = ScoreSheet.objects.due().sealed().filter(application__in=[file.pk for file in files], stage=stage)
    totals: dict[int, list[Decimal]] = defaultdict(list)
    for sheet in sheets.prefetch_related("scores__criterion"):
        totals[sheet.application_id].append(sheet_total(sheet, by_code))
    return totals


def undiscussed(posting: Posting, stage: str, files: Iterable[Application]) -> list[Application]:
    """The files whose markers differ by more than the posting's threshold, and have not recorded their talk."""
    files = list(files)
    totals = sealed_totals(posting, stage, files)
    talked = set(Discussion.objects.filter(application__in=files, stage=stage).values_list("application_id", flat=True))
    return [f for f in files if f.pk not in talked and spread(totals[f.pk]) > posting.gap_threshold]


def _refuse_unless_ready(posting: Posting, files: list[Application]) -> None:
    due = ScoreSheet.objects.due().filter(application__in=files, stage=Stage.SKILLS)
    assigned = set(due.values_list("application_id", flat=True))
    unsealed = set(due.unsealed().values_list("application_id", flat=True))
    waiting = [f.dossier_code for f in files if f.pk in unsealed or f.pk not in assigned]
    gaps = [f.dossier_code for f in undiscussed(posting, Stage.SKILLS, files)]
    if waiting or gaps:
        raise StageNotReady(sorted(waiting), sorted(gaps))


def _apply_threshold(posting: Posting, files: list[Application], at: datetime, by: User) -> dict[str, Decimal]:
    totals = sealed_totals(posting, Stage.SKILLS, files)
    results = {file.dossier_code: mean(totals[file.pk]) for file in files}
    for file in files:
        total = results[file.dossier_code]
        StageResult.objects.create(application=file, stage=Stage.SKILLS, total=total)
        if total >= posting.skills_threshold:
            to, kind = State.SHORTLISTED, "application.shortlisted"
        else:
            to, kind = State.NOT_SHORTLISTED, "application.not_shortlisted"
        move(
            file,
            to,
            kind=kind,
            at=at,
            by=by,
            facts={"total": total, "threshold": posting.skills_threshold},
        )
    return results


def close_skills(*, posting: Posting, by: User) -> StageClosing:
    """Close the skills stage: the mean of each file's sealed sheets, and the shortlist by the posting's threshold.

    A total at the threshold passes. Totals are exact until the mean is rounded, once, to four decimals, ties to even.
    Closing twice is once. Raises PermissionDenied unless ``by`` is HR or the chair, StageNotReady while a sheet is
    unsealed or a gap undiscussed, ValidationError before intake is closed or a file is screened.
    """
    if not (is_hr(by) or is_chair(by, posting)):
        raise PermissionDenied
    with transaction.atomic():
        hold_exclusive(posting)
        posting.refresh_from_db()
        done = StageClosing.objects.filter(posting=posting, stage=Stage.SKILLS).first()
        if done is not None:
            return done
        in_play = Application.objects.filter(posting=posting, state__in=(State.SUBMITTED, State.ADMISSIBLE))
        files = list(in_play.select_for_update(of=("self",)).order_by("dossier_code"))
        if posting.closed_at is None or any(file.state == State.SUBMITTED for file in files):
            raise ValidationError(_("Tous les dossiers déposés doivent d'abord passer l'examen de recevabilité."))
        _refuse_unless_ready(posting, files)
        at = clock.now()
        totals = _apply_threshold(posting, files, at, by)
        facts = {"totals": totals, "threshold": posting.skills_threshold}
        append(
            "skills.closed",
            at=at,
            actor=by.actor,
            subject=f"posting:{posting.slug}",
            facts=facts,
        )
        return StageClosing.objects.create(posting=posting, stage=Stage.SKILLS, by=by, at=at)


def interview_is_complete(application: Application) -> bool:
    """Every sheet due is sealed, and enough of them for the quorum."""
    sheets = ScoreSheet.objects.due().filter(application=application, stage=Stage.INTERVIEW)
    return not sheets.unsealed().exists() and sheets.count() >= application.posting.quorum


def record_interview(application: Application, *, at: datetime, by: User) -> Application:
    """Write the interview's result and move the file. In the transaction that holds the application."""
    totals = sealed_totals(application.posting, Stage.INTERVIEW, [application])[application.pk]
    total = mean(totals)
    StageResult.objects.create(application=application, stage=Stage.INTERVIEW, total=total)
    facts = {"total": total, "sheets": len(totals)}
    move(
        application,
        State.INTERVIEWED,
        kind="application.interviewed",
        at=at,
        by=by,
        facts=facts,
    )
    return application


def close_interview(*, application: Application, by: User) -> Application:
    """Close the file's interview, when sealing its last sheet has not done so. Closing twice is once.

    Raises PermissionDenied unless ``by`` is HR or presides over the file, StageNotReady while a sheet is unsealed or
    the quorum is missing.
    """
    if not (is_hr(by) or presides(by, application)):
        raise PermissionDenied
    with transaction.atomic():
        locked = Application.objects.select_for_update(of=("self",)).select_related("posting").get(pk=application.pk)
        if locked.state == State.INTERVIEWED:
            return locked
        if locked.state != State.SHORTLISTED or not interview_is_complete(locked):
            raise StageNotReady([locked.dossier_code], [])
        return record_interview(locked, at=clock.now(), by=by)
