"""The minutes (procès-verbal) of the deliberation, drawn from its frozen record and stored once."""

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.models.events import Ground
from applications.states import State
from evaluations.models import Deliberation, VerificationOutcome, Voice
from journal import clock
from journal.append import append
from journal.models import Checkpoint
from notices import letters

_CHANGED = "The stored minutes are not those that were drawn up."
_MARKS = frozenset(
    {"skills", "interview", "total", "weight", "gap", "gap_threshold", "skills_threshold", "eliminatory", "mean"}
)
_WEIGHTS = frozenset({"skills_weight", "interview_weight"})
_INSTANTS = frozenset({"previous", "at"})


def parsed(name: str, value: Any) -> Any:
    """What a frozen record holds under ``name``, with its instants and marks as such."""
    if isinstance(value, dict):
        return {key: parsed(key, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [parsed(name, inner) for inner in value]
    if isinstance(value, str) and (name.endswith("_at") or name in _INSTANTS):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and name in _MARKS | _WEIGHTS:
        return Decimal(value)
    return value


#: How a tie was broken, in words.
TIES = {"interview": _("par la note d'entretien"), "skills": _("par la note de compétences"), "lots": _("par le sort")}


def labelled(file: dict[str, Any]) -> dict[str, Any]:
    """A file's line with its state, its ground and its references in words."""
    outcomes = [str(VerificationOutcome(outcome).label) for outcome in file["references"]]
    missed = _("absente à l’épreuve écrite") if file.get("missed_exercise") else State(file["state"]).label
    return {
        **file,
        "state_label": _("absente à l’entretien") if file["absent"] else missed,
        "eliminated_label": ", ".join(file.get("eliminated_by", ())),
        "ground_label": Ground(file["ground"]).label if file["ground"] else "",
        "references_label": ", ".join(outcomes),
    }


def voted(vote: dict[str, Any]) -> dict[str, Any]:
    """A vote with its voices in words; in a secret one only who voted."""
    named = [{"name": name, "voice": str(Voice(voice).label) if voice else ""} for name, voice in vote["ballots"]]
    return {**vote, "ballots": named}


def context(deliberation: Deliberation) -> dict[str, Any]:
    """The frozen record with its instants and marks as such, and the checkpoint that the footer names."""
    checkpoint = Checkpoint.objects.first()
    record = parsed("", deliberation.record)
    rules = record["rules"]
    return {
        **record,
        "present_count": sum(member["present"] for member in record["panel"]),
        "skills_percent": rules["skills_weight"] * 100,
        "interview_percent": rules["interview_weight"] * 100,
        "criteria": [{**c, "percent": c["weight"] * 100} for c in rules["criteria"]],
        "files": [labelled(file) for file in record["files"]],
        "ranking": [{**place, "tie_label": TIES.get(place["tie"], "")} for place in record["ranking"]],
        "votes": [voted(vote) for vote in record["votes"]],
        "moved": any(place.get("voted") for place in record["ranking"]),
        "drawn": any(place["tie"] == "lots" for place in record["ranking"]),
        "proposal": record["ranking"][: rules["proposal_size"]],
        "checkpoint": checkpoint and {"size": checkpoint.size, "root": bytes(checkpoint.root).hex()[:16]},
    }


def render(*, deliberation: Deliberation) -> Deliberation:
    """Draw up and store the minutes of a closed deliberation, once; call it again after a crash.

    Raises ValueError while the deliberation is open.
    """
    if deliberation.closed_at is None:
        raise ValueError("An open deliberation has no minutes.")
    if deliberation.minutes_sha256:
        return deliberation
    content = letters.pdf("evaluations/minutes.html", context(deliberation))
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        locked = Deliberation.objects.select_for_update(of=("self",)).select_related("posting").get(pk=deliberation.pk)
        if locked.minutes_sha256:
            return locked
        locked.minutes.save(f"{digest}.pdf", ContentFile(content), save=False)
        locked.minutes_sha256 = digest
        locked.save(update_fields=["minutes", "minutes_sha256"])
        subject = f"posting:{locked.posting.slug}"
        append("deliberation.minuted", at=clock.now(), actor="system", subject=subject, facts={"sha256": digest})
    return locked


def issue(*, deliberation: Deliberation) -> Deliberation:
    """Draw up and store the signed minutes, once everyone has signed or refused; call it again after a crash.

    The body is drawn anew from the same frozen record; the page of signatures prints the hash of the one that was signed.
    Raises ValueError before that.
    """
    if deliberation.frozen_at is None:
        raise ValueError("The minutes still wait for signatures.")
    if deliberation.final_sha256:
        return deliberation
    signatures = deliberation.signatures.select_related("member__user", "by").order_by("member__pk")
    signed = {"signatures": list(signatures), "body_sha256": deliberation.minutes_sha256}
    content = letters.pdf(
        "evaluations/minutes.html", {**context(deliberation), **signed, "frozen_at": deliberation.frozen_at}
    )
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        locked = Deliberation.objects.select_for_update(of=("self",)).select_related("posting").get(pk=deliberation.pk)
        if locked.final_sha256:
            return locked
        locked.final.save(f"{digest}.pdf", ContentFile(content), save=False)
        locked.final_sha256 = digest
        locked.save(update_fields=["final", "final_sha256"])
        facts = {"sha256": digest, "body_sha256": locked.minutes_sha256}
        append("minutes.issued", at=clock.now(), actor="system", subject=locked.posting.subject, facts=facts)
    return locked


def read(deliberation: Deliberation) -> bytes:
    """The bytes of the text that is signed. Raises ValueError when they are not those that were drawn up."""
    return letters.read_drawn(deliberation.minutes, deliberation.minutes_sha256, _CHANGED)


def read_signed(deliberation: Deliberation) -> bytes:
    """The bytes of the signed minutes. Raises as :func:`read`."""
    return letters.read_drawn(deliberation.final, deliberation.final_sha256, _CHANGED)
