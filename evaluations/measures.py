"""The figures of a stage's marking, gathered for who presides and who audits; nothing before every sheet is sealed."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from evaluations import statistics
from evaluations.models import Declaration, PanelMember, ScoreSheet
from evaluations.ranking import weighted_total
from evaluations.results import sheet_marks
from evaluations.statistics import Agreement, Effect, Severity, Sheet
from postings.models import Criterion, Posting, Stage

# The chart, in the units of its viewBox: marks run from 0 to 20 between the two margins.
MARGIN, SCALE, ROW = 14, 16, 40


@dataclass(frozen=True)
class Bar:
    """One member's line of the chart: where their marks go from and to, and where their mean stands."""

    member: str
    y: int
    label_y: int
    low: str
    high: str
    mean: str
    text: Decimal


@dataclass(frozen=True)
class Measures:
    """The figures of one stage; empty lists until every sheet due is sealed."""

    stage: str
    due: int
    sealed: int
    severity: list[Severity]
    agreement: list[tuple[Criterion, Agreement]]
    effects: list[Effect]

    @property
    def open(self) -> bool:
        return self.due > 0 and self.due == self.sealed

    @property
    def bars(self) -> list[Bar]:
        return [_bar(line, order) for order, line in enumerate(self.severity)]

    @property
    def axis_y(self) -> int:
        return len(self.severity) * ROW + 12

    @property
    def height(self) -> int:
        return self.axis_y + 20

    @property
    def ticks(self) -> list[tuple[int, int]]:
        """The marks that the axis names, and where."""
        return [(mark, MARGIN + SCALE * mark) for mark in (0, 5, 10, 15, 20)]


def _x(mark: Decimal) -> str:
    return str((MARGIN + SCALE * mark).quantize(Decimal("0.1")))


def _bar(line: Severity, order: int) -> Bar:
    mean = statistics.rounded(line.mean)
    y = order * ROW + 30
    return Bar(line.member, y, y - 12, _x(line.lowest), _x(line.highest), _x(mean), mean)


def stage_measures(posting: Posting, stage: str, *, reader: PanelMember | None) -> Measures:
    """The figures of the stage, without the files on which ``reader`` has a conflict; in a constant number of queries.

    ``reader`` is the member who reads, None for the auditor. Sheets are counted whole, so that a file barred to the
    reader holds the figures back too while it is being marked.
    """
    due = ScoreSheet.objects.due().filter(application__posting=posting, stage=stage)
    counted, sealed = due.count(), due.sealed().count()
    if not counted or counted != sealed:
        return Measures(stage, counted, sealed, [], [], [])
    sheets = _sheets(posting, stage, reader)
    criteria = {c.code: c for c in Criterion.objects.filter(posting=posting, stage=stage).order_by("position")}
    agreed = [(criteria[line.criterion], line) for line in statistics.agreement(sheets, criteria)]
    return Measures(stage, counted, sealed, statistics.severity(sheets), agreed, statistics.effects(sheets))


def _sheets(posting: Posting, stage: str, reader: PanelMember | None) -> list[Sheet]:
    rows = ScoreSheet.objects.due().sealed().filter(application__posting=posting, stage=stage)
    if reader is not None:
        barred = Declaration.objects.filter(member=reader, conflict=True)
        rows = rows.exclude(application__in=barred.values("application"))
    names = _names(posting)
    weights = dict(Criterion.objects.filter(posting=posting, stage=stage).values_list("code", "weight"))
    found = []
    for row in rows.select_related("application").prefetch_related("scores__criterion"):
        marks = sheet_marks(row)
        total = weighted_total(marks, weights)
        found.append(Sheet(row.application.dossier_code, names[row.member_id], marks, total))
    return found


def _names(posting: Posting) -> dict[int, str]:
    """Each member's name, by key; two who have the same are told apart by their seat."""
    members = list(PanelMember.objects.filter(panel__posting=posting).select_related("user"))
    twice = Counter(str(member) for member in members)
    return {
        member.pk: f"{member} ({seat})" if twice[str(member)] > 1 else str(member)
        for seat, member in enumerate(members, 1)
    }


def both_stages(posting: Posting, *, reader: PanelMember | None) -> list[Measures]:
    return [stage_measures(posting, stage, reader=reader) for stage in (Stage.SKILLS, Stage.INTERVIEW)]
