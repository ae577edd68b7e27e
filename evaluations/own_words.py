"""What the evaluation keeps of a candidate's own words, for the copy of their data (loi 09-08, right of access)."""

from typing import Any

from applications.models import Application
from evaluations.endings import digest
from evaluations.models import Sitting


def of_file(application: Application) -> dict[str, Any]:
    """Their sitting of the written exercise, if they were invited to one. Not what was found in it: that is HR's warning."""
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
