"""What the decision letters of a campaign are, before they are approved and after: counts, and whom each goes to."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr_head
from notices.models import Notice, NoticeAct, NoticeState
from notices.outbox import own_work
from notices.texts import TEXTS
from postings.models import Posting

#: Letters a page.
PER_PAGE = 100


@dataclass
class Line:
    """The letters of one outcome made with one version; ``number`` 0: the project's own words."""

    label: str
    number: int
    states: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.states.total()

    @property
    def shown_states(self) -> list[tuple[str, int]]:
        return [(str(NoticeState(state).label), count) for state, count in sorted(self.states.items())]


@dataclass(frozen=True)
class Summary:
    """``refusal``: why the reader may not approve, in words. ``approvals``: who did, and when."""

    lines: list[Line]
    states: Counter[str]
    waiting: int
    leaves_at: datetime | None
    released_at: datetime | None
    refusal: str
    approvals: list[NoticeAct]


def _letters(posting: Posting) -> "list[tuple[str, int | None, str, int]]":
    rows = Notice.objects.filter(campaign=posting.slug, kind="decision").order_by()
    return list(rows.values_list("context__outcome", "text_version__number", "state").annotate(Count("pk")))


def summarise(posting: Posting, reader: User) -> Summary:
    """The campaign's decision letters by outcome, version and state, in a constant number of queries."""
    lines: dict[tuple[str, int], Line] = {}
    states: Counter[str] = Counter()
    for outcome, number, state, count in _letters(posting):
        text = TEXTS.get(f"decision.{outcome}")
        line = lines.setdefault((outcome or "", number or 0), Line(str(text.label) if text else "–", number or 0))
        line.states[state] += count
        states[state] += count
    letters = Notice.objects.filter(campaign=posting.slug, kind="decision")
    instants = letters.aggregate(leaves=Max("release_at"), released=Max("released_at"))
    return Summary(
        lines=[lines[key] for key in sorted(lines)],
        states=states,
        waiting=states[NoticeState.PREPARED],
        leaves_at=instants["leaves"],
        released_at=instants["released"],
        refusal=_refusal(posting, reader),
        approvals=_approvals(posting),
    )


def _refusal(posting: Posting, reader: User) -> str:
    """Why one of those that wait is not the reader's to approve: one for each preparer and author is enough to know."""
    if not is_hr_head(reader):
        return _("C’est à la personne responsable des ressources humaines d’approuver les lettres.")
    waiting = Notice.objects.filter(campaign=posting.slug, kind="decision", state=NoticeState.PREPARED)
    mine = waiting.filter(prepared_by=reader) | waiting.filter(text_version__by=reader)
    found = mine.select_related("text_version").first()
    return own_work(found, reader) if found else ""


def _approvals(posting: Posting) -> list[NoticeAct]:
    """The last approval of each person, newest first."""
    acts = NoticeAct.objects.filter(notice__campaign=posting.slug, notice__kind="decision", deed="approved")
    newest = acts.order_by().values("by").annotate(newest=Max("pk")).values("newest")
    return list(NoticeAct.objects.filter(pk__in=newest).select_related("by").order_by("-pk"))


def page_of(posting: Posting, number: str | None) -> Page[Notice]:
    """A page of the letters, by dossier: to whom each goes, and where it stands."""
    letters = Notice.objects.filter(campaign=posting.slug, kind="decision").order_by("subject")
    return Paginator(letters.select_related("recipient", "text_version"), PER_PAGE).get_page(number)
