"""A posting that is not published yet: made from another, changed, and held to the same checks as one loaded from a folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_administrator, is_hr
from journal import clock
from journal.append import append
from postings.loader import content_sha256, store_parts
from postings.locks import hold_exclusive
from postings.models import Posting
from postings.reading import CRITERION, DOCUMENT, DOCUMENT_DEFAULTS, QUESTION, RULES, TOP, Source, Table

SLUG_LENGTH = 60


@dataclass(frozen=True)
class Changes:
    """What HR changes of an unpublished posting; the rows by their code, an interview's question by its place."""

    title: str
    opens_at: datetime
    closes_at: datetime
    notice: str
    deadline_quotation: str
    procedure_quotation: str
    quotations: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    interview_questions: Mapping[int, str] = field(default_factory=dict)


def _plain(value: Any) -> Any:
    """A decimal as a folder would write it: the database pads it."""
    return value.normalize() if isinstance(value, Decimal) else value


def _row(row: Any, names: Any) -> Table:
    return {name: _plain(getattr(row, name)) for name in names}


def tables_of(posting: Posting) -> Table:
    """The posting as the tables of its folder would read."""
    simple = {name: getattr(posting, name) for name, kind in TOP.items() if kind in (str, datetime)}
    zone = ZoneInfo(posting.timezone)
    asked = posting.questions.select_related("criterion")
    heard = posting.interview_questions.select_related("criterion")
    return {
        **simple,
        "opens_at": posting.opens_at.astimezone(zone),
        "closes_at": posting.closes_at.astimezone(zone),
        "rules": _row(posting, RULES),
        "documents": [_row(row, [*DOCUMENT, *DOCUMENT_DEFAULTS]) for row in posting.requirements.all()],
        "criteria": [_row(row, CRITERION) for row in posting.criteria.order_by("position")],
        "questions": [{**_row(row, QUESTION), "criterion": row.criterion.code} for row in asked],
        "interview_questions": [
            {"criterion": row.criterion.code, "text": row.text, "follow_ups": row.follow_ups} for row in heard
        ],
    }


def source_of(posting: Posting) -> Source:
    """The posting as it would be read from a folder, for the checks and for its hash."""
    notice = posting.notice_text
    return Source(notice, sha256(notice.encode()).hexdigest(), tables_of(posting))


def _authorise(by: User | None) -> None:
    if by is not None and not (is_hr(by) or is_administrator(by)):
        raise PermissionDenied


def copy(
    *,
    source: Posting,
    slug: str,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    by: User | None,
    notice: str = "",
) -> Posting:
    """Make an unpublished posting with the rules, criteria, questions and documents of another, and a life of its own.

    Without a ``notice`` it begins with the other's words, to be changed: it is published only once each quotation stands in
    its own notice. Raises PermissionDenied unless ``by`` is HR, an administrator or the system; ValidationError by field for
    a name that is taken or no code, no title, or a deadline before the opening.
    """
    _authorise(by)
    _refuse(slug, title, opens_at, closes_at)
    with transaction.atomic():
        tables = tables_of(source)
        own = {"slug": slug, "title": title.strip(), "opens_at": opens_at, "closes_at": closes_at}
        posting = _store(
            Posting(interview_salt=uuid4(), timezone=source.timezone), {**tables, **own}, notice or source.notice_text
        )
        actor = by.actor if by else "system"
        facts = {"from": source.slug}
        append("posting.copied", at=clock.now(), actor=actor, subject=posting.subject, facts=facts)
    return posting


def _refuse(slug: str, title: str, opens_at: datetime, closes_at: datetime) -> None:
    faults: dict[str, str] = {}
    try:
        validate_slug(slug)
    except ValidationError:
        faults["slug"] = _("Un identifiant s’écrit en lettres sans accent, chiffres et tirets.")
    if len(slug) > SLUG_LENGTH:
        faults["slug"] = _("Un identifiant compte soixante caractères au plus.")
    if Posting.objects.filter(slug=slug).exists():
        faults["slug"] = _("Un autre avis porte déjà cet identifiant.")
    if not title.strip():
        faults["title"] = _("Donnez l’intitulé du poste.")
    if closes_at <= opens_at:
        faults["closes_at"] = _("La date limite doit suivre l’ouverture.")
    if faults:
        raise ValidationError(faults)


def _store(posting: Posting, tables: Table, notice: str) -> Posting:
    """Write the posting and its parts as the tables say, with the hashes of what now stands."""
    text = notice.replace("\r\n", "\n").replace("\r", "\n")
    columns = {key: value for key, value in tables.items() if not isinstance(value, (list, dict))}
    for name, value in {**columns, **tables["rules"], "notice_text": text}.items():
        setattr(posting, name, value)
    posting.notice_sha256 = sha256(text.encode()).hexdigest()
    posting.save()
    store_parts(posting, tables)
    posting.refresh_from_db()
    assert posting.interview_salt is not None  # noqa: S101 - given at birth
    posting.content_sha256 = content_sha256(source_of(posting), posting.interview_salt)
    posting.save(update_fields=["content_sha256"])
    return posting


def edit(*, posting: Posting, changes: Changes, seen: str, by: User | None) -> Posting:
    """Change an unpublished posting. It may be wrong for a while: the checks bind its publication.

    ``seen`` is the hash of what the person read: another's words aren't overwritten. Raises PermissionDenied as
    :func:`copy`, ValidationError once published, when it was changed meanwhile, or by field.
    """
    _authorise(by)
    with transaction.atomic():
        hold_exclusive(posting)
        locked = Posting.objects.select_for_update().get(pk=posting.pk)
        if locked.published_at:
            raise ValidationError(_("L’avis est publié : ses règles et ses mots ne changent plus."))
        if seen != locked.content_sha256:
            raise ValidationError(
                _("Une autre personne a modifié cet avis entre-temps : relisez-le, puis recommencez.")
            )
        if changes.closes_at <= changes.opens_at:
            raise ValidationError({"closes_at": _("La date limite doit suivre l’ouverture.")})
        tables = tables_of(locked)
        for row in tables["criteria"]:
            row["quotation"] = changes.quotations.get(row["code"], row["quotation"]).strip()
        for row in tables["questions"]:
            row["text"] = changes.questions.get(row["code"], row["text"]).strip()
        for place, row in enumerate(tables["interview_questions"], 1):
            row["text"] = changes.interview_questions.get(place, row["text"]).strip()
        names = ("title", "opens_at", "closes_at", "deadline_quotation", "procedure_quotation")
        return _store(locked, {**tables, **{name: getattr(changes, name) for name in names}}, changes.notice)
