"""Panels, marks, interviews, references, deliberation, decision."""

from evaluations.models.decision import Decision, Deliberation, RankedFile
from evaluations.models.interview import Interview
from evaluations.models.marking import Discussion, Score, ScoreSheet, StageClosing, StageResult
from evaluations.models.panel import Declaration, Panel, PanelMember
from evaluations.models.reference import ReferenceRequest, ReferenceVerification

__all__ = [
    "Decision",
    "Declaration",
    "Deliberation",
    "Discussion",
    "Interview",
    "Panel",
    "PanelMember",
    "RankedFile",
    "ReferenceRequest",
    "ReferenceVerification",
    "Score",
    "ScoreSheet",
    "StageClosing",
    "StageResult",
]
