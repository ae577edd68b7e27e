"""A campaign with a written exercise, brought to each point of it through the acts that bring it there in life."""

from datetime import timedelta
from typing import Any

from evaluations import endings, exercises, sittings, subjects
from evaluations.exercises import Annex, Terms
from evaluations.models import Exercise, Opening, Sitting
from journal import clock
from postings.models import Posting
from tests import cast
from tests.factories import applications, evaluations

WORDS = "Le service établit d’abord les faits, puis saisit le responsable de la protection des données."
SUBJECT = "Rédigez une note sur l’incident décrit au dossier, et le projet de procès-verbal de la réunion."
MINUTES = 180


def terms(*, window: bool = False, days: int = 7) -> Terms:
    """In a week, for all at once; or a window of three days from then."""
    opens_at = clock.now() + timedelta(days=days)
    closes_at = opens_at + timedelta(days=3) if window else None
    return Terms(MINUTES, Opening.WINDOW if window else Opening.TOGETHER, opens_at, closes_at)


def prepared(posting: Posting, **changes: Any) -> Exercise:
    """An exercise that only wants sealing."""
    given = {
        "title": "Note et procès-verbal",
        "instructions": "Composez seul, à partir du dossier.",
        "subject": SUBJECT,
        "documents": [Annex("Notes de séance", "La réunion reporte la mise en service d’un mois.")],
        "terms": terms(),
        "by": cast.hr(),
    }
    return exercises.prepare(posting=posting, **(given | changes))


def shipped(posting: Posting, **changes: Any) -> Exercise:
    """The subject that ships with the posting."""
    found = subjects.read(posting)
    given = {"title": found.title, "instructions": found.instructions, "subject": found.subject}
    return prepared(posting, **given, documents=found.documents, **changes)


def convened(count: int = 4, *, window: bool = False) -> Posting:
    """The real posting, its jury composed, its files admitted, the exercise sealed and everybody invited."""
    posting = applications.open_posting()
    evaluations.composed(posting)
    evaluations.admitted(posting, count)
    prepared(posting, terms=terms(window=window))
    exercises.seal_subject(posting=posting, by=cast.hr())
    exercises.invite_all(posting=posting, by=cast.hr())
    return posting


def of(posting: Posting, n: int = 1) -> Sitting:
    """The n-th candidate's sitting, as it stands."""
    rows = Sitting.objects.select_related("exercise__posting", "application__candidate", "application__posting")
    return rows.get(application__posting=posting, application__candidate=cast.candidate(n))


def open_now(posting: Posting) -> Posting:
    """The clock of record stands at the opening."""
    clock.move_to(posting.exercise.opens_at, by="test", stopped=True)
    return posting


def writing(posting: Posting, n: int = 1, text: str = "") -> Sitting:
    """The n-th candidate has begun, and written ``text``."""
    sitting = sittings.begin(sitting=of(posting, n), by=cast.candidate(n))
    return write(sitting, text) if text else sitting


def write(sitting: Sitting, text: str) -> Sitting:
    """A page is opened on the text, and saves it."""
    page = Sitting.objects.get(pk=sitting.pk).new_page()
    return sittings.save(sitting=sitting, text=text, page=page, by=sitting.application.candidate)


def handed_in(posting: Posting, n: int = 1, text: str = WORDS) -> Sitting:
    """The n-th candidate has begun, written and handed in."""
    sitting = writing(posting, n, text)
    return sittings.hand_in(sitting=sitting, seen=str(sitting.version), by=cast.candidate(n))


def over(count: int = 4, *, absent: int = 0) -> Posting:
    """Everybody handed in but the last ``absent``, and the time is up."""
    posting = open_now(convened(count))
    for n in range(1, count - absent + 1):
        handed_in(posting, n, f"{WORDS} Copie du candidat {n}.")
    clock.move_to(posting.exercise.opens_at + timedelta(minutes=MINUTES), by="test", stopped=True)
    endings.end_due()
    return posting
