"""What a decision letter says: the file's outcome, its reasons in the words that its candidate reads, its marks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import dateformat, timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from applications.states import State
from evaluations.policy_exercise import missed
from evaluations.results import eliminated
from journal.merkle import leaf_hash
from notices import outbox
from postings.models import Criterion, Stage


def _mark(value: Decimal) -> str:
    """A total as a letter says it: four decimals at most, a comma, no idle zeros."""
    return number_format(value.normalize() if value else Decimal(0), use_l10n=True)


def _totals(application: Application, jury_total: str) -> dict[str, str]:
    found = {result.stage: _mark(result.total) for result in application.results.all()}
    return {**found, **({"total": jury_total} if jury_total else {})}


def letter_context(
    application: Application, *, outcome: str, rank: int | None, reasons: str, at: datetime, entry_hash: str
) -> dict[str, Any]:
    """What the letter of a decision on a file is made of."""
    ranked = getattr(application, "ranked", None)
    return {
        "post": application.posting.title,
        "dossier": application.dossier_code,
        "name": application.full_name,
        "outcome": outcome,
        "rank": rank,
        "reasons": reasons,
        "decided_at": at.isoformat(),
        "reserve_ends_at": (at + timedelta(days=application.posting.reserve_days)).isoformat(),
        "totals": _totals(application, _mark(ranked.total) if ranked else ""),
        "entry_hash": entry_hash,
    }


def owe(
    application: Application, *, outcome: str, rank: int | None, reasons: str, at: datetime, prepared_by: User | None
) -> None:
    entry = application.moves.select_related("entry").order_by("-id")[0].entry
    entry_hash = leaf_hash(entry.body.encode()).hex()
    context = letter_context(application, outcome=outcome, rank=rank, reasons=reasons, at=at, entry_hash=entry_hash)
    outbox.enqueue(
        key=f"decision:{application.dossier_code}",
        kind="decision",
        to=application.candidate,
        context=context,
        at=at,
        campaign=application.posting.slug,
        subject=application.subject,
        prepared_by=prepared_by,
    )


def _absent_words(application: Application) -> str:
    """Why who did not sit the exercise was not marked."""
    text = _(
        "Vous étiez convoqué·e à l'épreuve écrite, ouverte le %(when)s, et ne l'avez pas passée. "
        "Cette épreuve étant la même pour tous, votre dossier n'a pas été noté."
    )
    return text % {"when": when(application.sitting.exercise.opens_at)}


def early_reasons(application: Application) -> str:
    """Why a file left before the interviews, in the words that its candidate reads."""
    if application.state == State.INADMISSIBLE:
        return application.screening.reason
    if missed(application):
        return _absent_words(application)
    barred = eliminated(application.posting, Stage.SKILLS, [application]).get(application.pk)
    if barred:
        return elimination(Stage.SKILLS, barred)
    total = application.results.get(stage=Stage.SKILLS).total
    text = _(
        "À l'évaluation des compétences, notée sans connaître votre nom, votre dossier a obtenu %(total)s sur 20 ; "
        "le seuil de présélection, fixé par l'avis, est de %(threshold)s sur 20."
    )
    return text % {"total": _mark(total), "threshold": _mark(application.posting.skills_threshold)}


def elimination(stage: Stage, barred: Sequence[Criterion]) -> str:
    """Which eliminatory marks bar a file, in the words that its candidate reads."""
    at = _("À l'évaluation des compétences, notée sans connaître votre nom")
    criteria = " ; ".join(f"« {c.label} » ({_mark(c.eliminatory or Decimal(0))} sur 20)" for c in barred)
    text = _(
        "%(stage)s, la moyenne de vos notes est inférieure à la note éliminatoire fixée par l'avis : %(criteria)s."
    )
    return text % {"stage": _("À l'entretien") if stage == Stage.INTERVIEW else at, "criteria": criteria}


def when(instant: datetime) -> str:
    return dateformat.format(timezone.localtime(instant), "l j F Y à\u00a0H\u00a0\\h\u00a0i")
