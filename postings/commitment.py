"""What may be said, before the interviews, of the questions that will be put in them: a salted hash, and nothing else.

The hash is published with the rules, so that anyone can be shown afterwards that the questions were chosen before
anybody had applied; the salt, kept with them, is what keeps a guess from being tried.
"""

from uuid import UUID

from journal.append import canonical, salted
from postings.models import Posting
from postings.reading import Table


def asked_in_interview(posting: Posting) -> list[Table]:
    """The questions as the folder wrote them, in their order."""
    rows = posting.interview_questions.select_related("criterion").order_by("position")
    return [{"criterion": row.criterion.code, "text": row.text, "follow_ups": row.follow_ups} for row in rows]


def interview_commitment(salt: UUID | None, questions: list[Table]) -> str:
    """The salted hash of the questions; empty where a posting, older than they are, has none."""
    return salted(canonical({"interview_questions": questions}), salt.bytes) if salt else ""
