"""Notices of every kind, with invented content."""

from typing import Any

from django.db import transaction

from accounts.models import User
from notices.models import Notice
from notices.outbox import enqueue
from tests import cast

AT = "2025-10-30T15:29:59.999000+00:00"
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
POST, NAME, DOSSIER = "Secrétaire Général du P.M.P", "Salma L'Idrissi", "K7Q2-M9XD"
_FILE: dict[str, Any] = {"post": POST, "dossier": DOSSIER, "name": NAME}
_DOCUMENT = {"label": "Curriculum vitae", "name": "cv <final>.pdf", "size": 214_000, "pages": 3, "sha256": HASH}

CONTEXTS: dict[str, dict[str, Any]] = {
    "signin_code": {"code": "482913"},
    "signin_closed": {},
    "fresh_code": {"code": "731904"},
    "address_change_old": {"code": "482913", "new_address": "nouvelle@exemple.ma"},
    "address_change_new": {"code": "593024"},
    "address_change_taken": {},
    "address_changed": {"at": AT},
    "passkey_added": {"at": AT},
    "second_factor_changed": {"at": AT, "change": "reset"},
    "erasure_answered": _FILE | {"answer": "Votre dossier est effacé, hors ce que la loi oblige à garder."},
    "receipt": _FILE
    | {"submitted_at": AT, "documents": [_DOCUMENT], "answers_sha256": HASH, "manifest_sha256": HASH, "entry_hash": HASH}
    | {"entry_page": "/registre/entree/12/9f86d081884c7d65/"},
    "withdrawn": _FILE | {"at": AT},
    "intake_closed": _FILE | {"closed_at": AT},
    "draft_reminder": {
        "post": POST, "name": NAME, "closes_at": AT, "left": "moins de 3 heures",
        "missing": ["Curriculum vitae", "Réponse à la question 2"], "link": "https://pmp.example/candidature/secretaire-general/"
    },
    "draft_lapsed": {"post": POST, "name": NAME, "closed_at": AT},
    "deadline_extended": {
        "post": POST, "name": NAME, "previous": AT, "closes_at": "2025-11-03T15:30:00+00:00", "reason": "Panne du réseau."
    },
    "posting_cancelled": _FILE | {"cancelled_at": AT, "reason": "Le poste est supprimé <par décret>."},
    "interview_invitation": _FILE
    | {"starts_at": "2025-11-20T09:00:00+00:00", "minutes": 30, "place": "Salle Al Atlas, Rabat", "link": "", "reason": ""},
    "exercise_invitation": _FILE
    | {"title": "Note de synthèse", "opens_at": "2025-11-12T08:00:00+00:00", "closes_at": "", "minutes": 240, "extra": 60}
    | {"place": "", "again": False},
    "exercise_received": _FILE | {"ending": "time", "ended_at": AT, "words": 1240, "sha256": HASH, "entry_hash": HASH},
    "interview_reminder": _FILE
    | {"starts_at": "2025-11-20T09:00:00+00:00", "minutes": 30, "place": "Salle Al Atlas, Rabat", "link": "", "left": "moins de 24 heures"},
    "interview_cancelled": _FILE | {"starts_at": "2025-11-20T09:00:00+00:00"},
    "piece_requested": _FILE | {"piece": "Diplômes", "message": "Le diplôme est illisible.", "due_at": "2025-11-04T23:00:00+00:00"},
    "piece_received": _FILE | {"piece": "Diplômes", "received_at": AT, "file": "diplome <net>.pdf", "sha256": HASH},
    "accommodation_answered": _FILE,
    "objection_received": _FILE | {"lodged_at": AT, "answer_due_at": "2026-02-02T23:00:00+00:00", "entry_hash": HASH},
    "objection_answered": _FILE
    | {"lodged_at": AT, "answered_at": AT, "outcome": "partly", "reasons": "La note est rectifiée.", "entry_hash": HASH},
    "reference_request": {
        "post": POST, "name": "Karim Alaoui", "candidate": NAME, "words": "Nous nous sommes parlé <hier>.",
        "link": "https://pmp.example/r/secret", "expires_at": AT,
    },
    "reference_reminder": {
        "post": POST, "name": "Karim Alaoui", "candidate": NAME, "link": "https://pmp.example/r/secret", "asked_at": AT,
        "expires_at": "2025-11-09T15:30:00+00:00",
    },
    "decision": _FILE
    | {
        "outcome": "reserve", "rank": 2, "reasons": "Une expérience solide.", "decided_at": AT, "reserve_ends_at": "2026-10-30T15:29:59.999000+00:00",
        "totals": {"skills": "14,25", "interview": "13,5", "total": "13,8"}, "entry_hash": HASH,
    },
    "renunciation_recorded": _FILE | {"at": AT, "was": "retained", "entry_hash": HASH},
    "called_from_reserve": _FILE | {"at": AT, "rank": 1, "entry_hash": HASH},
}  # fmt: skip


def owed(kind: str = "withdrawn", *, key: str = "", to: User | str | None = None, **changes: Any) -> Notice:
    """A notice that is owed: to the first candidate, unless said otherwise."""
    with transaction.atomic():
        return enqueue(
            key=key or f"{kind}:{Notice.objects.count()}",
            kind=kind,
            to=to or cast.candidate(),
            context=CONTEXTS[kind] | changes,
            campaign="secretaire-general",
            subject=f"application:{DOSSIER}",
        )
