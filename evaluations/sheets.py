"""Opening blank sheets, and blanking one again."""

from collections.abc import Iterable

from applications.models import Application
from evaluations.models import PanelMember, Score, ScoreSheet
from postings.models import Criterion


def open_sheets(application: Application, stage: str, members: Iterable[PanelMember]) -> list[ScoreSheet]:
    """One sheet for each member, with a blank mark for each criterion of the stage. Twice is once.

    In the caller's transaction, which holds the application.
    """
    criteria = list(Criterion.objects.filter(posting_id=application.posting_id, stage=stage))
    opened = []
    for member in members:
        sheet, created = ScoreSheet.objects.get_or_create(member=member, application=application, stage=stage)
        if created:
            Score.objects.bulk_create(Score(sheet=sheet, criterion=criterion) for criterion in criteria)
        opened.append(sheet)
    return opened


def blank(sheet: ScoreSheet) -> None:
    """Forget what an unsealed sheet holds: it goes to another, or to nobody."""
    sheet.scores.update(value=None, comment="")
    sheet.notes.all().delete()
    sheet.appreciation = ""
    sheet.saved_at = None
