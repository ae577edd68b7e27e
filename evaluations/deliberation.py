"""The jury's deliberation: opened and closed by its chair, and the order of merit that it freezes.

The commission proposes in order of merit, with its appreciation of each (Légifrance, LEGIARTI000035815501), and the
authority receives a report on the whole proceedings (décret 2-12-412 of 11 October 2012).
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_juror
from applications.models import Application
from applications.states import IN_PLAY, State
from evaluations import minutes
from evaluations.absence import ABSENT
from evaluations.models import Deliberation, OrderVote, PanelMember, RankedFile
from evaluations.order import moved
from evaluations.policy import is_chair
from evaluations.policy_late import skills_are_closed
from evaluations.ranking import Entry, Place, final_total, rank
from evaluations.record import compile_record
from evaluations.results import eliminated
from journal import clock
from journal.append import append
from postings.locks import hold_exclusive
from postings.models import Posting, Stage

TIE_RULE = ("interview", "skills", "lots")


class NotReady(Exception):
    """What the deliberation waits for: dossier codes not heard yet, and those with a reference not verified."""

    def __init__(self, unheard: list[str], unverified: list[str]) -> None:
        super().__init__(f"unheard: {unheard}, unverified: {unverified}")
        self.unheard = unheard
        self.unverified = unverified


@dataclass(frozen=True)
class Standing:
    """A file and its place, before or after the closing."""

    application: Application
    place: Place
    #: The place that votes gave, where it isn't the totals': see :func:`settled`.
    rank: int = 0
    vote: OrderVote | None = None


def _authorise(posting: Posting, by: User) -> None:
    if not is_juror(by) or not is_chair(by, posting):
        raise PermissionDenied


def waiting(posting: Posting) -> tuple[list[str], list[str]]:
    """The dossier codes still to be heard, and those with a reference still to be verified. Who did not come is neither."""
    expected = Application.objects.filter(posting=posting, state__in=IN_PLAY).exclude(ABSENT)
    files = expected.order_by("dossier_code")
    unheard = files.exclude(state=State.INTERVIEWED).values_list("dossier_code", flat=True)
    listed = files.filter(state__in=(State.SHORTLISTED, State.INTERVIEWED))
    unverified = listed.filter(referees__isnull=False, referees__verifications=None).distinct()
    return list(unheard), list(unverified.values_list("dossier_code", flat=True))


def _refuse_unless_ready(posting: Posting) -> None:
    if not skills_are_closed(posting):
        raise ValidationError(_("L'évaluation des compétences n'est pas close."))
    unheard, unverified = waiting(posting)
    if unheard or unverified:
        raise NotReady(unheard, unverified)


def _refuse_attendance(posting: Posting, present: list[PanelMember]) -> None:
    if any(member.panel.posting_id != posting.pk for member in present):
        raise ValidationError({"present": _("Seuls les membres du jury siègent.")})
    if not any(member.chair for member in present):
        raise ValidationError({"present": _("La présidence du jury doit être présente.")})
    if len({member.pk for member in present}) < posting.quorum:
        text = _("Le quorum est de %(quorum)s membres présents.")
        raise ValidationError({"present": text % {"quorum": posting.quorum}})


def open_session(*, posting: Posting, present: Iterable[PanelMember], by: User) -> Deliberation:
    """Open the deliberation with those present; again, before it closes, to record another attendance.

    Perfect ties are drawn now, once: the jury discusses, and votes, on an order that holds.

    Raises PermissionDenied unless ``by`` is the chair, NotReady while a shortlisted candidate is not heard or a
    reference not verified, ValidationError without the chair or the quorum, or once it is closed.
    """
    _authorise(posting, by)
    members = list(present)
    _refuse_attendance(posting, members)
    with transaction.atomic():
        hold_exclusive(posting)
        _refuse_unless_ready(posting)
        at = clock.now()
        session, _created = Deliberation.objects.get_or_create(
            posting=posting, defaults={"opened_at": at, "opened_by": by, "seed": secrets.token_hex(16)}
        )
        if session.closed_at is not None:
            raise ValidationError(_("La délibération est close."))
        if session.votes.filter(closed_at=None).exists():
            raise ValidationError(_("Un vote est ouvert : les présences ne changent pas avant sa clôture."))
        session.present.set(members)
        facts = {
            "present": sorted(member.user.actor for member in members),
            "quorum": posting.quorum,
            "seed": session.seed,
        }
        append("deliberation.opened", at=at, actor=by.actor, subject=f"posting:{posting.slug}", facts=facts)
    return session


def standings(posting: Posting, *, seed: str = "") -> list[Standing]:
    """The order of merit of those heard, but for whom an eliminatory mark of the interview bars.

    Without a ``seed`` perfect ties stand in no meaningful order yet.
    """
    files = Application.objects.filter(posting=posting, state=State.INTERVIEWED).prefetch_related("results")
    barred = eliminated(posting, Stage.INTERVIEW, files)
    by_code = {file.dossier_code: file for file in files if file.pk not in barred}
    places = rank((_entry(file, posting) for file in by_code.values()), seed=seed)
    return [Standing(by_code[place.entry.code], place) for place in places]


def settled(posting: Posting, *, seed: str = "") -> list[Standing]:
    """The order of merit as the jury's votes have moved it: who they moved stands there with the vote that did it."""
    session = Deliberation.objects.filter(posting=posting).first()
    ordered = standings(posting, seed=seed or (session.seed if session else ""))
    by_code = {standing.application.dossier_code: standing for standing in ordered}
    accepted = (
        session.votes.filter(accepted=True).select_related("application").order_by("closed_at", "pk") if session else ()
    )
    last = {vote.application.dossier_code: vote for vote in accepted}
    codes = moved(list(by_code), [(vote.application.dossier_code, vote.to_rank) for vote in accepted])
    return [replace(by_code[code], rank=rank, vote=last.get(code)) for rank, code in enumerate(codes, 1)]


def _entry(file: Application, posting: Posting) -> Entry:
    totals = {result.stage: result.total for result in file.results.all()}
    skills, interview = totals[Stage.SKILLS], totals[Stage.INTERVIEW]
    total = final_total(
        skills, interview, skills_weight=posting.skills_weight, interview_weight=posting.interview_weight
    )
    return Entry(file.dossier_code, skills, interview, total)


def _freeze(session: Deliberation, ordered: list[Standing], appreciations: Mapping[str, str]) -> None:
    RankedFile.objects.bulk_create(
        RankedFile(
            deliberation=session,
            application=standing.application,
            rank=standing.rank,
            merit_rank=standing.place.rank,
            vote=standing.vote,
            skills_total=standing.place.entry.skills,
            interview_total=standing.place.entry.interview,
            total=standing.place.entry.total,
            tie_broken_by=standing.place.tie_broken_by,
            appreciation=appreciations[standing.application.dossier_code].strip(),
        )
        for standing in ordered
    )


def _eliminated(posting: Posting) -> dict[str, list[str]]:
    """The dossiers heard that an eliminatory mark bars, with the criteria that do."""
    heard = Application.objects.filter(posting=posting, state=State.INTERVIEWED)
    codes = {file.pk: file.dossier_code for file in heard}
    barred = eliminated(posting, Stage.INTERVIEW, heard)
    return {codes[pk]: sorted(criterion.code for criterion in criteria) for pk, criteria in barred.items()}


def _facts(session: Deliberation, ordered: list[Standing], seed: str) -> dict[str, object]:
    posting = session.posting
    return {
        "ranking": [
            {
                "dossier": s.place.entry.code,
                "rank": s.rank,
                "merit_rank": s.place.rank,
                "vote": s.vote.pk if s.vote else None,
                "skills": s.place.entry.skills,
                "interview": s.place.entry.interview,
                "total": s.place.entry.total,
                "tie_broken_by": s.place.tie_broken_by,
            }
            for s in ordered
        ],
        "weights": {"skills": posting.skills_weight, "interview": posting.interview_weight},
        "tie_rule": list(TIE_RULE),
        "eliminated": _eliminated(posting),
        "seed": seed,
    }


def _refuse_unfinished(session: Deliberation, ordered: list[Standing], appreciations: Mapping[str, str]) -> None:
    _refuse_unless_ready(session.posting)
    if session.votes.filter(closed_at=None).exists():
        raise ValidationError(_("Un vote est ouvert : la délibération se clôt après lui."))
    codes = [s.application.dossier_code for s in ordered]
    bare = [code for code in codes if not appreciations.get(code, "").strip()]
    if bare:
        text = _("L'appréciation du jury manque pour : %(dossiers)s.")
        raise ValidationError({"appreciations": text % {"dossiers": ", ".join(bare)}})
    _refuse_attendance(session.posting, list(session.present.select_related("panel")))


def close(*, posting: Posting, outcome: str, appreciations: Mapping[str, str], by: User) -> Deliberation:
    """Close the deliberation: freeze the order of merit and all that the minutes state, then draw up the minutes.

    ``appreciations`` maps each dossier code to the jury's words. Closing twice is once. Raises PermissionDenied
    unless ``by`` is the chair; ValidationError without a session, the discussion's outcome or an appreciation of each.
    """
    _authorise(posting, by)
    if not outcome.strip():
        raise ValidationError({"outcome": _("Relatez en quelques mots la discussion du jury.")})
    with transaction.atomic():
        hold_exclusive(posting)
        session = Deliberation.objects.select_related("posting").filter(posting=posting).first()
        if session is None:
            raise ValidationError(_("Ouvrez d'abord la séance, avec la liste des présents."))
        if session.closed_at is None:
            _close(session, outcome.strip(), appreciations, by)
    # A PDF is slow: it is drawn from the frozen record once that is committed, and again on need after a crash.
    return minutes.render(deliberation=session)


def _close(session: Deliberation, outcome: str, appreciations: Mapping[str, str], by: User) -> None:
    posting, seed = session.posting, session.seed or secrets.token_hex(16)
    # Locked: none of them withdraws while they are ranked.
    list(Application.objects.select_for_update(of=("self",)).filter(posting=posting, state=State.INTERVIEWED))
    ordered = settled(posting, seed=seed)
    _refuse_unfinished(session, ordered, appreciations)
    session.outcome, session.closed_at, session.seed = outcome, clock.now(), seed
    _freeze(session, ordered, appreciations)
    session.record = compile_record(session, seed=seed)
    session.save()
    facts = _facts(session, ordered, seed)
    subject = f"posting:{posting.slug}"
    append("deliberation.closed", at=session.closed_at, actor=by.actor, subject=subject, facts=facts)
