"""What a file still lacks before it can be submitted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from applications.drafts import IDENTITY_FIELDS
from applications.models import Application


class Step(StrEnum):
    """The pages of a draft, in order; each value is the name of its address."""

    IDENTITY = "identity"
    CAREER = "career"
    DOCUMENTS = "documents"
    REFEREES = "referees"
    ANSWERS = "answers"
    DECLARATION = "declaration"


@dataclass(frozen=True)
class Missing:
    """One thing that a file lacks: where to give it, down to the field's ``id`` on the step's page, and its name."""

    step: Step
    label: str
    anchor: str


#: An ``id`` on the step's page, and what is lacking there.
Lack = tuple[str, str]

#: The formsets' prefixes, which the ids of their fields begin with.
PREFIX_POSTS, PREFIX_REFEREES = "postes", "referents"
_POST_FIELDS = ("title", "employer", "started")
_REFEREE_FIELDS = ("name", "title", "organisation", "relationship", "email")


def _label(application: Application, field: str) -> str:
    return capfirst(str(application._meta.get_field(field).verbose_name))  # type: ignore[union-attr]


def _given(application: Application, field: str) -> bool:
    return getattr(application, field) not in (None, "")


def _plain_fields(application: Application, fields: Iterable[str]) -> Iterator[Lack]:
    for field in fields:
        if not _given(application, field):
            yield f"id_{field}", _label(application, field)


def _first_gap(rows: Sequence[Model], prefix: str, fields: Sequence[str]) -> str:
    """The ``id`` of the first empty field of the rows; of a new row's first one when all of them are full."""
    gaps = (f"id_{prefix}-{n}-{field}" for n, row in enumerate(rows) for field in fields if not getattr(row, field))
    return next(gaps, f"id_{prefix}-{len(rows)}-{fields[0]}")


def _identity(application: Application) -> Iterator[Lack]:
    return _plain_fields(application, IDENTITY_FIELDS)


def _career(application: Application) -> Iterator[Lack]:
    yield from _plain_fields(application, ("years_of_experience", "highest_degree"))
    posts = list(application.career.all())
    gap = _first_gap(posts, PREFIX_POSTS, _POST_FIELDS)
    if not posts:
        yield gap, _("Au moins un poste occupé")
    elif any(not getattr(post, field) for post in posts for field in _POST_FIELDS):
        yield gap, _("Fonction, employeur et date de début de chaque poste")


def _documents(application: Application) -> Iterator[Lack]:
    given = {document.requirement_id for document in application.documents.all()}
    for requirement in application.posting.requirements.all():
        if requirement.required and requirement.pk not in given:
            yield f"piece-{requirement.code}", requirement.label


def _referees(application: Application) -> Iterator[Lack]:
    referees = list(application.referees.all())
    complete = [r for r in referees if all(getattr(r, field) for field in _REFEREE_FIELDS)]
    gap = _first_gap(referees, PREFIX_REFEREES, _REFEREE_FIELDS)
    least = application.posting.referees_min
    if len(complete) < least:
        words = _("%(least)s référents au moins, chacun au complet (%(given)s pour l’instant)")
        yield gap, words % {"least": least, "given": len(complete)}
    elif len(complete) < len(referees):
        yield gap, _("Les coordonnées complètes de chaque référent")


def _answers(application: Application) -> Iterator[Lack]:
    given = {answer.question_id for answer in application.answers.all() if answer.text.strip()}
    for number, question in enumerate(application.posting.questions.all(), start=1):
        if question.pk not in given:
            yield f"id_{question.code}", _("Réponse à la question %(number)s") % {"number": number}


def _declaration(application: Application) -> Iterator[Lack]:
    if not application.sworn:
        yield "id_sworn", _("Déclaration sur l’honneur")
    if not application.consented:
        yield "id_consented", _("Prise de connaissance de l’information sur vos données")


_CHECKS = {
    Step.IDENTITY: _identity,
    Step.CAREER: _career,
    Step.DOCUMENTS: _documents,
    Step.REFEREES: _referees,
    Step.ANSWERS: _answers,
    Step.DECLARATION: _declaration,
}


def missing(application: Application) -> list[Missing]:
    """All that the file lacks, in the order of the steps; empty when it may be submitted."""
    return [Missing(step, label, anchor) for step, check in _CHECKS.items() for anchor, label in check(application)]
