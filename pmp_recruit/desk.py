"""What waits today at HR's desk, campaign by campaign: counts and links, in a constant number of queries."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.policy import Visitor, is_auditor, is_hr
from applications.models import Application, Referee
from applications.states import State
from evaluations.models import Interview, ReferenceRequest, ReferenceState
from evaluations.references import LISTED, overdue_requests
from journal import clock
from notices.models import Notice, NoticeState
from pmp_recruit import desk_exchanges, desk_exercise, desk_screening
from postings.models import Posting

FILES, LETTERS = "admin:applications_application_changelist", "admin:notices_notice_changelist"


@dataclass(frozen=True)
class Task:
    """A thing to do, in words; ``url`` is empty for who may only know of it."""

    words: str
    url: str


@dataclass(frozen=True)
class Campaign:
    """One published notice: what waits, and the dates ahead."""

    posting: Posting
    submitted: int
    drafts: int
    tasks: list[Task]
    dates: list[tuple[datetime, str]]


def campaigns() -> QuerySet[Posting]:
    """Every published notice, the newest first."""
    return Posting.objects.filter(published_at__isnull=False).order_by("-published_at")


def sees_desk(user: Visitor) -> bool:
    """HR works from it, the auditor reads it."""
    return is_hr(user) or is_auditor(user)


def desk(user: Visitor) -> tuple[list[Campaign], list[Task]]:
    """The campaigns with what waits in each, and the troubles of the mail."""
    now, acts = clock.now(), is_hr(user)
    files, unplaced, unverified, letters, dates = _files(), _unplaced(), _unverified(now), _letters(), _dates(now)
    exchanged = desk_exchanges.waiting(now, acts=acts)
    exercises = desk_exercise.waiting(now, acts=acts)
    screenings, overdue = desk_screening.waiting(user), _overdue(now)
    found = []
    for posting in campaigns().filter(cancelled_at=None):
        submitted, drafts = files[posting.pk, State.SUBMITTED], files[posting.pk, State.DRAFT]
        to_screen = submitted if posting.closed_at else 0
        counts = (to_screen, unplaced[posting.pk], unverified[posting.pk], letters[posting.slug])
        tasks, ahead = _tasks(posting, counts, acts=acts), _ahead(posting, dates, now)
        own = screenings[posting.pk] + _late_references(posting, overdue[posting.pk])
        tasks += [Task(words, url) for words, url in own + exercises[posting.pk] + exchanged[posting.pk]]
        found.append(Campaign(posting, submitted=submitted, drafts=drafts, tasks=tasks, dates=ahead))
    return found, _troubles()


def _files() -> Counter[tuple[int, str]]:
    rows = Application.objects.order_by().values_list("posting", "state").annotate(Count("pk"))
    return Counter({(posting, state): count for posting, state, count in rows})


def _unplaced() -> Counter[int]:
    rows = Application.objects.filter(state=State.SHORTLISTED, interview=None).order_by()
    return Counter(dict(rows.values_list("posting").annotate(Count("pk"))))


def _unverified(now: datetime) -> Counter[int]:
    """References that came, were declined or are overdue, and that nobody verified."""
    rows = Referee.objects.filter(application__state__in=sorted(LISTED), verifications=None).exclude(
        request__state=ReferenceState.ASKED, request__expires_at__gt=now
    )
    asked = rows.filter(request__isnull=False).order_by()
    return Counter(dict(asked.values_list("application__posting").annotate(Count("pk"))))


def _overdue(now: datetime) -> Counter[int]:
    """References that were asked for, did not come in time, and that nobody verified."""
    rows = overdue_requests(now).filter(referee__application__state__in=sorted(LISTED)).order_by()
    return Counter(dict(rows.values_list("referee__application__posting").annotate(Count("pk"))))


def _late_references(posting: Posting, count: int) -> list[tuple[str, str]]:
    if not count:
        return []
    address = reverse("admin:evaluations_referencerequest_changelist")
    words = ngettext("référence en retard", "références en retard", count)
    return [(f"{count} {words}", f"{address}?retard=oui&referee__application__posting__id__exact={posting.pk}")]


def _letters() -> Counter[str]:
    """Of every kind that wants an approval before it leaves."""
    rows = Notice.objects.filter(state=NoticeState.PREPARED).order_by()
    return Counter(dict(rows.values_list("campaign").annotate(Count("pk"))))


def _tasks(posting: Posting, counts: tuple[int, int, int, int], *, acts: bool) -> list[Task]:
    to_screen, unplaced, unverified, letters = counts

    def page(name: str) -> str:
        return reverse(name, args=[posting.slug]) if acts else ""

    screening = f"{reverse(FILES)}?state__exact={State.SUBMITTED}&posting__id__exact={posting.pk}"
    approval = f"{reverse(LETTERS)}?state__exact={NoticeState.PREPARED}&campaign={posting.slug}"
    lines = [
        (to_screen, ngettext("dossier à examiner", "dossiers à examiner", to_screen), screening),
        (unplaced, ngettext("entretien à fixer", "entretiens à fixer", unplaced), page("evaluations:interviews")),
        (
            unverified,
            ngettext("référence à vérifier", "références à vérifier", unverified),
            page("evaluations:references"),
        ),
        (letters, ngettext("lettre à approuver", "lettres à approuver", letters), approval),
    ]
    return [Task(f"{count} {words}", url) for count, words, url in lines if count]


def _troubles() -> list[Task]:
    """Messages that only a person can settle."""
    rows = Notice.objects.filter(state__in=[NoticeState.FAILED, NoticeState.UNCERTAIN]).order_by()
    counts = Counter(dict(rows.values_list("state").annotate(Count("pk"))))
    failed, uncertain = counts[NoticeState.FAILED], counts[NoticeState.UNCERTAIN]
    lines = [
        (failed, NoticeState.FAILED, ngettext("envoi échoué", "envois échoués", failed)),
        (uncertain, NoticeState.UNCERTAIN, ngettext("envoi incertain", "envois incertains", uncertain)),
    ]
    url = reverse(LETTERS)
    return [Task(f"{n} {words}", f"{url}?state__exact={state}") for n, state, words in lines if n]


def _dates(now: datetime) -> dict[str, dict[int | str, datetime]]:
    """The next instant of each sort that has one, by posting or by its identifier."""
    interviews = Interview.objects.expected().filter(starts_at__gt=now).order_by()
    asked = ReferenceRequest.objects.filter(
        state=ReferenceState.ASKED, expires_at__gt=now, referee__verifications=None
    ).order_by()
    leaving = Notice.objects.filter(kind="decision", state=NoticeState.APPROVED).order_by()
    return {
        "interviews": dict(interviews.values_list("posting").annotate(Min("starts_at"))),
        "references": dict(asked.values_list("referee__application__posting").annotate(Min("expires_at"))),
        "pieces": desk_exchanges.next_due(now),
        "exercises": desk_exercise.next_openings(now),
        "letters": dict(leaving.values_list("campaign").annotate(Min("release_at"))),
    }


def _ahead(posting: Posting, dates: dict[str, dict[int | str, datetime]], now: datetime) -> list[tuple[datetime, str]]:
    """What comes next, soonest first."""
    known = [
        (posting.closes_at if posting.closes_at > now else None, _("clôture des candidatures")),
        (dates["exercises"].get(posting.pk), _("ouverture de l’épreuve écrite")),
        (dates["interviews"].get(posting.pk), _("prochain entretien")),
        (dates["references"].get(posting.pk), _("fin du délai d’un référent")),
        (dates["pieces"].get(posting.pk), _("fin du délai d’une pièce demandée")),
        (dates["letters"].get(posting.slug), _("départ des lettres de décision")),
    ]
    return sorted((when, words) for when, words in known if when is not None)
