"""Panels, marks, interviews, references, deliberation, decision."""

from evaluations.models.decision import Decision, DecisionOutcome, Deliberation, RankedFile, Ruling
from evaluations.models.exercise import Ending, Exercise, Opening, Sitting
from evaluations.models.interview import ChoiceWindow, Interview, Rescheduling, Unavailability
from evaluations.models.jury_sitting import InterviewNote, JurySitting
from evaluations.models.marking import (
    Discussion,
    Reopening,
    Score,
    ScoreSheet,
    StageClosing,
    StageResult,
    ThirdMarker,
)
from evaluations.models.panel import Declaration, Panel, PanelMember
from evaluations.models.reference import (
    Method,
    ReferenceReminder,
    ReferenceRequest,
    ReferencesConclusion,
    ReferencesOutcome,
    ReferenceState,
    ReferenceVerification,
    VerificationOutcome,
)

__all__ = [
    "ChoiceWindow",
    "Decision",
    "DecisionOutcome",
    "Declaration",
    "Deliberation",
    "Discussion",
    "Ending",
    "Exercise",
    "Interview",
    "InterviewNote",
    "Method",
    "Opening",
    "Panel",
    "PanelMember",
    "RankedFile",
    "ReferenceReminder",
    "ReferenceRequest",
    "ReferenceState",
    "ReferenceVerification",
    "ReferencesConclusion",
    "ReferencesOutcome",
    "Reopening",
    "Rescheduling",
    "Ruling",
    "Score",
    "ScoreSheet",
    "Sitting",
    "JurySitting",
    "StageClosing",
    "StageResult",
    "ThirdMarker",
    "Unavailability",
    "VerificationOutcome",
]
