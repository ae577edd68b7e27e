"""Candidatures in each state, made through the acts that make them in life."""

import io
from datetime import date
from functools import cache
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from applications import checking, closing, documents, drafts, intake, screening, second_look
from applications.models import Application
from journal import clock
from postings import lifecycle, loader
from postings.models import Posting
from tests import cast

SLUG = "secretaire-general"
# The same few files go into every dossier: each is looked into once, for real, in a run of the tests.
checking.inspect = cache(checking.inspect)  # type: ignore[assignment]


def open_posting() -> Posting:
    """The real notice, loaded and published."""
    return lifecycle.publish(posting=loader.load(loader.DATA / SLUG), by=None)


@cache
def pdf(words: str = "Pièce", pages: int = 1) -> bytes:
    """A small, sound PDF that differs by its words."""
    document = pikepdf.new()
    for _page in range(pages):
        document.add_blank_page(page_size=(595, 842))
    document.docinfo["/Title"] = words
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def upload(words: str = "Pièce", *, name: str = "piece.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf(words) if content is None else content, content_type="application/pdf")


def identity(candidate: User) -> dict[str, Any]:
    given, _space, family = candidate.full_name.partition(" ")
    return {
        "family_name": family or "Sans-Nom",
        "given_names": given or "Candidat",
        "birth_date": date(1980, 5, 17),
        "nationality": "marocaine",
        "national_id": f"AB{candidate.pk:06}",
        "phone": "+212 600 000 000",
        "address": "12, rue des Orangers",
        "city": "Rabat",
    }


def referee(n: int, candidate: User) -> dict[str, str]:
    return {
        "name": f"Référent {n}",
        "title": "Directeur",
        "organisation": f"Direction n° {n}",
        "relationship": "Supérieur hiérarchique",
        "email": f"referent{n}.{candidate.pk}@exemple.example",
        "phone": "",
    }


def draft(posting: Posting, candidate: User) -> Application:
    """An empty draft."""
    return intake.start(posting=posting, by=candidate)


def fill(application: Application, *, documents_too: bool = True) -> Application:
    """All that a complete file has, saved step by step as its candidate would."""
    by, posting = application.candidate, application.posting
    drafts.save_identity(application=application, values=identity(by), by=by)
    summary = {"years_of_experience": 15, "highest_degree": "Doctorat en droit public"}
    post = {
        "title": "Chef de division",
        "employer": "Ministère",
        "started": date(2015, 1, 5),
        "ended": None,
        "duties": "",
    }
    drafts.save_career(application=application, values=summary, posts=[post], by=by)
    referees = [referee(n, by) for n in range(1, posting.referees_min + 1)]
    drafts.save_referees(application=application, referees=referees, by=by)
    answers = {question.code: f"Réponse à la question {question.position}." for question in posting.questions.all()}
    drafts.save_answers(application=application, answers=answers, by=by)
    drafts.save_declaration(application=application, sworn=True, consented=True, by=by)
    if documents_too:
        attach_all(application)
    application.refresh_from_db()
    return application


def attach_all(application: Application) -> None:
    """One small PDF for each required document."""
    for requirement in application.posting.requirements.filter(required=True):
        file = upload(requirement.code, name=f"{requirement.code}.pdf")
        documents.attach(application=application, requirement=requirement, files=[file], by=application.candidate)


def complete_draft(posting: Posting, candidate: User) -> Application:
    """A draft that only wants submitting."""
    return fill(draft(posting, candidate))


def submitted(posting: Posting, candidate: User) -> Application:
    """A file that is in."""
    return intake.submit(application=complete_draft(posting, candidate), by=candidate)


def admitted(posting: Posting, candidate: User) -> Application:
    """A file that HR found admissible; submit every other file first, since intake must be closed by then."""
    application = Application.objects.filter(posting=posting, candidate=candidate).first() or submitted(
        posting, candidate
    )
    close(posting)
    application.refresh_from_db()
    return screening.admit(application=application, by=cast.hr())


def found_inadmissible(application: Application, *, ground: str = "incomplete", reason: str) -> Application:
    """A file that one officer proposed to refuse and another refused; intake is closed."""
    proposal = second_look.propose(application=application, ground=ground, reason=reason, by=cast.hr())
    return second_look.confirm(proposal=proposal, by=cast.officer())


def close(posting: Posting) -> Posting:
    """Move the clock of record to the deadline, if it isn't past, and close intake."""
    if clock.now() < posting.closes_at:
        clock.move_to(posting.closes_at, by="test", stopped=True)
    return closing.close_intake(posting=posting)
