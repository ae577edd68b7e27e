"""From a folder of the repository to a posting in the database."""

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_administrator, is_hr
from journal.append import canonical
from postings.checks import problems
from postings.commitment import interview_commitment
from postings.models import Criterion, DocumentRequirement, InterviewQuestion, Posting, Question
from postings.reading import LoadRefused, Source, Table, read

__all__ = ["LoadRefused", "load"]

#: Where the folders of the project's own postings are.
DATA = Path(__file__).resolve().parent / "data"


def content_sha256(source: Source, salt: UUID) -> str:
    """The hash of the notice and of all its rules: equal when, and only when, nothing that binds anyone differs.

    It is public, and may be worked out again by whoever holds the rules: of the interview's questions, secret until they
    are put, it takes the salted hash.
    """
    hidden = interview_commitment(salt, source.tables["interview_questions"])
    tables = {"notice_sha256": source.notice_sha256, **source.tables, "interview_questions": hidden}
    return hashlib.sha256(canonical(tables).encode()).hexdigest()


def _columns(source: Source, salt: UUID) -> dict[str, Any]:
    tables = {key: value for key, value in source.tables.items() if not isinstance(value, (list, dict))}
    return {
        **tables,
        **source.tables["rules"],
        "notice_text": source.notice,
        "notice_sha256": source.notice_sha256,
        "content_sha256": content_sha256(source, salt),
        "interview_salt": salt,
    }


def store_parts(posting: Posting, tables: Table) -> None:
    """Put the criteria, questions and documents of an unpublished posting in place of what it had."""
    posting.interview_questions.all().delete()
    posting.criteria.all().delete()
    posting.requirements.all().delete()
    criteria = {
        row["code"]: Criterion.objects.create(posting=posting, position=position, **row)
        for position, row in enumerate(tables["criteria"], 1)
    }
    for position, row in enumerate(tables["questions"], 1):
        fields = {**row, "criterion": criteria[row["criterion"]]}
        Question.objects.create(posting=posting, position=position, **fields)
    for position, row in enumerate(tables["interview_questions"], 1):
        fields = {**row, "criterion": criteria[row["criterion"]]}
        InterviewQuestion.objects.create(posting=posting, position=position, **fields)
    for position, row in enumerate(tables["documents"], 1):
        DocumentRequirement.objects.create(posting=posting, position=position, **row)


def load(folder: str | Path, *, by: User | None = None) -> Posting:
    """Read, check and store the posting of ``folder``; the same content twice changes nothing.

    Until it is published, a posting may be loaded again and again; once published, only the same content may, and the
    deadline moves by :func:`postings.deadline.extend`. Raises LoadRefused with every problem, PermissionDenied unless
    ``by`` is HR, an administrator or the system.
    """
    if by is not None and not (is_hr(by) or is_administrator(by)):
        raise PermissionDenied
    source = read(Path(folder))
    if found := problems(source):
        raise LoadRefused(found)
    with transaction.atomic():
        known = Posting.objects.select_for_update().filter(slug=source.tables["slug"]).first()
        columns = _columns(source, (known and known.interview_salt) or uuid4())
        if known and known.content_sha256 == columns["content_sha256"]:
            return known
        if known and known.published_at:
            raise LoadRefused(
                [_("L'avis « %(slug)s » est publié : ses règles ne changent plus.") % {"slug": known.slug}]
            )
        posting, _created = Posting.objects.update_or_create(slug=columns["slug"], defaults=columns)
        store_parts(posting, source.tables)
    return posting
