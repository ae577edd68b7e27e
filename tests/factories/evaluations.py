"""A campaign brought to each point of the jury's work, through the acts that bring it there in life."""

from collections.abc import Callable
from decimal import Decimal

from django.test import Client

from applications import screening
from applications.models import Application
from evaluations import assignment, panels, results, scoring
from evaluations.models import Panel, ScoreSheet
from evaluations.panels import MemberSeat
from postings.models import Posting, Stage
from tests import cast
from tests.factories import applications

#: What a marker writes beside a mark at the far ends of the scale.
SAID = "Réponse très éloignée du repère médian : voir l'appréciation."

#: Gives the mark of a criterion, by its place, on a sheet.
Marking = Callable[[ScoreSheet, int], Decimal]


def seats() -> list[MemberSeat]:
    """Five members: the first presides, the last comes from outside."""
    return [MemberSeat(cast.juror(n), chair=n == 1, outsider=n == 5) for n in range(1, 6)]


def composed(posting: Posting) -> Panel:
    """The jury, composed and frozen."""
    return panels.compose(posting=posting, members=seats(), by=cast.hr())


def admitted(posting: Posting, count: int = 4) -> list[Application]:
    """As many files submitted, intake closed, all of them admitted."""
    files = [applications.submitted(posting, cast.candidate(n)) for n in range(1, count + 1)]
    applications.close(posting)
    posting.refresh_from_db()
    return [screening.admit(application=file, by=cast.hr()) for file in files]


def assigned(count: int = 4) -> Posting:
    """The real posting with its jury composed, its files admitted and their markers drawn."""
    posting = applications.open_posting()
    composed(posting)
    admitted(posting, count)
    assignment.assign_markers(posting=posting, by=cast.hr())
    return posting


def good(sheet: ScoreSheet, place: int) -> Decimal:
    """14 and 13,5 in turn: above the threshold, and the same for every marker."""
    return Decimal("14") - Decimal("0.5") * (place % 2)


def declared(sheet: ScoreSheet) -> ScoreSheet:
    """The marker is free of any conflict."""
    panels.declare(application=sheet.application, conflict=False, reason="", by=sheet.member.user)
    return sheet


def presiding(posting: Posting) -> Client:
    """The chair's browser, free of any conflict on every file: its pages open to them."""
    for application in posting.applications.filter(sheets__isnull=False).distinct():
        panels.declare(application=application, conflict=False, reason="", by=cast.juror(1))
    return cast.signed_in(cast.juror(1))


def marked(sheet: ScoreSheet, marking: Marking = good) -> ScoreSheet:
    """Declared on, and every mark given."""
    declared(sheet)
    for place, score in enumerate(sheet.scores.select_related("criterion")):
        value = marking(sheet, place)
        comment = SAID if scoring.wants_comment(sheet.application.posting, value) else ""
        scoring.save_score(sheet=sheet, criterion=score.criterion, value=value, comment=comment, by=sheet.member.user)
    return sheet


def sealed(sheet: ScoreSheet, marking: Marking = good) -> ScoreSheet:
    """Declared on, marked and sealed."""
    return scoring.seal_sheet(sheet=marked(sheet, marking), by=sheet.member.user)


def sheets(posting: Posting, stage: str = Stage.SKILLS) -> list[ScoreSheet]:
    rows = ScoreSheet.objects.due().filter(application__posting=posting, stage=stage)
    return list(rows.select_related("member__user", "application__posting").order_by("id"))


def all_sealed(posting: Posting, stage: str = Stage.SKILLS, marking: Marking = good) -> Posting:
    """Every sheet due at the stage sealed."""
    for sheet in sheets(posting, stage):
        if sheet.sealed_at is None:
            sealed(sheet, marking)
    return posting


def skills_closed(count: int = 4, marking: Marking = good) -> Posting:
    """The skills stage closed; with the default marks every file is shortlisted."""
    posting = all_sealed(assigned(count), marking=marking)
    results.close_skills(posting=posting, by=cast.hr())
    return posting


def interviewed(posting: Posting, marking: Marking = good) -> Posting:
    """Every interview sheet sealed; the interviews are scheduled, and the clock of record stands past the last one."""
    return all_sealed(posting, Stage.INTERVIEW, marking)
