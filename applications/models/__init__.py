"""The candidature and all that stands in its file."""

from applications.models.application import Application, Move
from applications.models.dossier import Answer, CareerEntry, Document, Referee
from applications.models.events import Aftermath, Announcement, LateAttempt, Screening
from applications.models.exchanges import Accommodation, ContactCorrection, Objection, ObjectionOutcome, PieceRequest
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
from applications.models.viewing import Shown, Viewing

__all__ = [
    "Shown",
    "Viewing",
    "Accommodation",
    "Aftermath",
    "AgeBand",
    "Announcement",
    "Answer",
    "Application",
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
    "LateAttempt",
    "Move",
    "Objection",
    "ObjectionOutcome",
    "PieceRequest",
    "Referee",
    "Screening",
    "Setting",
    "Upload",
]
