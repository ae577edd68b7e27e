"""An interview as it goes: how much of it is left, and, for who presides, which members are ready. Never a mark."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from applications.models import Application
from applications.states import State
from evaluations.absence import missed
from evaluations.models import Declaration, Interview, ScoreSheet
from evaluations.policy import is_chair, presides
from evaluations.progress import counted, status_of
from journal import clock
from postings.models import Stage


@dataclass(frozen=True)
class Readiness:
    """How far a member is. ``status``: declare, conflict, excused, mark, complete or sealed; ``marked`` of ``criteria``."""

    member: str
    status: str
    marked: int
    criteria: int
    own: bool


@dataclass(frozen=True)
class Live:
    """What the page shows beside the marks, at ``now`` by the clock of record; ``stopped``: that clock stands still."""

    interview: Interview
    now: datetime
    stopped: bool
    closed: bool
    presides: bool
    may_record_absence: bool
    members: list[Readiness]

    @property
    def phase(self) -> str:
        """before, during or after."""
        if self.now < self.interview.starts_at:
            return "before"
        return "during" if self.now < self.interview.ends_at else "after"

    @property
    def minutes(self) -> int:
        """Whole minutes until the beginning, then until the end (both rounded up), then since the end."""
        at, interview = self.now, self.interview
        if self.phase == "after":
            return int((at - interview.ends_at).total_seconds() // 60)
        until = interview.starts_at if self.phase == "before" else interview.ends_at
        return -int(-(until - at).total_seconds() // 60)

    @property
    def ready(self) -> int:
        """How many have sealed."""
        return sum(member.status == "sealed" for member in self.members)

    @property
    def due(self) -> int:
        """How many sheets are waited for."""
        return sum(member.status not in ("excused", "conflict") for member in self.members)


def live(application: Application, *, by: User) -> Live | None:
    """The interview of the file as ``by`` may see it go; None as long as it has none. In a constant number of queries."""
    interview = Interview.objects.select_related("posting").filter(application=application).first()
    if interview is None:
        return None
    leading = presides(by, application)
    posting = interview.posting
    absent = leading and is_chair(by, posting) and missed(posting).filter(pk=interview.pk).exists()
    return Live(
        interview=interview,
        now=clock.now(),
        stopped=clock.is_stopped(),
        closed=application.state != State.SHORTLISTED,
        presides=leading,
        may_record_absence=absent,
        members=_members(application, by) if leading else [],
    )


def _members(application: Application, by: User) -> list[Readiness]:
    declared = {d.member_id: d for d in Declaration.objects.filter(application=application)}
    sheets = counted(Stage.INTERVIEW, ScoreSheet.objects.filter(application=application))
    return [
        Readiness(
            member=str(sheet.member),
            status="excused" if sheet.excused_at else status_of(sheet, declared.get(sheet.member_id)),
            marked=sheet.marked,  # type: ignore[attr-defined]
            criteria=sheet.criteria,  # type: ignore[attr-defined]
            own=sheet.member.user_id == by.pk,
        )
        for sheet in sheets
    ]
