"""Panels, marks, interviews, references, deliberation, decision."""

from evaluations.models.decision import Decision, DecisionOutcome, Deliberation, RankedFile, Ruling
from evaluations.models.interview import ChoiceWindow, Interview, Rescheduling, Unavailability
from evaluations.models.marking import Discussion, Reopening, Score, ScoreSheet, StageClosing, StageResult
from evaluations.models.panel import Declaration, Panel, PanelMember
from evaluations.models.reference import (
    Method,
    ReferenceRequest,
    ReferenceState,
    ReferenceVerification,
    VerificationOutcome,
)
from evaluations.models.sitting import Ballot, Debate, Deed, MinutesSignature, OrderVote, Slip, Voice
from evaluations.models.succession import DecisionDraft, Renunciation, Succession

__all__ = [
    "Ballot",
    "ChoiceWindow",
    "Debate",
    "Decision",
    "DecisionDraft",
    "DecisionOutcome",
    "Declaration",
    "Deed",
    "Deliberation",
    "Discussion",
    "Interview",
    "Method",
    "MinutesSignature",
    "OrderVote",
    "Panel",
    "PanelMember",
    "RankedFile",
    "ReferenceRequest",
    "ReferenceState",
    "ReferenceVerification",
    "Renunciation",
    "Reopening",
    "Rescheduling",
    "Ruling",
    "Score",
    "ScoreSheet",
    "Slip",
    "StageClosing",
    "StageResult",
    "Succession",
    "Unavailability",
    "VerificationOutcome",
    "Voice",
]
