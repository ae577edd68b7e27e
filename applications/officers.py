"""Which officer looks after which file."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.policy import is_hr
from applications.drafts import lock
from applications.models import Application
from applications.screening import authorise
from applications.states import IN_PLAY, State
from journal import clock
from journal.append import append
from postings.locks import hold_shared


def officers() -> QuerySet[User]:
    """Everyone to whom a file may be given, by name."""
    return User.objects.filter(role__in=[Role.HR, Role.HR_HEAD], is_active=True).order_by("full_name", "pk")


def assign(*, application: Application, officer: User | None, by: User) -> Application:
    """Give a file to an officer, or to nobody. Twice is once.

    Raises PermissionDenied unless ``by`` is HR, ValidationError for someone who isn't, or for a file out of play.
    """
    authorise(by)
    if officer is not None and not is_hr(officer):
        raise ValidationError({"officer": _("Cette personne ne travaille pas sur les dossiers.")})
    with transaction.atomic():
        hold_shared(application.posting)
        locked = lock(application)
        if locked.officer_id == (officer.pk if officer else None):
            return locked
        if locked.state not in IN_PLAY:
            state = locked.get_state_display()
            raise ValidationError(
                _("Ce dossier n’est plus en cours : il est à l’état « %(state)s ».") % {"state": state}
            )
        locked.officer = officer
        locked.save(update_fields=["officer"])
        facts = {"officer": officer.actor if officer else ""}
        append("screening.assigned", at=clock.now(), actor=by.actor, subject=locked.subject, facts=facts)
    return locked


def least_loaded(posting_id: int, among: Sequence[User]) -> User:
    """Who of them has the fewest files to screen in that campaign; the first of those who have as few."""
    waiting = Application.objects.filter(posting=posting_id, state=State.SUBMITTED, officer__in=among).order_by()
    load = dict(waiting.values_list("officer").annotate(Count("pk")))
    return min(among, key=lambda officer: load.get(officer.pk, 0))
