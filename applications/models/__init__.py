"""The candidature and all that stands in its file."""

from applications.models.application import Application, Move
from applications.models.dossier import Answer, CareerEntry, Document, Referee
from applications.models.events import Aftermath, Announcement, LateAttempt, Screening
from applications.models.exchanges import Accommodation, ContactCorrection, Objection, ObjectionOutcome, PieceRequest
from applications.models.lifecycle import CancellationTelling, Incident, ObjectionAssignment, PurgeCertificate
from applications.models.privacy import (
    AgeBand,
    Disability,
    EqualityAnswer,
    EqualityOffer,
    Erasure,
    ErasureCause,
    ErasureRequest,
    Gender,
    Setting,
)
from applications.models.uploads import Upload

__all__ = [
    "Accommodation",
    "Aftermath",
    "AgeBand",
    "Announcement",
    "Answer",
    "Application",
    "CancellationTelling",
    "CareerEntry",
    "ContactCorrection",
    "Disability",
    "Document",
    "EqualityAnswer",
    "EqualityOffer",
    "Erasure",
    "ErasureCause",
    "ErasureRequest",
    "Gender",
    "Incident",
    "LateAttempt",
    "Move",
    "Objection",
    "ObjectionAssignment",
    "ObjectionOutcome",
    "PieceRequest",
    "PurgeCertificate",
    "Referee",
    "Screening",
    "Setting",
    "Upload",
]
