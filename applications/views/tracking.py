"""Following one's file, and withdrawing it."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from applications import intake, policy
from applications.models import Application
from applications.states import UNSUBMITTED, State
from applications.transitions import MoveRefused
from applications.views.page import own_file, show
from applications.views.steps import form_methods
from notices.models import Notice
from notices.outbox import visible_to


@dataclass(frozen=True)
class Event:
    """Something that happened to the file, in plain words."""

    at: datetime
    words: str | Promise


#: The moves that a candidate may see; what lies between them is told by letters, once released.
_MOVES = {
    State.SUBMITTED: _("Votre candidature a été déposée"),
    State.WITHDRAWN: _("Vous avez retiré votre candidature"),
    State.LAPSED: _("Votre brouillon n’a pas été déposé avant la clôture"),
}


_LETTERS = {
    "receipt": _("Votre récépissé est disponible"),
    "interview_invitation": _("Une convocation à un entretien vous a été adressée"),
    "decision": _("La décision vous a été adressée"),
}
_OTHER_LETTER = _("Un courrier vous a été adressé")


def _events(application: Application, letters: list[Notice]) -> list[Event]:
    events = [Event(application.created_at, _("Vous avez ouvert un brouillon"))]
    for attempt in application.late_attempts.all():
        events.append(Event(attempt.at, _("Un dépôt a été refusé : il est arrivé après la date limite")))
    for move in application.moves.filter(to_state__in=_MOVES):
        events.append(Event(move.at, _MOVES[State(move.to_state)]))
    closed_at = application.posting.closed_at
    if closed_at:
        events.append(Event(closed_at, _("Le dépôt des candidatures a été clos")))
    events += [
        Event(letter.released_at, _LETTERS.get(letter.kind, _OTHER_LETTER)) for letter in letters if letter.released_at
    ]
    return sorted(events, key=lambda event: event.at)


@require_safe
@own_file
def follow(request: HttpRequest, application: Application) -> HttpResponse:
    """What happened, when, by the clock of record."""
    letters = list(visible_to(application.candidate).filter(subject=application.subject))
    return show(request, application, "follow.html", events=_events(application, letters), letters=letters)


@form_methods
@own_file
def withdraw(request: HttpRequest, application: Application) -> HttpResponse:
    """Say what withdrawing means, then do it."""
    if application.state in UNSUBMITTED:
        return redirect("applications:overview", application.posting.slug)
    if application.state == State.WITHDRAWN:
        return redirect("applications:follow", application.posting.slug)
    if request.method != "POST":
        status = 200 if policy.may_withdraw(application) else 409
        return show(request, application, "withdraw.html", may_withdraw=status == 200, status=status)
    try:
        intake.withdraw(application=application, by=application.candidate)
    except MoveRefused:
        return show(request, application, "withdraw.html", may_withdraw=False, status=409)
    return redirect("applications:follow", application.posting.slug)
