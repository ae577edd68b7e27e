"""What the evaluation keeps of a candidate's own words, for the copy of their data (loi 09-08, right of access)."""

from typing import Any

from applications.models import Application
from evaluations.endings import digest
from evaluations.models import Renunciation, Sitting


def of_file(application: Application) -> dict[str, Any]:
    """Their sitting of the written exercise, and why they renounced. Not what was found in the writing: that is HR's warning."""
    return {**_sitting(application), **_renunciation(application)}


def _renunciation(application: Application) -> dict[str, Any]:
    """Their words, given by themselves or to HR; only who read their letter can renounce, so it tells them nothing."""
    row = Renunciation.objects.filter(application=application).select_related("by").first()
    if row is None:
        return {}
    return {"renonciation": {"le": row.at, "motif": row.words, "par_vous_meme": row.by_id == application.candidate_id}}


def _sitting(application: Application) -> dict[str, Any]:
    sitting = Sitting.objects.filter(application=application).select_related("exercise").first()
    if sitting is None:
        return {}
    told: dict[str, Any] = {
        "intitule": sitting.exercise.title,
        "convoque_le": sitting.invited_at,
        "temps_supplementaire_minutes": sitting.extra_minutes,
        "sur_papier": sitting.place,
        "commencee_le": sitting.started_at,
        "terminee_le": sitting.ended_at,
        "fin": sitting.get_ending_display() if sitting.ending else "",
        "composition": sitting.text,
    }
    if sitting.salt:
        told |= {"empreinte": digest(sitting), "sel": sitting.salt, "inscription": sitting.entry_hash}
    return {"epreuve": told}
