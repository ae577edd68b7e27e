"""Which postings the public sees: those that are published, open or not."""

from django.db.models import QuerySet
from django.http import Http404

from accounts.policy import Visitor, is_administrator, is_auditor, is_hr
from postings.models import Posting


def visible_postings() -> QuerySet[Posting]:
    """The published postings, the latest deadline first."""
    return Posting.objects.filter(published_at__isnull=False).order_by("-closes_at", "slug")


def get_visible_posting_or_404(slug: str) -> Posting:
    """The published posting of that name, for anyone."""
    posting = visible_postings().filter(slug=slug).first()
    if posting is None:
        raise Http404
    return posting


def may_read_in_admin(user: Visitor) -> bool:
    """Whether the person reads postings, published or not, in the admin; nobody writes them there."""
    return is_hr(user) or is_auditor(user) or is_administrator(user)
