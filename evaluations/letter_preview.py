"""What a letter would say to a real person of the campaign, before it is owed to them."""

from typing import Any

from django.db.models import QuerySet

from applications.models import Application
from applications.states import DECIDED_BEFORE_THE_END, State
from evaluations.decision_letters import early_reasons, letter_context
from evaluations.models import DecisionDraft, DecisionOutcome
from journal import clock
from notices.models import Notice, TextVersion
from notices.texts import TEXTS, text_of
from postings.models import Posting

#: Stands for the address in the register that only the decision has.
NO_ENTRY = "0" * 64
#: The files that each text may be looked at with.
_HEARD = (State.INTERVIEWED, State.RETAINED, State.RESERVE, State.NOT_RETAINED)
_STATES = {
    "decision.inadmissible": (State.INADMISSIBLE,),
    "decision.not_shortlisted": (State.NOT_SHORTLISTED,),
    "interview_invitation": (State.SHORTLISTED, *_HEARD),
    "exercise_invitation": (State.ADMISSIBLE, State.NOT_SHORTLISTED, State.SHORTLISTED, *_HEARD),
}


def files(posting: Posting, text: str) -> QuerySet[Application]:
    """The files that a text may be looked at with, by dossier."""
    states = _STATES.get(text, _HEARD)
    return Application.objects.filter(posting=posting, state__in=states).order_by("dossier_code")


def likely(posting: Posting, text: str) -> Application | None:
    """The file to look at first: one that this very text is for, as far as that is known."""
    outcome = text.partition(".")[2]
    meant: set[str] = set()
    prepared = DecisionDraft.objects.filter(posting=posting).first()
    if outcome and prepared:
        meant = {choice["dossier"] for choice in prepared.choices if choice["outcome"] == outcome}
    found = files(posting, text)
    return found.filter(dossier_code__in=meant).first() or found.first()


def draft(application: Application, text: str, version: TextVersion | None) -> Notice | None:
    """The notice as it would leave with these words, in no table; None where what it tells isn't known yet.

    The one that is owed already, when there is one; otherwise the decision that HR prepared, or the file's own end.
    """
    kind = TEXTS[text].kind
    owed = Notice.objects.filter(subject=application.subject, kind=kind).order_by("-pk")
    found = next((notice for notice in owed if notice.context and text_of(kind, notice.context) == text), None)
    context = found.context if found else _prospective(application, text)
    if context is None:
        return None
    return Notice(
        **({"public_id": found.public_id} if found else {}),
        kind=kind,
        campaign=application.posting.slug,
        subject=application.subject,
        recipient=application.candidate,
        address=application.candidate.email,
        context=context,
        created_at=found.created_at if found else clock.now(),
        text_version=version,
        key=found.key if found else f"{kind}:{application.dossier_code}",
    )


def _prospective(application: Application, text: str) -> dict[str, Any] | None:
    """What a decision letter would be made of; None for an invitation, which needs its hour."""
    kind, _, outcome = text.partition(".")
    if kind != "decision":
        return None
    choice = _prepared(application)
    reasons = choice["reasons"] if choice else _early(application)
    rank = choice["rank"] if choice else None
    if outcome == DecisionOutcome.RESERVE and rank is None:
        rank = 1
    # Its address in the register comes with the decision.
    return letter_context(application, outcome=outcome, rank=rank, reasons=reasons, at=clock.now(), entry_hash=NO_ENTRY)


def _prepared(application: Application) -> dict[str, Any] | None:
    prepared = DecisionDraft.objects.filter(posting=application.posting).first()
    choices = prepared.choices if prepared else []
    return next((choice for choice in choices if choice["dossier"] == application.dossier_code), None)


def _early(application: Application) -> str:
    return early_reasons(application) if application.state in DECIDED_BEFORE_THE_END else "–"
