"""A named choice of files, an officer's own or shared. Nothing in it has an effect, so the journal doesn't speak of it."""

from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import Visitor
from applications.models import SavedFilter
from applications.policy_screening import may_read_files
from applications.screening import authorise
from journal import clock

NAME_LENGTH = 60
#: What a filter may say: a search would hold somebody's name.
KEPT = frozenset(
    {
        "state__exact",
        "agent",
        "grille",
        "regard",
        "piece",
        "tardive",
        "screening__ground__exact",
        "posting__id__exact",
        "o",
    }
)


def plain(query: str) -> str:
    """The query's filters and order, in one order of their own; neither the search nor the page."""
    return urlencode(sorted((key, value) for key, value in parse_qsl(query) if key in KEPT))


def visible_to(user: Visitor) -> QuerySet[SavedFilter]:
    """The person's own, and those that the office shares."""
    if not may_read_files(user):
        return SavedFilter.objects.none()
    return SavedFilter.objects.filter(Q(owner=user) | Q(shared=True)).select_related("owner")


def save(*, name: str, query: str, shared: bool, by: User) -> SavedFilter:
    """Keep a filter under a name; the same name again takes the place of the former.

    Raises PermissionDenied unless ``by`` is HR, ValidationError without a name, with one too long, or without a filter.
    """
    authorise(by)
    words, kept = name.strip(), plain(query)
    if not words or len(words) > NAME_LENGTH:
        raise ValidationError(
            {"name": _("Donnez au filtre un nom de %(most)d caractères au plus.") % {"most": NAME_LENGTH}}
        )
    if not kept or len(kept) > 500:
        raise ValidationError(_("Choisissez d’abord un filtre dans la liste ; une recherche ne s’enregistre pas."))
    values = {"query": kept, "shared": shared, "saved_at": clock.real()}
    return SavedFilter.objects.update_or_create(owner=by, name=words, defaults=values)[0]


def remove(*, saved: SavedFilter, by: User) -> None:
    """Take back a filter of one's own; a colleague's is theirs.

    Raises PermissionDenied unless ``by`` is HR, ValidationError for a colleague's.
    """
    authorise(by)
    if saved.owner_id != by.pk:
        raise ValidationError(_("Ce filtre est celui de quelqu’un d’autre."))
    saved.delete()
