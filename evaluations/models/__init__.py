"""Panels, marks, interviews, references, deliberation, decision."""

from evaluations.models.decision import Decision, DecisionOutcome, Deliberation, RankedFile, Ruling
from evaluations.models.interview import ChoiceWindow, Interview, Rescheduling, Unavailability
from evaluations.models.marking import Discussion, Reopening, Score, ScoreSheet, StageClosing, StageResult
from evaluations.models.panel import Declaration, Panel, PanelMember, Replacement, Substitute
from evaluations.models.reference import (
    Method,
    ReferenceRequest,
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
    "Interview",
    "Method",
    "Panel",
    "PanelMember",
    "Replacement",
    "Substitute",
    "RankedFile",
    "ReferenceRequest",
    "ReferenceState",
    "ReferenceVerification",
    "Reopening",
    "Rescheduling",
    "Ruling",
    "Score",
    "ScoreSheet",
    "StageClosing",
    "StageResult",
    "Unavailability",
    "VerificationOutcome",
]
