"""Who may read which letter."""

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.policy import is_auditor, is_hr
from notices.models import Notice
from notices.outbox import LETTERS, visible_to


def sees_notices(user: User | AnonymousUser | None) -> bool:
    """HR runs them, the auditor reads them."""
    return is_hr(user) or is_auditor(user)


def get_own_letter_or_404(user: User | AnonymousUser, public_id: UUID) -> Notice:
    """A person's own letter, once released; Http404 for any other, so that nobody learns that it exists."""
    notice = visible_to(user).filter(public_id=public_id).first() if isinstance(user, User) else None
    if notice is None:
        raise Http404
    return notice


def get_notice_or_404(user: User | AnonymousUser, pk: int | str) -> Notice:
    """Any notice, for those who see them; Http404 for others."""
    if not sees_notices(user):
        raise Http404
    try:
        return get_object_or_404(Notice, pk=int(pk))
    except ValueError as no_number:
        raise Http404 from no_number


def get_any_letter_or_404(user: User | AnonymousUser, pk: int) -> Notice:
    """Any letter, before it is approved too, for those who see notices; Http404 for others, and once it is erased."""
    notice = get_notice_or_404(user, pk)
    if notice.kind not in LETTERS or not notice.address:
        raise Http404
    return notice
