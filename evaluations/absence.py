"""A candidate who did not come to the interview: recorded, so that the jury goes on without a mark for them."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import runs_the_jury
from applications.models import Application
from applications.states import State
from evaluations.models import Interview, ScoreSheet
from evaluations.policy import is_chair, presides
from evaluations.policy_late import is_deliberated
from journal import clock
from journal.append import append
from postings.locks import hold_exclusive
from postings.models import Posting, Stage

#: The files whose candidate did not come, until the authority has decided: never heard, so never ranked.
ABSENT = Q(state=State.SHORTLISTED, interview__absent_at__isnull=False)


def missed(posting: Posting) -> QuerySet[Interview]:
    """The interviews that are over without a sealed sheet: an absence may be recorded for each."""
    waiting = Interview.objects.filter(posting=posting, application__state=State.SHORTLISTED, absent_at=None)
    sealed = ScoreSheet.objects.sealed().filter(stage=Stage.INTERVIEW).values("application")
    over = [slot.pk for slot in waiting.exclude(application__in=sealed) if slot.ends_at <= clock.now()]
    return Interview.objects.filter(pk__in=over).select_related("application")


def _presides(by: User, interview: Interview) -> bool:
    return presides(by, interview.application) if interview.application else is_chair(by, interview.posting)


def record_absence(*, interview: Interview, by: User) -> Interview:
    """Record that the invited candidate did not come. Twice is once; moving the interview lifts it.

    The file stays shortlisted without a mark: the jury doesn't rank it, and the authority's decision tells the
    candidate why. Raises PermissionDenied unless ``by`` is HR or presides over the file, ValidationError before the interview is
    over, once a member has sealed a sheet of it, or once the deliberation is closed.
    """
    if not (runs_the_jury(by) or _presides(by, interview)):
        raise PermissionDenied
    with transaction.atomic():
        hold_exclusive(interview.posting)
        application = Application.objects.select_for_update(of=("self",)).filter(interview=interview).first()
        locked = Interview.objects.select_for_update(of=("self",)).select_related("posting").get(pk=interview.pk)
        if locked.absent_at is not None:
            return locked
        at = clock.now()
        if application is None or application.state != State.SHORTLISTED or is_deliberated(locked.posting):
            raise ValidationError(_("Aucun candidat n'est attendu à cet entretien."))
        if at < locked.ends_at:
            raise ValidationError(_("L'entretien n'est pas terminé : une absence se constate après sa fin."))
        if ScoreSheet.objects.sealed().filter(application=application, stage=Stage.INTERVIEW).exists():
            raise ValidationError(_("Un membre du jury a scellé sa grille : cet entretien a eu lieu."))
        locked.absent_at = at
        locked.save(update_fields=["absent_at"])
        facts = {"starts_at": locked.starts_at}
        append("interview.missed", at=at, actor=by.actor, subject=application.subject, facts=facts)
    return locked
