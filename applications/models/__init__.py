"""The candidature and all that stands in its file."""

from applications.models.application import Application, Move
from applications.models.dossier import Answer, CareerEntry, Document, Referee
from applications.models.events import Aftermath, Announcement, LateAttempt, Screening

__all__ = [
    "Aftermath",
    "Announcement",
    "Answer",
    "Application",
    "CareerEntry",
    "Document",
    "LateAttempt",
    "Move",
    "Referee",
    "Screening",
]
