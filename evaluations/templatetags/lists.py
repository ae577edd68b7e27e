"""For the notice's page, which belongs to a room below, whether any list was published; for the authority, what it may follow."""

from django import template
from django.db.models import QuerySet

from evaluations.showing import public_lists
from postings.models import Posting
from postings.policy import visible_postings

register = template.Library()


@register.simple_tag
def published_lists(posting: Posting) -> bool:
    """Whether the public may read a list of this posting, or what became of one."""
    return bool(public_lists(posting))


@register.simple_tag
def followed() -> QuerySet[Posting]:
    """The campaigns whose figures may be read."""
    return visible_postings()
