"""The deadline: whether it has passed, and its one way to move, later."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr_head
from journal import clock
from journal.append import append
from postings.locks import hold_exclusive
from postings.models import DeadlineExtension, Posting

LONGEST = timedelta(days=366)


def is_open(posting: Posting, at: datetime) -> bool:
    """Whether a file may be submitted at ``at``: published, opened, not closed, not cancelled, strictly before the deadline."""
    ended = posting.closed_at or posting.cancelled_at
    return bool(posting.published_at) and not ended and posting.opens_at <= at < posting.closes_at


def remaining(posting: Posting, at: datetime) -> timedelta:
    """The time left at ``at``; nothing once the deadline has passed."""
    return max(posting.closes_at - at, timedelta(0))


def _check(posting: Posting, closes_at: datetime, at: datetime, incident: bool) -> None:
    if not posting.published_at:
        raise ValidationError(_("L'avis n'est pas publié : corrigez-le plutôt que de reporter sa date limite."))
    if posting.closed_at:
        raise ValidationError(
            _("Le dépôt est clos et la liste des dossiers est arrêtée : la date limite ne bouge plus.")
        )
    if at >= posting.closes_at and not incident:
        raise ValidationError(
            _("La date limite est passée : elle ne se reporte plus qu'en raison d'un incident déclaré.")
        )
    if closes_at <= posting.closes_at:
        raise ValidationError({"closes_at": _("Une date limite ne se reporte que plus tard.")})
    if closes_at > posting.closes_at + LONGEST:
        # A slip of the year could never be taken back.
        raise ValidationError({"closes_at": _("Un report ne dépasse pas un an : vérifiez l'année.")})
    if closes_at <= at:
        raise ValidationError({"closes_at": _("La nouvelle date limite doit être à venir.")})


def extend(
    *, posting: Posting, closes_at: datetime, reason: str, by: User, incident: bool = False
) -> DeadlineExtension:
    """Move the deadline later, with an author and a reason that are published with the notice.

    Before the deadline, or after it with a stated incident; never once intake is closed: the drafts have lapsed then,
    and the list of files is in the journal. Raises PermissionDenied unless ``by`` is the head of HR, ValidationError otherwise.
    Those who hold a draft are told by the room above, :mod:`applications.closing`.
    """
    if not is_hr_head(by):
        raise PermissionDenied
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Dites pourquoi : le motif est publié avec l'avis.")})
    with transaction.atomic():
        hold_exclusive(posting)
        posting.refresh_from_db()
        at = clock.now()
        _check(posting, closes_at, at, incident)
        extension = DeadlineExtension.objects.create(
            posting=posting,
            previous=posting.closes_at,
            closes_at=closes_at,
            reason=reason,
            incident=incident,
            by=by,
            at=at,
        )
        posting.closes_at = closes_at
        posting.save(update_fields=["closes_at"])
        facts = {"from": extension.previous, "to": closes_at, "reason": reason, "incident": incident}
        append("posting.extended", at=at, actor=by.actor, subject=posting.subject, facts=facts)
    return extension
