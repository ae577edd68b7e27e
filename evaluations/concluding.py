"""HR's conclusion on all the references of a file: the one thing about them that a jury may read."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from applications.models import Application
from evaluations.models import ReferencesConclusion, ReferencesOutcome
from evaluations.references import lock, refuse_out_of_turn, unverified
from journal import clock
from journal.append import append


def conclude(*, application: Application, outcome: str, summary: str, by: User) -> ReferencesConclusion:
    """Conclude on the references of the file, each verified before. The latest conclusion holds; none is rewritten.

    ``summary`` gives the reasons, in words that the jury may read. Raises PermissionDenied unless ``by`` is HR;
    ValidationError without reasons, for an outcome not in the list, a reference not verified, or out of turn.
    """
    if not is_hr(by):
        raise PermissionDenied
    if outcome not in ReferencesOutcome.values:
        raise ValidationError({"outcome": _("Choisissez une issue dans la liste.")})
    if not summary.strip():
        raise ValidationError({"summary": _("Dites en quelques mots sur quoi repose cette conclusion.")})
    with transaction.atomic():
        locked = lock(application)
        refuse_out_of_turn(locked)
        if unverified(locked):
            raise ValidationError(_("Vérifiez d’abord chacune des références de ce dossier."))
        at = clock.now()
        conclusion = ReferencesConclusion.objects.create(
            application=locked, outcome=outcome, summary=summary.strip(), by=by, at=at
        )
        append("references.concluded", at=at, actor=by.actor, subject=locked.subject, facts={"outcome": outcome})
    return conclusion
