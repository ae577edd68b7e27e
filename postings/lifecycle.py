"""Publishing a notice: from then on, its rules bind everyone."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from journal import clock
from journal.append import append
from postings.checks import problems
from postings.commitment import asked_in_interview, interview_commitment
from postings.drafting import source_of
from postings.locks import hold_exclusive
from postings.models import Posting

RULES = (
    "referees_min",
    "referees_max",
    "panel_size",
    "outsiders_min",
    "quorum",
    "markers_per_file",
    "gap_threshold",
    "comment_below",
    "comment_above",
    "skills_threshold",
    "skills_weight",
    "interview_weight",
    "interview_minutes",
    "reference_days",
    "reference_reminder_days",
    "references_shown_to_jury",
    "vote",
    "casting_vote",
    "proposal_size",
    "reserve_days",
    "hold_minutes",
    "reminder_hours",
    "piece_days",
    "slot_change_hours",
    "interview_reminder_hours",
    "objection_days",
    "publication",
    "publication_reserve",
    "publication_days",
    "objection_answer_days",
    "retention_days",
    "retention",
)


def _frozen(posting: Posting) -> dict[str, Any]:
    """The rules as the journal keeps them."""
    return {
        "notice_sha256": posting.notice_sha256,
        "content_sha256": posting.content_sha256,
        "opens_at": posting.opens_at,
        "closes_at": posting.closes_at,
        "timezone": posting.timezone,
        "criteria": [
            {"stage": c.stage, "code": c.code, "weight": c.weight, "eliminatory": c.eliminatory}
            for c in posting.criteria.order_by("stage", "position")
        ],
        "questions": list(posting.questions.values_list("code", flat=True)),
        "interview_questions": interview_commitment(posting.interview_salt, asked_in_interview(posting)),
        "documents": list(posting.requirements.values_list("code", flat=True)),
        "rules": {name: getattr(posting, name) for name in RULES},
    }


def publish(*, posting: Posting, by: User | None) -> Posting:
    """Publish the notice and freeze its rules in the journal; publishing twice is once.

    ``by`` is HR, or None for the system. Raises PermissionDenied, ValidationError once the deadline has passed, or with
    all that is wrong with a posting made from another.
    """
    if by is not None and not is_hr(by):
        raise PermissionDenied
    with transaction.atomic():
        hold_exclusive(posting)
        posting.refresh_from_db()
        if posting.published_at:
            return posting
        at = clock.now()
        if at >= posting.closes_at:
            raise ValidationError(_("La date limite est passée : cet avis ne peut plus être publié."))
        if found := problems(source_of(posting)):
            raise ValidationError(found)
        posting.published_at = at
        posting.save(update_fields=["published_at"])
        actor = by.actor if by else "system"
        append("posting.published", at=at, actor=actor, subject=posting.subject, facts=_frozen(posting))
    return posting
