"""What waits for whom: the jury's dashboards, in a constant number of queries whatever the number of files."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from django.db.models import Count, Q, QuerySet

from applications.models import Application
from applications.states import State
from evaluations.models import Declaration, Discussion, Interview, PanelMember, ScoreSheet, StageClosing, ThirdMarker
from evaluations.ranking import spread
from evaluations.results import sealed_totals
from postings.models import Posting, Stage


@dataclass(frozen=True)
class Task:
    """One sheet on a member's list. ``status``: declare, mark, complete, sealed or conflict."""

    code: str
    stage: str
    status: str
    marked: int
    criteria: int
    interview: Interview | None = None
    name: str = ""


def status_of(sheet: ScoreSheet, declaration: Declaration | None) -> str:
    """``sheet`` comes annotated with ``marked`` and ``criteria``."""
    if sheet.sealed_at is not None:
        return "sealed"
    if declaration is not None and declaration.conflict:
        return "conflict"
    if declaration is None or (sheet.stage == Stage.INTERVIEW and declaration.named_at is None):
        return "declare"
    return "complete" if sheet.marked == sheet.criteria else "mark"  # type: ignore[attr-defined]


def _counted(stage: str, **filters: object) -> Iterable[ScoreSheet]:
    return counted(stage, ScoreSheet.objects.due().filter(**filters))


def counted(stage: str, sheets: QuerySet[ScoreSheet]) -> Iterable[ScoreSheet]:
    """The sheets of a stage, in the order in which they were opened, with how many of their criteria have a mark."""
    rows = sheets.filter(stage=stage).select_related("application", "member__user")
    return rows.annotate(
        marked=Count("scores", filter=Q(scores__value__isnull=False)), criteria=Count("scores")
    ).order_by("id")


def _shuffled(member: PanelMember, code: str) -> str:
    """A place in the member's list that tells nothing of when a file came, and differs from one member to the next."""
    return sha256(f"{member.user.public_id}:{code}".encode()).hexdigest()


def blind_tasks(member: PanelMember) -> list[Task]:
    """The member's blind sheets, in an order that tells nothing."""
    declared = {d.application_id: d for d in Declaration.objects.filter(member=member)}
    sheets = _counted(Stage.SKILLS, member=member)
    ordered = sorted(_shown(sheets, declared), key=lambda sheet: _shuffled(member, sheet.application.dossier_code))
    return [_task(sheet, declared.get(sheet.application_id)) for sheet in ordered]


def interview_tasks(member: PanelMember) -> list[Task]:
    """The member's interviews, in time order, by name."""
    declared = {d.application_id: d for d in Declaration.objects.filter(member=member)}
    slots = {
        i.application_id: i for i in Interview.objects.filter(posting=member.panel.posting, application__isnull=False)
    }
    rows = _shown(_counted(Stage.INTERVIEW, member=member), declared)
    sheets = [sheet for sheet in rows if sheet.application_id in slots]
    sheets.sort(key=lambda sheet: slots[sheet.application_id].starts_at)
    return [_task(sheet, declared.get(sheet.application_id), slots[sheet.application_id]) for sheet in sheets]


def _shown(sheets: Iterable[ScoreSheet], declared: dict[int, Declaration]) -> list[ScoreSheet]:
    """A sheet sealed before its member declared a conflict is out of their sight, and of their count."""
    barred = {pk for pk, declaration in declared.items() if declaration.conflict}
    return [sheet for sheet in sheets if not (sheet.sealed_at and sheet.application_id in barred)]


def _task(sheet: ScoreSheet, declaration: Declaration | None, slot: Interview | None = None) -> Task:
    return Task(
        code=sheet.application.dossier_code,
        stage=sheet.stage,
        status=status_of(sheet, declaration),
        marked=sheet.marked,  # type: ignore[attr-defined]
        criteria=sheet.criteria,  # type: ignore[attr-defined]
        interview=slot,
        name=sheet.application.full_name if slot else "",
    )


@dataclass
class FileProgress:
    """One file at one stage: who marks it and how far they are; never a mark before all is sealed."""

    application: Application
    sheets: list[tuple[ScoreSheet, str]] = field(default_factory=list)
    gap_to_discuss: bool = False
    third_due: bool = False

    @property
    def complete(self) -> bool:
        return bool(self.sheets) and all(status == "sealed" for _sheet, status in self.sheets)

    @property
    def in_conflict(self) -> bool:
        return any(status == "conflict" for _sheet, status in self.sheets)


@dataclass
class MemberProgress:
    member: PanelMember
    due: int = 0
    sealed: int = 0
    waiting_for_declaration: int = 0


@dataclass
class StageProgress:
    """How far a stage is, file by file and member by member; ``waits_elsewhere``: for a file that isn't shown, too."""

    stage: str
    closed_at: datetime | None
    files: list[FileProgress]
    members: list[MemberProgress]
    waits_elsewhere: bool = False

    @property
    def due(self) -> int:
        return sum(member.due for member in self.members)

    @property
    def sealed(self) -> int:
        return sum(member.sealed for member in self.members)

    @property
    def gaps(self) -> list[FileProgress]:
        return [file for file in self.files if file.gap_to_discuss]

    @property
    def thirds(self) -> list[FileProgress]:
        """The files for which lots must still be drawn: their gap stands after the discussion."""
        return [file for file in self.files if file.third_due]

    @property
    def conflicts(self) -> list[FileProgress]:
        return [file for file in self.files if file.in_conflict]

    @property
    def ready(self) -> bool:
        settled = self.due == self.sealed and not self.gaps and not self.thirds
        return self.closed_at is None and not self.waits_elsewhere and settled


def stage_progress(posting: Posting, stage: str) -> StageProgress:
    """The whole stage, for who presides and for HR."""
    members = {
        m.pk: MemberProgress(m) for m in PanelMember.everyone.filter(panel__posting=posting).select_related("user")
    }
    declared = {(d.member_id, d.application_id): d for d in Declaration.objects.filter(member__in=members)}
    files: dict[int, FileProgress] = {}
    for sheet in _counted(stage, application__posting=posting):
        status = status_of(sheet, declared.get((sheet.member_id, sheet.application_id)))
        files.setdefault(sheet.application_id, FileProgress(sheet.application)).sheets.append((sheet, status))
        row = members[sheet.member_id]
        row.due += 1
        row.sealed += status == "sealed"
        row.waiting_for_declaration += status == "declare"
    ordered = sorted(files.values(), key=lambda f: f.application.dossier_code)
    if stage == Stage.SKILLS:
        _flag_gaps(posting, ordered)
    closing = StageClosing.objects.filter(posting=posting, stage=stage).first()
    return StageProgress(stage, closing.at if closing else None, ordered, list(members.values()))


def _flag_gaps(posting: Posting, files: list[FileProgress]) -> None:
    complete = [file.application for file in files if file.complete and file.application.state == State.ADMISSIBLE]
    totals = sealed_totals(posting, Stage.SKILLS, complete)
    talked = set(
        Discussion.objects.filter(application__in=complete, stage=Stage.SKILLS).values_list("application_id", flat=True)
    )
    drawn = set(
        ThirdMarker.objects.filter(application__in=complete, stage=Stage.SKILLS).values_list(
            "application_id", flat=True
        )
    )
    for file in files:
        pk = file.application.pk
        stands = spread(totals.get(pk, [])) > posting.gap_threshold
        file.gap_to_discuss = stands and pk not in talked
        file.third_due = stands and pk in talked and pk not in drawn


def files_presided(member: PanelMember) -> set[int]:
    """The keys of the files with a declared conflict that this member presides over: in the chair's stead, or as the chair."""
    conflicts: dict[int, set[int]] = defaultdict(set)
    rows = Declaration.objects.filter(member__panel=member.panel_id, conflict=True)
    for member_id, application_id in rows.values_list("member_id", "application_id"):
        conflicts[application_id].add(member_id)
    order = list(PanelMember.objects.filter(panel=member.panel_id).values_list("pk", flat=True))
    first_free = {file: next((pk for pk in order if pk not in members), None) for file, members in conflicts.items()}
    return {file for file, pk in first_free.items() if pk == member.pk}


def presided(member: PanelMember, progress: StageProgress) -> StageProgress:
    """The part of a stage that the member presides over."""
    taken = files_presided(member)
    progress.waits_elsewhere = not progress.ready
    recused = set(Declaration.objects.filter(member=member, conflict=True).values_list("application_id", flat=True))
    progress.files = [
        file
        for file in progress.files
        if file.application.pk in taken or (member.chair and file.application.pk not in recused)
    ]
    _count_again(progress)
    return progress


def _count_again(progress: StageProgress) -> None:
    """A file that is closed to who reads counts in none of the members' figures."""
    kept = [pair for file in progress.files for pair in file.sheets]
    for row in progress.members:
        own = [status for sheet, status in kept if sheet.member_id == row.member.pk]
        row.due, row.sealed, row.waiting_for_declaration = len(own), own.count("sealed"), own.count("declare")
