"""The letter that invites a candidate to the written exercise: when, how long, how; and the one that replaces it."""

from datetime import datetime, timedelta

from evaluations.models import Exercise, Sitting
from notices.outbox import enqueue


def first_end(exercise: Exercise, extra_minutes: int) -> datetime:
    """When a sitting that nobody begins is over. One hour for all: the time of all; a window: its close."""
    return exercise.closes_at or exercise.opens_at + timedelta(minutes=exercise.minutes + extra_minutes)


def convene(sitting: Sitting, *, at: datetime, again: bool = False) -> Sitting:
    """Owe the candidate the letter of a sitting not begun, with its end as it now is. In the caller's transaction."""
    exercise, application = sitting.exercise, sitting.application
    sitting.due_at = first_end(exercise, sitting.extra_minutes)
    sitting.invitations += again
    sitting.save()
    enqueue(
        key=f"exercise:{application.dossier_code}:{sitting.invitations}",
        kind="exercise_invitation",
        to=application.candidate,
        context={
            "post": exercise.posting.title,
            "dossier": application.dossier_code,
            "name": application.full_name,
            "title": exercise.title,
            "opens_at": exercise.opens_at.isoformat(),
            "closes_at": exercise.closes_at.isoformat() if exercise.closes_at else "",
            "minutes": sitting.minutes,
            "extra": sitting.extra_minutes,
            "place": sitting.place,
            "again": sitting.invitations > 1,
        },
        at=at,
        campaign=exercise.posting.slug,
        subject=application.subject,
    )
    return sitting
