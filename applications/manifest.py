"""The manifest: what exactly was submitted, frozen. Its hash alone goes to the journal."""

import secrets
from hashlib import sha256
from typing import Any

from applications.drafts import CAREER_FIELDS, IDENTITY_FIELDS
from applications.models import Application
from journal.append import canonical


def digest(value: Any) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON of ``value``."""
    return sha256(canonical(value).encode()).hexdigest()


def _iso(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _rows(rows: Any, fields: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{field: _iso(getattr(row, field)) for field in fields} for row in rows]


def _sections(application: Application) -> dict[str, Any]:
    """What the candidate wrote, by section."""
    summary = {field: getattr(application, field) for field in CAREER_FIELDS}
    answers = application.answers.select_related("question")
    return {
        "identity": {field: _iso(getattr(application, field)) for field in IDENTITY_FIELDS},
        "career": {
            **summary,
            "posts": _rows(application.career.all(), ("title", "employer", "started", "ended", "duties")),
        },
        "referees": _rows(
            application.referees.all(), ("name", "title", "organisation", "relationship", "email", "phone")
        ),
        "answers": {answer.question.code: answer.text for answer in answers},
        "declaration": {"sworn": application.sworn, "consented": application.consented},
    }


def freeze(application: Application) -> dict[str, Any]:
    """The manifest of a complete file: each section by its salted hash, each document by its own.

    The random salt keeps the hash that the journal publishes from being guessed from a person's known data.
    """
    salt = secrets.token_hex(16)
    sections = {
        f"{name}_sha256": digest({"salt": salt, name: content}) for name, content in _sections(application).items()
    }
    documents = [
        {
            "requirement": document.requirement.code,
            "label": document.requirement.label,
            "name": document.name,
            "size": document.size,
            "pages": document.pages,
            "sha256": document.sha256,
        }
        for document in application.documents.select_related("requirement")
    ]
    return {
        "salt": salt,
        "dossier": application.dossier_code,
        "posting": application.posting.slug,
        "posting_sha256": application.posting.content_sha256,
        **sections,
        "documents": documents,
    }
