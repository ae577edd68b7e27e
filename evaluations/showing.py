"""When a public list shows. Nobody learns from it what their own letter has not told them yet.

A list shows from the latest of three instants: the time that was set; the confirmation; the release of the letter of each
candidate it concerns. It concerns who stands on it, whom an invitation or the decision's letter tells; and whoever submitted a
file and does not stand on it, to whom its silence says as much: these read the decision's letter first. So where some
were turned down without being told at once, the list of those convened waits for the decision letters. It is taken
down by itself ``publication_days`` later.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.core.cache import cache
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.states import State
from evaluations.models import ListStage, Publication
from journal import clock
from notices.models import Notice
from notices.outbox import BEFORE_RELEASE
from postings.models import Posting

#: The letter that tells whoever stands on a list.
LETTER = {
    ListStage.EXERCISE: "exercise_invitation",
    ListStage.INTERVIEW: "interview_invitation",
    ListStage.RESULTS: "decision",
}

#: Seconds that a known opening is kept at hand.
_KEPT = 86_400
_PUBLISHED = {
    ListStage.EXERCISE: _("La liste des candidats convoqués à l’épreuve écrite a été publiée sur le site"),
    ListStage.INTERVIEW: _("La liste des candidats convoqués à l’entretien a été publiée sur le site"),
    ListStage.RESULTS: _("Le résultat du recrutement a été publié sur le site"),
}


class Showing(StrEnum):
    """What the public sees of one version of a list."""

    HIDDEN = "hidden"
    SHOWN = "shown"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    OVER = "over"


def _released(kind: str) -> QuerySet[Notice]:
    return Notice.objects.filter(kind=kind, released_at__isnull=False).exclude(state__in=sorted(BEFORE_RELEASE))


def _letter(kind: str) -> Exists:
    about = Concat(Value("application:"), OuterRef("dossier_code"))
    return Exists(_released(kind).filter(subject=about, recipient=OuterRef("candidate")))


def _concerned(publication: Publication) -> QuerySet[Application]:
    files = Application.objects.filter(posting=publication.posting, submitted_at__isnull=False, erasure=None)
    return files.exclude(state=State.WITHDRAWN)


def untold(publication: Publication) -> QuerySet[Application]:
    """The files whose candidate would learn from the list what no letter of theirs has told."""
    told = _letter("decision") | (Q(pk__in=publication.lines.values("application")) & _letter(_kind(publication)))
    return _concerned(publication).exclude(told)


def _kind(publication: Publication) -> str:
    return LETTER[ListStage(publication.stage)]


def _last_letter(publication: Publication) -> datetime | None:
    """When the last of those concerned was told, once all are."""
    outside = _concerned(publication).exclude(pk__in=publication.lines.values("application")).exists()
    kind = "decision" if outside else _kind(publication)
    first = (
        _released(kind).filter(campaign=publication.posting.slug).values("subject").annotate(first=Min("released_at"))
    )
    last: datetime | None = first.aggregate(last=Max("first"))["last"]
    return last


def opens_at(publication: Publication) -> datetime | None:
    """The instant from which it shows; None while it waits for a confirmation or for letters.

    Letters that are out stay out: once known, the instant is kept at hand.
    """
    if publication.confirmed_at is None:
        return None
    key = f"list-opens:{publication.sha256}:{publication.confirmed_at.timestamp()}"
    known: str | None = cache.get(key)
    if known:
        return datetime.fromisoformat(known)
    if untold(publication).exists():
        return None
    instants = (publication.at, publication.confirmed_at, _last_letter(publication))
    instant = max(moment for moment in instants if moment is not None)
    cache.set(key, instant.isoformat(), _KEPT)
    return instant


def ends_at(publication: Publication) -> datetime | None:
    """When it is taken down by itself, once it is known when it shows."""
    opens = opens_at(publication)
    return opens and opens + timedelta(days=publication.posting.publication_days)


def _has_shown(publication: Publication, now: datetime) -> bool:
    """Whether anyone could have read it."""
    opens = opens_at(publication)
    if opens is None or now < opens:
        return False
    return publication.withdrawn_at is None or publication.withdrawn_at > opens


@dataclass(frozen=True)
class Shown:
    """One version as the public may see it, with the version that took its place."""

    publication: Publication
    showing: Showing
    successor: Publication | None
    opens_at: datetime | None
    ends_at: datetime | None


def all_versions(posting: Posting) -> dict[str, list[Shown]]:
    """Every version of every list of a posting, the newest first."""
    rows = Publication.objects.filter(posting=posting).select_related("posting", "confirmed_by", "prepared_by")
    by_stage: dict[str, list[Publication]] = {stage: [] for stage in ListStage.values}
    for row in rows.order_by("-version"):
        by_stage[row.stage].append(row)
    now = clock.now()
    return {stage: _follow(found, now) for stage, found in by_stage.items()}


def _follow(rows: list[Publication], now: datetime) -> list[Shown]:
    """What became of each version, given the newer ones that anyone could have read."""
    found, successor = list[Shown](), None
    for row in rows:
        has_shown = _has_shown(row, now)
        state = _showing(row, successor, now, has_shown=has_shown)
        found.append(Shown(row, state, successor, opens_at(row), ends_at(row)))
        if has_shown:
            successor = row
    return found


def _showing(row: Publication, successor: Publication | None, now: datetime, *, has_shown: bool) -> Showing:
    if not has_shown:
        return Showing.HIDDEN
    if successor is not None:
        return Showing.REPLACED
    if row.withdrawn_at:
        return Showing.WITHDRAWN
    ends = ends_at(row)
    return Showing.OVER if ends is not None and now >= ends else Showing.SHOWN


def public_lists(posting: Posting) -> list[Shown]:
    """What the public page leads to: the current version of each list that ever showed."""
    current = (
        next((version for version in found if version.showing != Showing.HIDDEN), None)
        for found in all_versions(posting).values()
    )
    return [version for version in current if version is not None]


def events(application: Application) -> list[tuple[datetime, str]]:
    """For the candidate's timeline: the lists that showed, whether they stand on them or not."""
    return [
        (version.opens_at, str(_PUBLISHED[ListStage(stage)]))
        for stage, found in all_versions(application.posting).items()
        for version in found
        if version.showing != Showing.HIDDEN and version.opens_at
    ]
