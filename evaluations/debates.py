"""What the jury says of each file, written down while the session lasts by who presides over the file."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from applications.states import State
from evaluations.models import Debate, Deliberation
from evaluations.policy import presides
from journal import clock
from postings.locks import hold_shared, refuse_if_cancelled

LENGTH = 3000


class SessionClosed(Exception):
    """The deliberation is closed: what was said stays as it was written down."""


def save(*, application: Application, words: str, by: User) -> datetime:
    """Keep the words; returns when. They go into the minutes, not into the register.

    Raises PermissionDenied unless ``by`` presides over the file and is present, SessionClosed, ValidationError when too long.
    """
    if not presides(by, application):
        raise PermissionDenied
    if len(words) > LENGTH:
        raise ValidationError({"words": _("Le relevé compte %(n)d caractères au plus.") % {"n": LENGTH}})
    with transaction.atomic():
        hold_shared(application.posting)
        refuse_if_cancelled(application.posting)
        session = Deliberation.objects.filter(posting=application.posting, present__user=by).first()
        if session is None:
            raise PermissionDenied
        if session.closed_at is not None:
            raise SessionClosed
        if application.state != State.INTERVIEWED:
            raise PermissionDenied
        at = clock.now()
        Debate.objects.update_or_create(
            application=application, defaults={"deliberation": session, "words": words.strip(), "saved_at": at}
        )
    return at
