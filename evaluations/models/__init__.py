"""Panels, marks, interviews, references, deliberation, decision."""

from evaluations.models.closing import CampaignArchive, FinalReport
from evaluations.models.decision import ActOfDecision, Decision, DecisionOutcome, Deliberation, RankedFile, Ruling
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
from evaluations.models.panel import Declaration, Panel, PanelMember, Replacement, Substitute
from evaluations.models.publication import ListStage, Publication, PublicationLine, Section
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
from evaluations.models.sitting import Ballot, Debate, Deed, MinutesSignature, OrderVote, Slip, Voice
from evaluations.models.succession import DecisionDraft, Renunciation, Succession

__all__ = [
    "ActOfDecision",
    "Ballot",
    "CampaignArchive",
    "ChoiceWindow",
    "Debate",
    "Decision",
    "DecisionDraft",
    "DecisionOutcome",
    "Declaration",
    "Deed",
    "Deliberation",
    "Discussion",
    "Ending",
    "Exercise",
    "FinalReport",
    "Interview",
    "InterviewNote",
    "ListStage",
    "Method",
    "MinutesSignature",
    "OrderVote",
    "Opening",
    "Panel",
    "PanelMember",
    "Publication",
    "PublicationLine",
    "Replacement",
    "Substitute",
    "RankedFile",
    "ReferenceReminder",
    "ReferenceRequest",
    "ReferenceState",
    "ReferenceVerification",
    "ReferencesConclusion",
    "ReferencesOutcome",
    "Renunciation",
    "Reopening",
    "Rescheduling",
    "Ruling",
    "Score",
    "ScoreSheet",
    "Section",
    "Sitting",
    "JurySitting",
    "Slip",
    "StageClosing",
    "StageResult",
    "Succession",
    "ThirdMarker",
    "Unavailability",
    "VerificationOutcome",
    "Voice",
]
