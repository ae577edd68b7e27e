"""What happened to a file, from the journal, in plain words and with the names of those who did it: a constant number of queries."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from applications.models.events import Ground
from journal.models import Entry
from journal.words import words

#: Openings of documents would drown the rest; the journal's own pages list them.
_LEFT_OUT = ("document.viewed",)
MOST = 300


@dataclass(frozen=True)
class Happening:
    """One line of the history."""

    at: datetime
    words: str
    by: str
    detail: str
    entry: int


def history(application: Application) -> list[Happening]:
    """The latest first."""
    rows = Entry.objects.filter(subject=application.subject).exclude(kind__in=_LEFT_OUT).order_by("-pk")
    entries = list(rows[:MOST])
    named = {entry.actor for entry in entries} | {str(entry.facts.get("officer", "")) for entry in entries}
    names = _names(named)
    return [
        Happening(entry.at, words(entry.kind), names.get(entry.actor, ""), _detail(entry, names), entry.pk)
        for entry in entries
    ]


def _names(actors: set[str]) -> dict[str, str]:
    ids = [actor.removeprefix("user:") for actor in actors if actor.startswith("user:")]
    found = {user.actor: str(user) for user in User.objects.filter(public_id__in=ids)}
    return {"system": _("le système"), **found}


def _detail(entry: Entry, names: dict[str, str]) -> str:
    """What the facts add for a reader; most add nothing."""
    ground = entry.facts.get("ground", "")
    if ground in Ground.values:
        return str(Ground(ground).label)
    if entry.kind == "screening.assigned":
        return names.get(str(entry.facts.get("officer", "")), _("personne"))
    if entry.kind == "screening.checked":
        facts = {name: entry.facts.get(name, 0) for name in ("ok", "missing", "doubtful")}
        return _("%(ok)s conformes, %(missing)s manquantes, %(doubtful)s douteuses") % facts
    return ""
