"""What an act on many files would do: which would be left out, and why. The same reasons hold again when each file's turn comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from applications.models import Application, BulkAct, BulkRun, Check, PieceRequest, RefusalProposal, Verdict
from applications.policy_screening import with_lines
from applications.states import IN_PLAY, State
from journal import clock
from notices.models import Notice

#: By code, in the words of the summary and of the report.
REASONS: dict[str, Any] = {
    "admitted": _("déjà recevable"),
    "not_waiting": _("n’attend pas d’examen (retirée, déjà examinée…)"),
    "not_closed": _("les candidatures ne sont pas closes"),
    "refusal": _("un refus est proposé et attend un second regard"),
    "amiss": _("la grille de contrôle porte une pièce manquante ou un point douteux"),
    "unchecked": _("la grille de contrôle n’est pas entièrement remplie"),
    "over": _("le dossier n’est plus en cours"),
    "theirs": _("déjà confié à cette personne"),
    "given": _("déjà confié à quelqu’un"),
    "decided": _("la décision est prise"),
    "awaited": _("cette pièce est déjà demandée, le délai court"),
}


def _rules(run: BulkRun, terms: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Each reason with the files that it leaves out; the first that holds is said."""
    over = ("over", ~Q(state__in=sorted(IN_PLAY)))
    if run.act == BulkAct.ADMIT:
        checks = Check.objects.filter(application=OuterRef("pk"))
        return [
            ("admitted", Q(state=State.ADMISSIBLE)),
            ("not_waiting", ~Q(state=State.SUBMITTED)),
            ("not_closed", Q(posting__closed_at=None)),
            ("refusal", Exists(RefusalProposal.objects.filter(application=OuterRef("pk"), answered=""))),
            ("amiss", Exists(checks.exclude(verdict=Verdict.OK))),
            ("unchecked", Q(lines_fine__lt=F("lines_asked"))),
        ]
    if run.act == BulkAct.ASSIGN:
        return [over, ("theirs", Q(officer=terms.get("officer")))]
    if run.act == BulkAct.SHARE:
        return [over, ("given", Q(officer__isnull=False))]
    awaited = PieceRequest.objects.filter(
        application=OuterRef("pk"),
        requirement=terms.get("requirement"),
        answered_at=None,
        due_at__gt=clock.now(),
    )
    decided = Notice.objects.filter(kind="decision", subject=OuterRef("journal_name"))
    return [over, ("decided", Exists(decided)), ("awaited", Exists(awaited))]


def _judged(run: BulkRun, terms: Mapping[str, Any], files: QuerySet[Application]) -> QuerySet[Any]:
    """With ``left_out``: the reason's code, or nothing for a file that the act would reach."""
    rules = [When(condition, then=Value(code)) for code, condition in _rules(run, terms)]
    return with_lines(files).annotate(left_out=Case(*rules, default=Value("")))


def reason(run: BulkRun, application: Application) -> str:
    """Why the file is left out now, in words; empty when it isn't."""
    files = Application.objects.filter(pk=application.pk)
    code = _judged(run, run.terms, files).values_list("left_out", flat=True).first()
    return str(REASONS[code]) if code else ""


@dataclass(frozen=True)
class Forecast:
    """How many files the act would reach, one of them as an example, and how many it would leave out, by reason."""

    reached: int
    left_out: list[tuple[str, int]]
    example: Application | None


def forecast(run: BulkRun, terms: Mapping[str, Any]) -> Forecast:
    """Two queries, however many files."""
    files = Application.objects.filter(pk__in=run.items.order_by().values("application"))
    judged = _judged(run, terms, files).order_by()
    counts = dict(judged.values_list("left_out").annotate(Count("pk")))
    reached = counts.pop("", 0)
    example = (
        _judged(run, terms, files).filter(left_out="").order_by("pk").select_related("posting", "candidate").first()
    )
    left_out = [(str(REASONS[code]), counts[code]) for code in REASONS if code in counts]
    return Forecast(reached, left_out, example)
