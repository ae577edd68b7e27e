"""Closing a stage: exact totals from sealed sheets, and what they decide."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
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
from evaluations.models import Discussion, ScoreSheet, StageClosing, StageResult, ThirdMarker
from evaluations.policy import is_chair, presides
from evaluations.policy_exercise import missed, still_to_sit
from evaluations.ranking import eliminating, mean, spread, weighted_total
from journal import clock
from journal.append import append
from postings.locks import hold_exclusive
from postings.models import Criterion, Posting, Stage


class StageNotReady(Exception):
    """The stage can't close yet; these are the dossier codes that it waits for.

    ``unsealed`` lack a sheet, ``undiscussed`` the talk on a gap, ``thirds`` the drawing of a third marker.
    """

    def __init__(self, unsealed: list[str], undiscussed: list[str], thirds: Sequence[str] = ()) -> None:
        super().__init__(f"unsealed: {unsealed}, undiscussed: {undiscussed}, thirds: {list(thirds)}")
        self.unsealed = unsealed
        self.undiscussed = undiscussed
        self.thirds = list(thirds)


def weights(posting_id: int, stage: str) -> dict[str, Decimal]:
    """The weight of each criterion of the stage, by code."""
    return dict(Criterion.objects.filter(posting_id=posting_id, stage=stage).values_list("code", "weight"))


def sheet_marks(sheet: ScoreSheet) -> dict[str, Decimal]:
    """The marks of a complete sheet, by the criterion's code. Raises ValueError when one is missing."""
    marks: dict[str, Decimal] = {}
    for score in sheet.scores.all():
        if score.value is None:
            raise ValueError("A mark is missing.")
        marks[score.criterion.code] = score.value
    return marks


def sheet_total(sheet: ScoreSheet, by_code: dict[str, Decimal]) -> Decimal:
    """The exact weighted total of a complete sheet, unrounded. Raises ValueError when a mark is missing."""
    return weighted_total(sheet_marks(sheet), by_code)


def sealed_marks(stage: str, files: Iterable[Application]) -> dict[int, list[dict[str, Decimal]]]:
    """The marks of each sheet due and sealed, by the application's key; in a constant number of queries."""
    sheets = ScoreSheet.objects.due().sealed().filter(application__in=[file.pk for file in files], stage=stage)
    marks: dict[int, list[dict[str, Decimal]]] = defaultdict(list)
    for sheet in sheets.prefetch_related("scores__criterion"):
        marks[sheet.application_id].append(sheet_marks(sheet))
    return marks


def sealed_totals(posting: Posting, stage: str, files: Iterable[Application]) -> dict[int, list[Decimal]]:
    """The exact totals of the sealed sheets, by the application's key; in a constant number of queries."""
    by_code = weights(posting.pk, stage)
    marks = sealed_marks(stage, files)
    return defaultdict(list, {pk: [weighted_total(sheet, by_code) for sheet in sheets] for pk, sheets in marks.items()})


def eliminated(posting: Posting, stage: str, files: Iterable[Application]) -> dict[int, list[Criterion]]:
    """The files that a criterion of the stage eliminates, by key, with these criteria: see :func:`ranking.eliminating`.

    In a constant number of queries.
    """
    barred = posting.criteria.filter(stage=stage, eliminatory__isnull=False)
    criteria = {criterion.code: criterion for criterion in barred}
    bars = {code: c.eliminatory for code, c in criteria.items() if c.eliminatory is not None}
    if not bars:
        return {}
    found = {pk: eliminating(marks, bars) for pk, marks in sealed_marks(stage, files).items()}
    return {pk: [criteria[code] for code in codes] for pk, codes in found.items() if codes}


def undiscussed(posting: Posting, stage: str, files: Iterable[Application]) -> list[Application]:
    """The files whose markers differ by more than the posting's threshold, and have not recorded their talk."""
    files = list(files)
    totals = sealed_totals(posting, stage, files)
    talked = set(Discussion.objects.filter(application__in=files, stage=stage).values_list("application_id", flat=True))
    return [f for f in files if f.pk not in talked and spread(totals[f.pk]) > posting.gap_threshold]


def thirds_due(posting: Posting, stage: str, files: Iterable[Application]) -> list[Application]:
    """The files whose gap stands above the threshold although its markers have talked, and no lots were drawn yet."""
    talked = Discussion.objects.filter(application__in=list(files), stage=stage).select_related("application")
    drawn = ThirdMarker.objects.filter(stage=stage).values("application")
    standing = [talk.application for talk in talked.exclude(application__in=drawn)]
    totals = sealed_totals(posting, stage, standing)
    return [file for file in standing if spread(totals[file.pk]) > posting.gap_threshold]


def _refuse_unless_ready(posting: Posting, files: list[Application]) -> None:
    due = ScoreSheet.objects.due().filter(application__in=files, stage=Stage.SKILLS)
    assigned = set(due.values_list("application_id", flat=True))
    unsealed = set(due.unsealed().values_list("application_id", flat=True))
    waiting = [f.dossier_code for f in files if f.pk in unsealed or f.pk not in assigned]
    gaps = [f.dossier_code for f in undiscussed(posting, Stage.SKILLS, files)]
    thirds = [f.dossier_code for f in thirds_due(posting, Stage.SKILLS, files) if f.pk not in unsealed]
    if waiting or gaps or thirds:
        raise StageNotReady(sorted(waiting), sorted(gaps), sorted(thirds))


def _apply_threshold(
    posting: Posting, files: list[Application], out: dict[str, list[str]], at: datetime, by: User
) -> dict[str, Decimal]:
    """Write each file's total and move it; ``out`` are the dossiers eliminated, with the criteria that did."""
    totals = sealed_totals(posting, Stage.SKILLS, files)
    results = {file.dossier_code: mean(totals[file.pk]) for file in files}
    for file in files:
        total = results[file.dossier_code]
        StageResult.objects.create(application=file, stage=Stage.SKILLS, total=total)
        barred = out.get(file.dossier_code, [])
        if total >= posting.skills_threshold and not barred:
            to, kind = State.SHORTLISTED, "application.shortlisted"
        else:
            to, kind = State.NOT_SHORTLISTED, "application.not_shortlisted"
        move(
            file,
            to,
            kind=kind,
            at=at,
            by=by,
            facts={"total": total, "threshold": posting.skills_threshold, "eliminated": barred},
        )
    return results


def _drop_absent(files: list[Application], at: datetime, by: User) -> list[str]:
    """Who did not sit the exercise isn't shortlisted, without a mark. Returns their dossier codes."""
    for file in files:
        facts = {"cause": "exercise_missed"}
        move(file, State.NOT_SHORTLISTED, kind="application.not_shortlisted", at=at, by=by, facts=facts)
    return [file.dossier_code for file in files]


def close_skills(*, posting: Posting, by: User) -> StageClosing:
    """Close the skills stage: the mean of each file's sealed sheets, and the shortlist by the posting's threshold.

    A total at the threshold passes, unless an eliminatory mark bars it; who missed the exercise doesn't. Totals are exact
    until the mean is rounded, once, to four decimals, ties to even; with a third marker it is the mean of all three
    sheets. Closing twice is once. Raises PermissionDenied unless ``by`` is HR or the chair, StageNotReady while a sheet
    is unsealed, a gap undiscussed or a third marker due, ValidationError before intake is closed, every file is screened
    and the exercise is over.
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
        files = list(in_play.select_for_update(of=("self",)).select_related("sitting").order_by("dossier_code"))
        if posting.closed_at is None or any(file.state == State.SUBMITTED for file in files):
            raise ValidationError(_("Tous les dossiers déposés doivent d'abord passer l'examen de recevabilité."))
        if still_to_sit(posting):
            raise ValidationError(_("L’épreuve écrite n’est pas finie pour tous les candidats."))
        marked = [file for file in files if not missed(file)]
        _refuse_unless_ready(posting, marked)
        at = clock.now()
        codes = {file.pk: file.dossier_code for file in marked}
        barred = eliminated(posting, Stage.SKILLS, marked)
        out = {codes[pk]: sorted(c.code for c in criteria) for pk, criteria in barred.items()}
        totals = _apply_threshold(posting, marked, out, at, by)
        absent = _drop_absent([file for file in files if missed(file)], at, by)
        facts = {"totals": totals, "threshold": posting.skills_threshold, "eliminated": out}
        facts |= {"absent": absent} if absent else {}
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
    """Write the interview's result and move the file. In the transaction that holds the application.

    The result is the mean of the sheets due and sealed: a member excused or in conflict owes none, and weighs nothing.
    """
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
