"""Filling in a draft, step by step. A draft may be saved incomplete; completeness is judged at submission.

An act takes the fields that it is given. ``seen`` is what the page was drawn with: without it what is given replaces what
is stored; with it, what another page saved meanwhile stays and is told (:mod:`applications.merging`).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications import policy
from applications.draft_rows import CAREER_ROW, REFEREE_ROW, Rows, mend_addresses, mend_dates
from applications.merging import Kept, Seen
from applications.models import Answer, Application, CareerEntry, Referee
from journal import clock
from postings.locks import hold_shared

IDENTITY_FIELDS = ("family_name", "given_names", "birth_date", "nationality", "national_id", "phone", "address", "city")
CAREER_FIELDS = ("current_position", "current_employer", "years_of_experience", "highest_degree")
DECLARATION_FIELDS = ("sworn", "consented")
POSTS_MAX = 30


class NotEditable(Exception):
    """The file is no longer a draft, or intake is closed: nothing was saved."""


def lock(application: Application) -> Application:
    """The row, locked, fresh, with its posting and candidate. The posting's lock comes first."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("posting", "candidate")
    return rows.get(pk=application.pk)


@contextmanager
def editing(application: Application, by: User) -> Iterator[Application]:
    """Hold a draft for a change, in a transaction; it is stamped as saved on the way out.

    Raises Http404 for anyone but the candidate, NotEditable when it is no draft or intake is closed.
    """
    with _merging(application, by) as (locked, kept):
        yield locked
        kept.written = True


@contextmanager
def _merging(application: Application, by: User) -> Iterator[tuple[Application, Kept]]:
    """Hold a draft as :func:`editing` does; it is stamped only when something was written."""
    policy.refuse_unless_owner(by, application)
    with transaction.atomic():
        hold_shared(application.posting)
        locked = lock(application)
        if not policy.may_edit(locked):
            raise NotEditable
        kept = Kept(before=locked.saved_at, at=clock.now())
        yield locked, kept
        if kept.written:
            locked.saved_at = kept.at
            locked.save(update_fields=["saved_at"])


def _merge(draft: Application, kept: Kept, values: Mapping[str, Any], fields: Sequence[str], seen: Seen | None) -> None:
    """Take the values of the file's own row."""
    for name in fields:
        if name in values and kept.take(name, values[name], getattr(draft, name), seen):
            setattr(draft, name, values[name])
    changed = [name for name in fields if name in kept.changed]
    if not changed:
        return
    skipped = {field.name for field in draft._meta.fields if field.name not in changed}
    draft.full_clean(exclude=skipped, validate_unique=False, validate_constraints=False)
    draft.save(update_fields=changed)
    kept.written = True


def save_identity(*, application: Application, values: Mapping[str, Any], by: User, seen: Seen | None = None) -> Kept:
    """Keep who the candidate is, and how to reach them. Raises ValidationError by field."""
    with _merging(application, by) as (draft, kept):
        _merge(draft, kept, values, IDENTITY_FIELDS, seen)
    return kept


def save_career(
    *,
    application: Application,
    values: Mapping[str, Any],
    posts: Sequence[Mapping[str, Any]],
    by: User,
    seen: Seen | None = None,
) -> Kept:
    """Keep the career: its summary, and the posts held. Raises ValidationError for too many posts, or wrong dates."""
    with _merging(application, by) as (draft, kept):
        _merge(draft, kept, values, CAREER_FIELDS, seen)
        rows = Rows(draft, CareerEntry, CAREER_ROW, kept)
        rows.merge(posts, seen)
        mend_dates(rows)
        _write(rows, seen, POSTS_MAX, _("Trop de postes : %(max)s au plus."))
    return kept


def save_referees(
    *, application: Application, referees: Sequence[Mapping[str, Any]], by: User, seen: Seen | None = None
) -> Kept:
    """Keep the referees. Raises ValidationError for too many, or for a shared address."""
    with _merging(application, by) as (draft, kept):
        rows = Rows(draft, Referee, REFEREE_ROW, kept)
        rows.merge(referees, seen)
        mend_addresses(rows, draft.candidate.email)
        _write(rows, seen, draft.posting.referees_max, _("Trop de référents : %(max)s au plus."))
    return kept


def _write(rows: Rows, seen: Seen | None, most: int, too_many: str) -> None:
    """Write the rows; who sends no ``seen`` is told of a fault as an error, and nothing is saved."""
    if len(rows.filled()) > most:
        raise ValidationError(too_many % {"max": most})
    if seen is None and rows.kept.faults:
        raise ValidationError(list(rows.kept.faults.values()))
    if rows.write():
        rows.kept.written = True


def save_answers(*, application: Application, answers: Mapping[str, str], by: User, seen: Seen | None = None) -> Kept:
    """Keep the answers, by the code of their question. Raises ValidationError by code for one too long."""
    with _merging(application, by) as (draft, kept):
        questions = {question.code: question for question in draft.posting.questions.all()}
        faults = {
            code: _("Réponse trop longue : %(max)s caractères au plus.") % {"max": questions[code].max_characters}
            for code, text in answers.items()
            if len(text) > questions[code].max_characters
        }
        if faults:
            raise ValidationError(faults)
        stored = dict(draft.answers.values_list("question__code", "text"))
        changed = [code for code, text in answers.items() if kept.take(code, text, stored.get(code, ""), seen)]
        Answer.objects.bulk_create(
            [Answer(application=draft, question=questions[code], text=answers[code]) for code in changed],
            update_conflicts=True,
            unique_fields=["application", "question"],
            update_fields=["text"],
        )
        kept.written = bool(changed)
    return kept


def save_declaration(
    *,
    application: Application,
    by: User,
    sworn: bool | None = None,
    consented: bool | None = None,
    seen: Seen | None = None,
) -> Kept:
    """Keep the declaration on honour, and that the notice on personal data was read; None leaves what is stored."""
    given = {"sworn": sworn, "consented": consented}
    values = {name: value for name, value in given.items() if value is not None}
    with _merging(application, by) as (draft, kept):
        _merge(draft, kept, values, DECLARATION_FIELDS, seen)
    return kept
