"""A posting that ends without a decision: cancelled, with a reason that everyone reads.

Until the authority has decided, for any reason of the institution's; afterwards candidates hold a decision, and only a
renunciation or a recourse comes of it. Nothing is undone: files and marks stay as they are until their time of keeping.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr_head
from journal import clock
from journal.append import append
from journal.models import Entry
from postings.locks import hold_exclusive
from postings.models import Posting

REASON_LENGTH = 2000


def check(*, posting: Posting, reason: str, by: User) -> None:
    """Whether it may be cancelled now, before anyone does. Raises as :func:`cancel`."""
    if not is_hr_head(by):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Dites pourquoi : le motif est publié et envoyé à chaque candidat.")})
    if len(reason.strip()) > REASON_LENGTH:
        raise ValidationError({"reason": _("Le motif compte %(n)d caractères au plus.") % {"n": REASON_LENGTH}})
    if not posting.published_at:
        raise ValidationError(_("L’avis n’est pas publié : il n’y a rien à annuler."))
    if posting.cancelled_at:
        raise ValidationError(_("Cet avis est déjà annulé."))
    if Entry.objects.filter(kind="decision.taken", subject=posting.subject).exists():
        raise ValidationError(_("L’autorité a décidé : un avis ne s’annule qu’avant la décision."))


def cancel(*, posting: Posting, reason: str, by: User) -> Posting:
    """Cancel a published posting for good; the same cancellation twice is once.

    From its instant nothing is submitted, judged or decided: the posting's lock refuses it (:mod:`postings.locks`), and
    triggers do. Those concerned are told by the room above, :mod:`applications.cancelling`. Raises PermissionDenied unless
    ``by`` is the head of HR, ValidationError without a reason, before the publication, once cancelled otherwise, or once decided.
    """
    words = reason.strip()
    with transaction.atomic():
        hold_exclusive(posting, cancelled_too=True)
        posting = Posting.objects.get(pk=posting.pk)
        if is_hr_head(by) and posting.cancelled_at and posting.cancellation_reason == words:
            return posting
        check(posting=posting, reason=reason, by=by)
        posting.cancelled_at, posting.cancellation_reason = clock.now(), words
        posting.save(update_fields=["cancelled_at", "cancellation_reason"])
        facts = {"reason": words, "closed": posting.closed_at is not None}
        append("posting.cancelled", at=posting.cancelled_at, actor=by.actor, subject=posting.subject, facts=facts)
    return posting
