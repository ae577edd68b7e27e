"""How a sitting ends: handed in, by the clock, on paper, or as an absence. Nothing of it changes afterwards."""

import secrets
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from applications.models import Application
from evaluations import distinctive_signs, exercises
from evaluations.distinctive_signs import Person, Sign
from evaluations.models import Ending, Sitting
from journal import clock
from journal.append import append, salted
from journal.merkle import leaf_hash
from notices.outbox import enqueue
from postings.locks import hold_shared

_KINDS = {
    Ending.HANDED_IN: "sitting.handed_in",
    Ending.TIME: "sitting.timed_out",
    Ending.PAPER: "sitting.transcribed",
    Ending.ABSENT: "sitting.missed",
}


def signs_in(text: str, application: Application) -> list[Sign]:
    """What in the text would tell a marker whose it is."""
    person = Person(
        given_names=application.given_names,
        family_name=application.family_name,
        email=application.candidate.email,
        phone=application.phone,
        national_id=application.national_id,
        dossier=application.dossier_code,
    )
    return distinctive_signs.find(text, person)


def digest(sitting: Sitting) -> str:
    """SHA-256 of the composition in UTF-8: what the candidate's receipt prints."""
    return sha256(sitting.text.encode()).hexdigest()


def end(sitting: Sitting, ending: Ending, *, at: datetime, actor: str, ended_at: datetime | None = None) -> Sitting:
    """End a locked sitting with what it holds, and owe the receipt. In the caller's transaction.

    The register gets a hash of the text under a salt that goes with the text: nothing can be guessed from it later.
    """
    application = sitting.application
    facts: dict[str, object] = {}
    if ending != Ending.ABSENT:
        salt = secrets.token_bytes(32)
        sitting.salt = salt.hex()
        sitting.signs = len(signs_in(sitting.text, application))
        facts = {"composition": salted(digest(sitting), salt)}
    sitting.ending, sitting.ended_at = ending, ended_at or at
    entry = append(_KINDS[ending], at=at, actor=actor, subject=application.subject, facts=facts)
    sitting.entry_hash = leaf_hash(entry.body.encode()).hex()
    sitting.save()
    if ending != Ending.ABSENT:
        _owe_receipt(sitting, at)
    return sitting


def _owe_receipt(sitting: Sitting, at: datetime) -> None:
    application, ended_at = sitting.application, sitting.ended_at or at
    enqueue(
        key=f"exercise_received:{application.dossier_code}",
        kind="exercise_received",
        to=application.candidate,
        context={
            "post": application.posting.title,
            "dossier": application.dossier_code,
            "name": application.full_name,
            "ending": sitting.ending,
            "ended_at": ended_at.isoformat(),
            "words": sitting.words,
            "sha256": digest(sitting),
            "entry_hash": sitting.entry_hash,
        },
        at=at,
        campaign=application.posting.slug,
        subject=application.subject,
    )


def end_if_due(sitting: Sitting) -> bool:
    """End it when its time is up and nobody has: with what is there, or as an absence when it was never begun."""
    with transaction.atomic():
        hold_shared(sitting.exercise.posting)
        Application.objects.select_for_update(of=("self",)).get(pk=sitting.application_id)
        rows = Sitting.objects.select_for_update(of=("self",)).select_related(
            "exercise__posting", "application__candidate", "application__posting"
        )
        at = clock.now()
        locked = rows.due(at).filter(pk=sitting.pk).first()
        if locked is None:
            return False
        ending = Ending.TIME if locked.started_at else Ending.ABSENT
        # The composition was over at its deadline, however late the sweep came.
        end(locked, ending, at=at, actor="system", ended_at=locked.due_at)
    return True


def end_due() -> int:
    """Open what opens, and end every sitting whose time is up, each in its own transaction; how many ended."""
    exercises.open_due()
    waiting = Sitting.objects.due(clock.now()).select_related("exercise__posting").order_by("due_at", "pk")
    return sum(end_if_due(sitting) for sitting in waiting)
