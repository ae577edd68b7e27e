"""The authority's decision on the whole procedure, and the letter that it owes to every candidate.

One post, so one candidate retained at most; the others heard go on a complementary list in order, or are not retained.
The list is valid for the time that the posting states (Légifrance, LEGIARTI000035815501).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import dateformat, timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_authority
from applications.models import Application
from applications.states import DECIDED_BEFORE_THE_END, State
from applications.transitions import move
from evaluations import act_of_decision
from evaluations.absence import ABSENT
from evaluations.models import Decision, DecisionDraft, DecisionOutcome, Ruling
from evaluations.policy_exercise import missed
from evaluations.policy_late import minutes_are_final
from evaluations.results import eliminated
from journal import clock
from journal.append import append
from journal.merkle import leaf_hash
from notices import outbox
from postings.locks import hold_exclusive
from postings.models import Criterion, Posting, Stage

_MOVES = {
    DecisionOutcome.RETAINED: (State.RETAINED, "application.retained"),
    DecisionOutcome.RESERVE: (State.RESERVE, "application.reserved"),
    DecisionOutcome.NOT_RETAINED: (State.NOT_RETAINED, "application.not_retained"),
}


class AlreadyDecided(Exception):
    """The authority has decided otherwise already; a decision is taken once."""

    def __init__(self, ruling: Ruling) -> None:
        super().__init__("The authority has already decided.")
        self.ruling = ruling


@dataclass(frozen=True)
class Choice:
    """What the authority chooses for one file; ``rank``, from 1, on the complementary list alone."""

    dossier: str
    outcome: str
    reasons: str
    rank: int | None = None


def _of(choices: Sequence[Choice], outcome: DecisionOutcome) -> list[Choice]:
    return sorted((c for c in choices if c.outcome == outcome), key=lambda c: c.rank or 0)


def departs(choices: Sequence[Choice], jury_order: Sequence[str]) -> bool:
    """Whether the choices leave the jury's order: someone is passed over, or nobody is retained of those proposed."""
    retained = _of(choices, DecisionOutcome.RETAINED)
    chosen = [c.dossier for c in (*retained, *_of(choices, DecisionOutcome.RESERVE))]
    return chosen != list(jury_order[: len(chosen)]) or (not retained and bool(jury_order))


def _refuse_choices(choices: Sequence[Choice], jury_order: Sequence[str], departure: str) -> None:
    if sorted(c.dossier for c in choices) != sorted(jury_order):
        raise ValidationError(_("La liste des candidats a changé : relisez la proposition et décidez pour chacun."))
    if any(c.outcome not in DecisionOutcome.values for c in choices):
        raise ValidationError({"outcome": _("Choisissez une décision pour chaque candidat.")})
    if any(not c.reasons.strip() for c in choices):
        raise ValidationError({"reasons": _("Motivez chaque décision : le candidat lira ces mots.")})
    retained, reserve = _of(choices, DecisionOutcome.RETAINED), _of(choices, DecisionOutcome.RESERVE)
    if len(retained) > 1:
        raise ValidationError({"outcome": _("Il y a un seul poste : une seule candidature est retenue.")})
    if reserve and not retained:
        raise ValidationError({"outcome": _("Une liste complémentaire suppose une candidature retenue.")})
    if [c.rank for c in reserve] != list(range(1, len(reserve) + 1)):
        raise ValidationError({"rank": _("Les rangs de la liste complémentaire se suivent : 1, 2, 3…")})
    if any(c.rank is not None for c in choices if c.outcome != DecisionOutcome.RESERVE):
        raise ValidationError({"rank": _("Seule la liste complémentaire a des rangs.")})
    if departs(choices, jury_order) and not departure.strip():
        raise ValidationError(
            {"departure": _("Cette décision s'écarte de l'ordre proposé par le jury : motivez l'écart.")}
        )


def _same(ruling: Ruling, choices: Sequence[Choice]) -> bool:
    ranked = ruling.decisions.filter(application__ranked__isnull=False).select_related("application")
    taken = {(d.application.dossier_code, d.outcome, d.rank) for d in ranked}
    return taken == {(c.dossier, c.outcome, c.rank) for c in choices}


def undecided(posting: Posting) -> list[Application]:
    """The files heard and ranked that await the authority, in the jury's order; one that withdrew is no more."""
    files = Application.objects.filter(posting=posting, state=State.INTERVIEWED, ranked__isnull=False)
    return list(files.select_related("candidate", "posting", "ranked").order_by("ranked__rank"))


def check(*, posting: Posting, choices: Sequence[Choice], departure: str = "") -> None:
    """Whether the choices would do, before anyone decides. Raises ValidationError as :func:`decide`."""
    _refuse_choices(choices, [file.dossier_code for file in undecided(posting)], departure)


def _lock_files(posting: Posting) -> dict[str, Application]:
    owed = Q(state__in=[State.INTERVIEWED, *sorted(DECIDED_BEFORE_THE_END)]) | ABSENT
    files = Application.objects.select_for_update(of=("self",)).filter(owed, posting=posting)
    return {f.dossier_code: f for f in files.select_related("candidate", "posting").order_by("dossier_code")}


def _mark(value: Decimal) -> str:
    """A total as a letter says it: four decimals at most, a comma, no idle zeros."""
    return number_format(value.normalize() if value else Decimal(0), use_l10n=True)


def _totals(application: Application, jury_total: str) -> dict[str, str]:
    found = {result.stage: _mark(result.total) for result in application.results.all()}
    return {**found, **({"total": jury_total} if jury_total else {})}


def _owe_letter(application: Application, *, outcome: str, rank: int | None, reasons: str, at: datetime) -> None:
    move_entry = application.moves.select_related("entry").order_by("-id")[0].entry
    ranked = getattr(application, "ranked", None)
    context: dict[str, Any] = {
        "post": application.posting.title,
        "dossier": application.dossier_code,
        "name": application.full_name,
        "outcome": outcome,
        "rank": rank,
        "reasons": reasons,
        "decided_at": at.isoformat(),
        "reserve_ends_at": (at + timedelta(days=application.posting.reserve_days)).isoformat(),
        "totals": _totals(application, _mark(ranked.total) if ranked else ""),
        "entry_hash": leaf_hash(move_entry.body.encode()).hex(),
    }
    outbox.enqueue(
        key=f"decision:{application.dossier_code}",
        kind="decision",
        to=application.candidate,
        context=context,
        at=at,
        campaign=application.posting.slug,
        subject=application.subject,
    )


def _absent_words(application: Application) -> str:
    """Why who did not sit the exercise was not marked."""
    text = _(
        "Vous étiez convoqué·e à l'épreuve écrite, ouverte le %(when)s, et ne l'avez pas passée. "
        "Cette épreuve étant la même pour tous, votre dossier n'a pas été noté."
    )
    return text % {"when": _when(application.sitting.exercise.opens_at)}


def _early_reasons(application: Application) -> str:
    """Why a file left before the interviews, in the words that its candidate reads."""
    if application.state == State.INADMISSIBLE:
        return application.screening.reason
    if missed(application):
        return _absent_words(application)
    barred = eliminated(application.posting, Stage.SKILLS, [application]).get(application.pk)
    if barred:
        return _elimination(Stage.SKILLS, barred)
    total = application.results.get(stage=Stage.SKILLS).total
    text = _(
        "À l'évaluation des compétences, notée sans connaître votre nom, votre dossier a obtenu %(total)s sur 20 ; "
        "le seuil de présélection, fixé par l'avis, est de %(threshold)s sur 20."
    )
    return text % {"total": _mark(total), "threshold": _mark(application.posting.skills_threshold)}


def _elimination(stage: Stage, barred: Sequence[Criterion]) -> str:
    """Which eliminatory marks bar a file, in the words that its candidate reads."""
    at = _("À l'évaluation des compétences, notée sans connaître votre nom")
    criteria = " ; ".join(f"« {c.label} » ({_mark(c.eliminatory or Decimal(0))} sur 20)" for c in barred)
    text = _(
        "%(stage)s, la moyenne de vos notes est inférieure à la note éliminatoire fixée par l'avis : %(criteria)s."
    )
    return text % {"stage": _("À l'entretien") if stage == Stage.INTERVIEW else at, "criteria": criteria}


def _when(instant: datetime) -> str:
    return dateformat.format(timezone.localtime(instant), "l j F Y à\u00a0H\u00a0\\h\u00a0i")


def _absences(files: Mapping[str, Application]) -> list[Choice]:
    """What the authority's decision means for those who did not come to their interview."""
    text = _(
        "Vous étiez convoqué·e à un entretien le %(when)s et ne vous y êtes pas présenté·e. Le jury n'a pu vous entendre."
    )
    return [
        Choice(code, DecisionOutcome.NOT_RETAINED, text % {"when": _when(file.interview.starts_at)})
        for code, file in files.items()
        if file.state == State.SHORTLISTED
    ]


def _eliminations(posting: Posting, files: Mapping[str, Application]) -> list[Choice]:
    """What it means for those heard whom the jury could not rank: an eliminatory mark of the interview bars them."""
    heard = [file for file in files.values() if file.state == State.INTERVIEWED]
    barred = eliminated(posting, Stage.INTERVIEW, heard)
    return [
        Choice(file.dossier_code, DecisionOutcome.NOT_RETAINED, _elimination(Stage.INTERVIEW, barred[file.pk]))
        for file in heard
        if file.pk in barred
    ]


def _apply(choice: Choice, application: Application, ruling: Ruling) -> None:
    state, kind = _MOVES[DecisionOutcome(choice.outcome)]
    reasons = choice.reasons.strip()
    Decision.objects.create(
        ruling=ruling,
        application=application,
        outcome=choice.outcome,
        rank=choice.rank,
        reasons=reasons,
        by=ruling.by,
        at=ruling.at,
    )
    facts = {"rank": choice.rank} if choice.rank is not None else {}
    move(application, state, kind=kind, at=ruling.at, by=ruling.by, facts=facts)
    _owe_letter(application, outcome=choice.outcome, rank=choice.rank, reasons=reasons, at=ruling.at)


def decide(*, posting: Posting, choices: Sequence[Choice], by: User, departure: str = "") -> Ruling:
    """Decide for every candidate heard, with reasons, and owe each candidate of the campaign their letter.

    Who did not come to their interview, or is eliminated by it, is not retained, for that reason.

    The letters wait for HR's approval. The same decision twice is once. Raises PermissionDenied unless ``by`` is the
    authority; AlreadyDecided when another decision stands; ValidationError before the minutes are final and HR has prepared
    the decision, or when the choices are incomplete, contradict each other, or leave the jury's order without saying why.
    """
    if not is_authority(by):
        raise PermissionDenied
    with transaction.atomic():
        hold_exclusive(posting)
        if not minutes_are_final(posting):
            raise ValidationError(_("L'autorité décide une fois le procès-verbal signé par le jury."))
        taken = Ruling.objects.filter(posting=posting).first()
        if taken is not None:
            if _same(taken, choices):
                return taken
            raise AlreadyDecided(taken)
        draft = DecisionDraft.objects.filter(posting=posting).select_related("by").first()
        if draft is None:
            raise ValidationError(_("Les ressources humaines n’ont pas encore préparé la décision."))
        files = _lock_files(posting)
        check(posting=posting, choices=choices, departure=departure)
        ruling = _rule(draft, choices, files, departure.strip(), by)
    act_of_decision.issue(ruling=ruling)
    return ruling


def _is_amended(draft: DecisionDraft, choices: Sequence[Choice], departure: str) -> bool:
    """Whether the authority signs anything else, to a word, than what was prepared."""
    return (draft.choices, draft.departure) != ([asdict(choice) for choice in choices], departure)


def _rule(
    draft: DecisionDraft, choices: Sequence[Choice], files: dict[str, Application], departure: str, by: User
) -> Ruling:
    at, posting, amended = clock.now(), draft.posting, _is_amended(draft, choices, departure)
    ruling = Ruling.objects.create(
        posting=posting, departure=departure, prepared_by=draft.by, amended=amended, by=by, at=at
    )
    choices = [*choices, *_absences(files), *_eliminations(posting, files)]
    for choice in choices:
        _apply(choice, files.pop(choice.dossier), ruling)
    for application in files.values():
        state = application.state
        _owe_letter(application, outcome=state, rank=None, reasons=_early_reasons(application), at=at)
    facts = {
        "outcomes": {c.dossier: {"outcome": c.outcome, "rank": c.rank} for c in choices},
        "departs": bool(departure),
        "prepared_by": draft.by.actor,
        "amended": amended,
    }
    append("decision.taken", at=at, actor=by.actor, subject=f"posting:{posting.slug}", facts=facts)
    return ruling


def approve_letters(*, posting: Posting, by: User) -> int:
    """Approve the decision letters that wait; they leave once the posting's hold is over. Returns how many.

    Raises PermissionDenied unless ``by`` is the head of HR.
    """
    release_at = clock.now() + timedelta(minutes=posting.hold_minutes)
    return outbox.approve_all(campaign=posting.slug, kind="decision", by=by, release_at=release_at)
