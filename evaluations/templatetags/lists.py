"""For the notice's page, which belongs to a room below: whether any list was published."""

from django import template

from evaluations.showing import public_lists
from postings.models import Posting

register = template.Library()


@register.simple_tag
def published_lists(posting: Posting) -> bool:
    """Whether the public may read a list of this posting, or what became of one."""
    return bool(public_lists(posting))
