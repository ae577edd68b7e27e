"""What happened to a file, as its candidate may know it. Nothing here tells how far the jury's work got.

Between the submission and the decision's letter, only what the candidate did, what was written to them, and what is
public of the campaign stand here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from applications.models import Application
from applications.states import SCREENED, State
from journal import clock
from journal.models import Entry
from notices.models import Notice


@dataclass(frozen=True)
class Event:
    """Something that happened, in plain words; ``exact`` where the fraction of a second may matter."""

    at: datetime
    words: str | Promise
    detail: str = ""
    exact: bool = False


#: The moves that a candidate may see; what lies between them is told by letters, once released.
_MOVES = {
    State.SUBMITTED: lazy("Vous avez déposé votre candidature"),
    State.WITHDRAWN: lazy("Vous avez retiré votre candidature"),
    State.LAPSED: lazy("Votre brouillon n’a pas été déposé avant la clôture : il ne sera pas examiné"),
}
_LETTERS = {
    "receipt": lazy("Votre récépissé vous a été envoyé"),
    "exercise_invitation": lazy("Une convocation à l’épreuve écrite vous a été envoyée"),
    "interview_invitation": lazy("Une convocation à un entretien vous a été envoyée"),
    "renunciation_recorded": lazy("Vous avez renoncé ; une lettre vous l’a confirmé"),
    "called_from_reserve": lazy("Vous avez été appelé sur la liste complémentaire"),
    "posting_cancelled": lazy("L’annulation de l’avis vous a été annoncée par lettre"),
    "decision": lazy("La décision vous a été envoyée, avec ses motifs"),
    "objection_answered": lazy("La réponse à votre recours vous a été envoyée"),
}
_LATE = {
    "piece.refused_late": lazy("Un envoi a été refusé : il est arrivé après la fin du délai de la pièce demandée"),
    "objection.refused_late": lazy("Un recours a été refusé : il est arrivé après la fin du délai"),
}


_EXERCISE = {
    "sitting.begun": lazy("Vous avez commencé l’épreuve écrite"),
    "sitting.handed_in": lazy("Vous avez rendu votre composition"),
    "sitting.timed_out": lazy("Le temps de l’épreuve a pris fin : votre composition est rendue telle qu’elle était"),
    "sitting.transcribed": lazy("Votre composition sur papier a été transcrite"),
    "sitting.missed": lazy("L’épreuve écrite a pris fin sans vous"),
}


def _submission(application: Application) -> Iterator[Event]:
    yield Event(application.created_at, _("Vous avez ouvert un brouillon"))
    for attempt in application.late_attempts.all():
        yield Event(attempt.at, _("Un dépôt a été refusé : il est arrivé après la date limite"), exact=True)
    for move in application.moves.filter(to_state__in=_MOVES).exclude(from_state__in=SCREENED):
        state = State(move.to_state)
        yield Event(move.at, _MOVES[state], exact=state != State.LAPSED)


def _campaign(application: Application) -> Iterator[Event]:
    for extension in application.posting.extensions.filter(at__gte=application.created_at):
        yield Event(extension.at, _("La date limite de dépôt a été repoussée"), extension.reason)
    if application.posting.cancelled_at:
        reason = application.posting.cancellation_reason
        yield Event(application.posting.cancelled_at, _("L’avis de recrutement a été annulé"), reason)
    if application.posting.closed_at:
        yield Event(application.posting.closed_at, _("Le dépôt des candidatures a été clos"))


def _pieces(application: Application, now: datetime) -> Iterator[Event]:
    for request in application.piece_requests.select_related("requirement"):
        label = {"piece": request.requirement.label}
        yield Event(request.asked_at, _("Une pièce vous a été demandée : %(piece)s") % label, request.message)
        if request.answered_at:
            yield Event(request.answered_at, _("Vous avez envoyé la pièce demandée : %(piece)s") % label, exact=True)
        elif request.due_at <= now:
            yield Event(request.due_at, _("Le délai pour envoyer cette pièce a pris fin : %(piece)s") % label)
    told = _LATE | _EXERCISE
    for entry in Entry.objects.filter(subject=application.subject, kind__in=told):
        yield Event(entry.at, told[entry.kind], exact=True)


def _words(application: Application) -> Iterator[Event]:
    for correction in application.contact_corrections.all():
        yield Event(correction.at, _("Vous avez corrigé vos coordonnées"))
    accommodation = getattr(application, "accommodation", None)
    if accommodation:
        yield Event(accommodation.asked_at, _("Vous avez demandé un aménagement"))
        if accommodation.answered_at:
            yield Event(accommodation.answered_at, _("Nous avons répondu à votre demande d’aménagement"))
    for objection in application.objections.all():
        yield Event(objection.lodged_at, _("Vous avez formé un recours"), exact=True)


def _above(application: Application) -> Iterator[Event]:
    """What the rooms above make public of the campaign; the wiring (``settings``) names who tells it."""
    for name in settings.PMP_EVENTS_ABOVE:
        for at, words in import_string(name)(application):
            yield Event(at, words)


def events(application: Application, letters: list[Notice]) -> list[Event]:
    """All of it, the oldest first. ``letters`` are those that the candidate may read."""
    found = [
        *_submission(application),
        *_campaign(application),
        *_pieces(application, clock.now()),
        *_words(application),
        *_above(application),
        *(
            Event(letter.released_at, _LETTERS.get(letter.kind, _("Un courrier vous a été envoyé")))
            for letter in letters
            if letter.released_at
        ),
    ]
    return sorted(found, key=lambda event: event.at)


def by_day(found: list[Event]) -> list[tuple[date, list[Event]]]:
    """The events of each day of the institution's calendar, the oldest first."""

    def day(event: Event) -> Any:
        return timezone.localdate(event.at, clock.zone())

    return [(when, list(of_day)) for when, of_day in groupby(found, key=day)]
