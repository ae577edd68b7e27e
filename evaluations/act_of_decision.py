"""The act by which the authority decides, as a paper: drawn from the ruling's rows and stored once.

It names whom it retains and whom it puts on the complementary list, as the post's holder is named; everyone else heard
stands under their file's number. The letters say the rest to each.
"""

import hashlib
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from evaluations.models import ActOfDecision, Decision, DecisionOutcome, Deliberation, Ruling
from journal import clock
from journal.append import append
from journal.models import Checkpoint
from notices import letters
from postings.locks import hold_exclusive


def _by_outcome(ruling: Ruling) -> dict[str, list[Decision]]:
    found: dict[str, list[Decision]] = {outcome: [] for outcome in DecisionOutcome.values}
    for decision in ruling.decisions.select_related("application__ranked").order_by(
        "rank", "application__dossier_code"
    ):
        found[decision.outcome].append(decision)
    return found


def _context(ruling: Ruling) -> dict[str, Any]:
    posting, checkpoint = ruling.posting, Checkpoint.objects.first()
    decided = _by_outcome(ruling)
    return {
        "ruling": ruling,
        "posting": posting,
        "session": Deliberation.objects.get(posting=posting),
        "retained": decided[DecisionOutcome.RETAINED],
        "reserve": decided[DecisionOutcome.RESERVE],
        "others": decided[DecisionOutcome.NOT_RETAINED],
        "reserve_ends_at": ruling.at + timedelta(days=posting.reserve_days),
        "checkpoint": checkpoint and {"size": checkpoint.size, "root": bytes(checkpoint.root).hex()[:16]},
    }


def issue(*, ruling: Ruling) -> ActOfDecision:
    """Draw up and store the paper of a decision that was taken, once; call it again after a crash."""
    known = ActOfDecision.objects.filter(ruling=ruling).first()
    if known is not None:
        return known
    content = letters.pdf("evaluations/act_of_decision.html", _context(ruling))
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        hold_exclusive(ruling.posting)
        known = ActOfDecision.objects.filter(ruling=ruling).first()
        if known is not None:
            return known
        at = clock.now()
        paper = ActOfDecision(ruling=ruling, sha256=digest, drawn_at=at)
        paper.file.save(f"{digest}.pdf", ContentFile(content), save=False)
        paper.save()
        append("decision.issued", at=at, actor="system", subject=ruling.posting.subject, facts={"sha256": digest})
    return paper


def read(paper: ActOfDecision) -> bytes:
    """The bytes of the paper. Raises ValueError when they are not those that were drawn up."""
    return letters.read_drawn(paper.file, paper.sha256, "The stored act of decision is not the one that was drawn up.")
