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
from applications.models.screening import (
    Answered,
    Check,
    Condition,
    FileNote,
    RefusalProposal,
    Reopening,
    Verdict,
)
from applications.models.uploads import Upload
from applications.models.viewing import Shown, Viewing
from applications.models.workbench import BulkAct, BulkItem, BulkOutcome, BulkRun, SavedFilter

__all__ = [
    "Shown",
    "Viewing",
    "Accommodation",
    "Aftermath",
    "AgeBand",
    "Announcement",
    "Answer",
    "Answered",
    "Application",
    "BulkAct",
    "BulkItem",
    "BulkOutcome",
    "BulkRun",
    "CancellationTelling",
    "CareerEntry",
    "Check",
    "Condition",
    "ContactCorrection",
    "Disability",
    "Document",
    "EqualityAnswer",
    "EqualityOffer",
    "Erasure",
    "ErasureCause",
    "ErasureRequest",
    "FileNote",
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
    "RefusalProposal",
    "Reopening",
    "SavedFilter",
    "Screening",
    "Setting",
    "Upload",
    "Verdict",
]
