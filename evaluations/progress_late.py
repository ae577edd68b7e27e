"""How far a campaign is, from the interviews to the letters, for HR's page."""

from dataclasses import dataclass

from django.db.models import Count, Q

from applications.models import Application, Referee
from applications.states import State
from evaluations.models import Deliberation, Interview, Ruling
from evaluations.policy_late import skills_are_closed
from evaluations.references import LISTED
from journal import clock
from notices.models import Notice, NoticeState
from postings.models import Posting


@dataclass(frozen=True)
class LateProgress:
    """Counts, and the rows that the page links to."""

    open: bool
    waiting: int
    free_slots: int
    invited: int
    heard: int
    referees: int
    asked: int
    answered: int
    verified: int
    deliberation: Deliberation | None
    ruling: Ruling | None
    letters: dict[str, int]
    letters_to_approve: int

    @property
    def heard_all(self) -> bool:
        return self.heard > 0 and self.waiting == 0 and self.invited == self.heard

    @property
    def verified_all(self) -> bool:
        return self.referees > 0 and self.referees == self.verified


def late_progress(posting: Posting) -> LateProgress:
    """Where the posting stands after the skills stage."""
    slots = Interview.objects.filter(posting=posting)
    invited = slots.filter(application__state__in=sorted(LISTED), absent_at=None)
    referees = Referee.objects.filter(application__posting=posting, application__state__in=sorted(LISTED)).exclude(
        application__interview__absent_at__isnull=False
    )
    waiting = Application.objects.filter(posting=posting, state=State.SHORTLISTED, interview=None)
    counted = referees.aggregate(
        all=Count("pk", distinct=True),
        asked=Count("request", distinct=True),
        answered=Count("request", filter=~Q(request__state="asked"), distinct=True),
        verified=Count("pk", filter=Q(verifications__isnull=False), distinct=True),
    )
    letters = _letters(posting)
    return LateProgress(
        open=skills_are_closed(posting),
        waiting=waiting.count(),
        free_slots=slots.free().filter(starts_at__gt=clock.now()).count(),
        invited=invited.count(),
        heard=invited.exclude(application__state=State.SHORTLISTED).count(),
        referees=counted["all"],
        asked=counted["asked"],
        answered=counted["answered"],
        verified=counted["verified"],
        deliberation=Deliberation.objects.filter(posting=posting).first(),
        ruling=Ruling.objects.filter(posting=posting).select_related("by").first(),
        letters={str(NoticeState(state).label): count for state, count in letters.items()},
        letters_to_approve=letters.get(NoticeState.PREPARED, 0),
    )


def _letters(posting: Posting) -> dict[str, int]:
    rows = Notice.objects.filter(campaign=posting.slug, kind="decision").order_by("state")
    return dict(rows.values_list("state").annotate(count=Count("pk")))
