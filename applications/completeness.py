"""What a file still lacks before it can be submitted."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

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
    """One thing that a file lacks: where to give it, and its name in French."""

    step: Step
    label: str


_REFEREE_FIELDS = ("name", "title", "organisation", "relationship", "email")


def _label(application: Application, field: str) -> str:
    return capfirst(str(application._meta.get_field(field).verbose_name))  # type: ignore[union-attr]


def _identity(application: Application) -> Iterator[str]:
    return (_label(application, field) for field in IDENTITY_FIELDS if not getattr(application, field))


def _career(application: Application) -> Iterator[str]:
    if application.years_of_experience is None:
        yield _label(application, "years_of_experience")
    if not application.highest_degree:
        yield _label(application, "highest_degree")
    posts = list(application.career.all())
    if not posts:
        yield _("Au moins un poste occupé")
    if any(not (post.title and post.employer and post.started) for post in posts):
        yield _("Fonction, employeur et date de début de chaque poste")


def _documents(application: Application) -> Iterator[str]:
    given = {document.requirement_id for document in application.documents.all()}
    for requirement in application.posting.requirements.all():
        if requirement.required and requirement.pk not in given:
            yield requirement.label


def _referees(application: Application) -> Iterator[str]:
    referees = list(application.referees.all())
    complete = [r for r in referees if all(getattr(r, field) for field in _REFEREE_FIELDS)]
    least = application.posting.referees_min
    if len(complete) < least:
        yield _("%(least)s référents au moins, chacun au complet (%(given)s pour l’instant)") % {
            "least": least,
            "given": len(complete),
        }
    elif len(complete) < len(referees):
        yield _("Les coordonnées complètes de chaque référent")


def _answers(application: Application) -> Iterator[str]:
    given = {answer.question_id for answer in application.answers.all() if answer.text.strip()}
    for number, question in enumerate(application.posting.questions.all(), start=1):
        if question.pk not in given:
            yield _("Réponse à la question %(number)s") % {"number": number}


def _declaration(application: Application) -> Iterator[str]:
    if not application.sworn:
        yield _("Déclaration sur l’honneur")
    if not application.consented:
        yield _("Prise de connaissance de l’information sur vos données")


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
    return [Missing(step, label) for step, check in _CHECKS.items() for label in check(application)]
