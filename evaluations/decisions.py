"""The authority's decision on the whole procedure, and the letter that it owes to every candidate.

One post, so one candidate retained at most; the others heard go on a complementary list in order, or are not retained.
The list is valid for the time that the posting states (Légifrance, LEGIARTI000035815501).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_authority
from applications.models import Application
from applications.states import DECIDED_BEFORE_THE_END, State
from applications.transitions import move
from evaluations import act_of_decision
from evaluations.absence import ABSENT
from evaluations.decision_letters import early_reasons, elimination, owe, when
from evaluations.models import Decision, DecisionDraft, DecisionOutcome, Ruling
from evaluations.policy_late import minutes_are_final
from evaluations.results import eliminated
from journal import clock
from journal.append import append
from notices import outbox
from postings.locks import hold_exclusive
from postings.models import Posting, Stage

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


def _absences(files: Mapping[str, Application]) -> list[Choice]:
    """What the authority's decision means for those who did not come to their interview."""
    text = _(
        "Vous étiez convoqué·e à un entretien le %(when)s et ne vous y êtes pas présenté·e. Le jury n'a pu vous entendre."
    )
    return [
        Choice(code, DecisionOutcome.NOT_RETAINED, text % {"when": when(file.interview.starts_at)})
        for code, file in files.items()
        if file.state == State.SHORTLISTED
    ]


def _eliminations(posting: Posting, files: Mapping[str, Application]) -> list[Choice]:
    """What it means for those heard whom the jury could not rank: an eliminatory mark of the interview bars them."""
    heard = [file for file in files.values() if file.state == State.INTERVIEWED]
    barred = eliminated(posting, Stage.INTERVIEW, heard)
    return [
        Choice(file.dossier_code, DecisionOutcome.NOT_RETAINED, elimination(Stage.INTERVIEW, barred[file.pk]))
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
    owe(
        application,
        outcome=choice.outcome,
        rank=choice.rank,
        reasons=reasons,
        at=ruling.at,
        prepared_by=ruling.prepared_by,
    )


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
        reasons = early_reasons(application)
        owe(application, outcome=state, rank=None, reasons=reasons, at=at, prepared_by=draft.by)
    facts = {
        "outcomes": {c.dossier: {"outcome": c.outcome, "rank": c.rank} for c in choices},
        "departs": bool(departure),
        "prepared_by": draft.by.actor,
        "amended": amended,
    }
    append("decision.taken", at=at, actor=by.actor, subject=f"posting:{posting.slug}", facts=facts)
    return ruling


def approve_letters(*, posting: Posting, by: User, release_at: datetime | None = None) -> int:
    """Approve the decision letters that wait; they leave together at ``release_at``, the end of the posting's hold by default.

    Returns how many. Raises PermissionDenied unless ``by`` is the head of HR; NoticeRefused when they prepared the decision or wrote the
    words of one; ValidationError for an instant before the hold is over.
    """
    soonest = clock.now() + timedelta(minutes=posting.hold_minutes)
    if release_at is not None and release_at < soonest:
        text = _("Les lettres restent rappelables %(n)d minutes : elles partent au plus tôt le %(when)s.")
        raise ValidationError({"release_at": text % {"n": posting.hold_minutes, "when": when(soonest)}})
    release_at = release_at or soonest
    return outbox.approve_all(campaign=posting.slug, kind="decision", by=by, release_at=release_at)
