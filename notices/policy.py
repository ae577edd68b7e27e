"""Who may read which letter."""

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from accounts.models import User
from accounts.policy import is_auditor, is_hr
from notices.models import Notice
from notices.outbox import LETTERS, visible_to


def sees_notices(user: User | AnonymousUser | None) -> bool:
    """HR runs them, the auditor reads them."""
    return is_hr(user) or is_auditor(user)


def get_own_letter_or_404(user: User, public_id: UUID) -> Notice:
    """A person's own letter, once released; Http404 for any other, so that nobody learns that it exists."""
    notice = visible_to(user).filter(public_id=public_id).first()
    if notice is None:
        raise Http404
    return notice


def get_any_letter_or_404(user: User | AnonymousUser, notice_id: int) -> Notice:
    """Any letter, before it is approved too, for those who see notices; Http404 for others."""
    notice = Notice.objects.filter(pk=notice_id, kind__in=LETTERS).first() if sees_notices(user) else None
    if notice is None:
        raise Http404
    return notice
