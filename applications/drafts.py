"""Filling in a draft, step by step. A draft may be saved incomplete; completeness is judged at submission."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications import policy
from applications.models import Answer, Application, CareerEntry, Referee
from journal import clock
from postings.locks import hold_shared

IDENTITY_FIELDS = ("family_name", "given_names", "birth_date", "nationality", "national_id", "phone", "address", "city")
CAREER_FIELDS = ("current_position", "current_employer", "years_of_experience", "highest_degree")


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
    policy.refuse_unless_owner(by, application)
    with transaction.atomic():
        hold_shared(application.posting)
        locked = lock(application)
        if not policy.may_edit(locked):
            raise NotEditable
        yield locked
        locked.saved_at = clock.now()
        locked.save(update_fields=["saved_at"])


def _assign(application: Application, values: Mapping[str, Any], fields: Sequence[str]) -> None:
    for name in fields:
        if name in values:
            setattr(application, name, values[name])
    skipped = {field.name for field in application._meta.fields if field.name not in fields}
    application.full_clean(exclude=skipped, validate_unique=False, validate_constraints=False)
    application.save(update_fields=list(fields))


def save_identity(*, application: Application, values: Mapping[str, Any], by: User) -> None:
    """Keep who the candidate is, and how to reach them. Raises ValidationError by field."""
    with editing(application, by) as draft:
        _assign(draft, values, IDENTITY_FIELDS)


def save_career(
    *, application: Application, values: Mapping[str, Any], posts: Sequence[Mapping[str, Any]], by: User
) -> None:
    """Keep the career: its summary, and the posts held, which replace those kept before."""
    with editing(application, by) as draft:
        _assign(draft, values, CAREER_FIELDS)
        rows = [CareerEntry(application=draft, **post) for post in posts]
        for row in rows:
            row.full_clean(exclude=["application"])
        draft.career.all().delete()
        CareerEntry.objects.bulk_create(rows)


def referee_faults(referees: Sequence[Mapping[str, Any]], own_email: str) -> dict[int, str]:
    """What is wrong with the referees' addresses, by their place in the list."""
    faults: dict[int, str] = {}
    seen = {own_email.casefold()}
    for place, referee in enumerate(referees):
        email = str(referee.get("email") or "").casefold()
        if email == own_email.casefold():
            faults[place] = _("Indiquez l’adresse de votre référent, non la vôtre.")
        elif email and email in seen:
            faults[place] = _("Cette adresse est déjà celle d’un autre référent.")
        seen.add(email)
    return faults


def save_referees(*, application: Application, referees: Sequence[Mapping[str, Any]], by: User) -> None:
    """Keep the referees, who replace those kept before. Raises ValidationError for too many or a shared address."""
    with editing(application, by) as draft:
        faults = referee_faults(referees, draft.candidate.email)
        if len(referees) > draft.posting.referees_max:
            raise ValidationError(_("Trop de référents : %(max)s au plus.") % {"max": draft.posting.referees_max})
        if faults:
            raise ValidationError(list(faults.values()))
        rows = [Referee(application=draft, **referee) for referee in referees]
        for row in rows:
            row.full_clean(exclude=["application"])
        draft.referees.all().delete()
        Referee.objects.bulk_create(rows)


def save_answers(*, application: Application, answers: Mapping[str, str], by: User) -> None:
    """Keep the answers, by the code of their question. Raises ValidationError by code for one too long."""
    with editing(application, by) as draft:
        questions = {question.code: question for question in draft.posting.questions.all()}
        faults = {
            code: _("Réponse trop longue : %(max)s caractères au plus.") % {"max": questions[code].max_characters}
            for code, text in answers.items()
            if len(text) > questions[code].max_characters
        }
        if faults:
            raise ValidationError(faults)
        Answer.objects.bulk_create(
            [Answer(application=draft, question=questions[code], text=text) for code, text in answers.items()],
            update_conflicts=True,
            unique_fields=["application", "question"],
            update_fields=["text"],
        )


def save_declaration(*, application: Application, sworn: bool, consented: bool, by: User) -> None:
    """Keep the declaration on honour, and that the notice on personal data was read."""
    with editing(application, by) as draft:
        draft.sworn, draft.consented = sworn, consented
        draft.save(update_fields=["sworn", "consented"])
