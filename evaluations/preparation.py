"""HR prepares the decision; the authority amends or signs it. Four eyes, and one signature."""

from collections.abc import Sequence
from dataclasses import asdict

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from evaluations import decisions
from evaluations.decisions import Choice
from evaluations.models import DecisionDraft, Ruling
from evaluations.policy_late import minutes_are_final
from journal import clock
from journal.append import append
from postings.locks import hold_exclusive
from postings.models import Posting


def prepare(*, posting: Posting, choices: Sequence[Choice], by: User, departure: str = "") -> DecisionDraft:
    """Write down the decision that the authority is asked to sign; again, until it has, in place of the one before.

    Raises PermissionDenied unless ``by`` is HR; AlreadyDecided; ValidationError before the minutes are final, or for choices
    that could not be decided.
    """
    if not is_hr(by):
        raise PermissionDenied
    with transaction.atomic():
        hold_exclusive(posting)
        if not minutes_are_final(posting):
            raise ValidationError(_("La décision se prépare une fois le procès-verbal signé."))
        taken = Ruling.objects.filter(posting=posting).first()
        if taken is not None:
            raise decisions.AlreadyDecided(taken)
        decisions.check(posting=posting, choices=choices, departure=departure)
        at = clock.now()
        values = {"choices": [asdict(choice) for choice in choices], "departure": departure.strip(), "by": by, "at": at}
        draft, _created = DecisionDraft.objects.update_or_create(posting=posting, defaults=values)
        facts = {
            "outcomes": {choice.dossier: {"outcome": choice.outcome, "rank": choice.rank} for choice in choices},
            "departs": bool(departure.strip()),
        }
        append("decision.prepared", at=at, actor=by.actor, subject=posting.subject, facts=facts)
    return draft
