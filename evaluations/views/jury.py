"""What waits for a member today, and the sheets of one file side by side."""

from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policy import is_juror, person, requires
from applications.models import Application, Shown
from applications.viewing import record_viewing
from evaluations import gaps, policy, results
from evaluations.forms.jury import DiscussionForm, ReasonForm
from evaluations.forms.refusals import add_refusal
from evaluations.models import Deliberation, Discussion, PanelMember, ScoreSheet, ThirdMarker
from evaluations.policy_late import is_deliberated
from evaluations.progress import Task, blind_tasks, files_presided, interview_tasks
from evaluations.ranking import spread
from evaluations.results import interview_is_complete
from evaluations.third_marker import must_redraw
from journal import clock
from postings.models import Stage


def _desk(member: PanelMember) -> dict[str, object]:
    """One jury's part of the page."""
    blind, heard = blind_tasks(member), interview_tasks(member)
    posting = member.panel.posting
    return {
        "member": member,
        "posting": posting,
        "blind": blind,
        "blind_done": _sealed(blind),
        "blind_due": _due(blind),
        "interviews": heard,
        "interviews_done": _sealed(heard),
        "interviews_due": _due(heard),
        "skills_closed": posting.stage_closings.filter(stage=Stage.SKILLS).exists(),
        "gaps": _own_gaps(member),
        "presides": member.chair or bool(files_presided(member)),
        "deliberated": is_deliberated(posting),
        "sits": Deliberation.objects.filter(posting=posting, present=member).exists(),
    }


def _sealed(tasks: list[Task]) -> int:
    return sum(task.status == "sealed" for task in tasks)


def _due(tasks: list[Task]) -> int:
    """A file that the member is barred from is counted nowhere for them."""
    return sum(task.status != "conflict" for task in tasks)


def _own_gaps(member: PanelMember) -> list[Application]:
    """The member's files whose markers are far apart and have not talked yet; nothing once the stage is closed."""
    posting = member.panel.posting
    sheets = ScoreSheet.objects.due().filter(application__posting=posting, stage=Stage.SKILLS)
    own = Application.objects.filter(pk__in=sheets.filter(member=member).values("application"), results=None)
    own = own.exclude(pk__in=member.declarations.filter(conflict=True).values("application"))
    complete = own.exclude(pk__in=sheets.unsealed().values("application"))
    return results.undiscussed(posting, Stage.SKILLS, complete)


@requires(is_juror)
@require_safe
def jury(request: HttpRequest) -> HttpResponse:
    """The member's desk."""
    seats = PanelMember.objects.filter(user=person(request), panel__frozen_at__isnull=False)
    desks = [_desk(member) for member in seats.select_related("user", "panel__posting")]
    return render(request, "evaluations/jury/desk.html", {"desks": desks, "now": clock.now()})


def compared(
    request: HttpRequest, application: Application, stage: str, *, status: int = 200, **forms: object
) -> HttpResponse:
    """The page of one file at one stage: its sheets side by side once open, and what its presiding member may do."""
    rows = ScoreSheet.objects.filter(application=application, stage=stage).select_related("member__user")
    sheets = list(rows.prefetch_related("scores__criterion").order_by("id"))
    is_open = policy.marks_are_open(application, stage)
    totals = _totals(application, stage, sheets) if is_open else []
    drawn = ThirdMarker.objects.filter(application=application, stage=stage)
    third = drawn.select_related("sheet__member", "application").first()
    gap = spread(total for _sheet, total in totals)
    context = {
        "application": application,
        "code": application.dossier_code,
        "stage": stage,
        "stage_label": Stage(stage).label,
        "sheets": sheets,
        "open": is_open,
        "criteria": _by_criterion(sheets) if is_open else [],
        "totals": totals,
        "gap": gap,
        "too_far": stage == Stage.SKILLS and gap > application.posting.gap_threshold,
        "discussion": Discussion.objects.filter(application=application, stage=stage).select_related("by").first(),
        "third": third,
        "redraw": third is not None and must_redraw(third),
        "closed": application.results.filter(stage=stage).exists(),
        "complete": stage == Stage.INTERVIEW and interview_is_complete(application),
        "presides": policy.presides(person(request), application),
        "conflicts": set(application.declarations.filter(conflict=True).values_list("member_id", flat=True)),
        "discussion_form": DiscussionForm(),
        "reason_form": ReasonForm(),
        "stand_ins": stand_ins(application, stage),
        **forms,
    }
    return render(request, "evaluations/jury/file.html", context, status=status)


def stand_ins(application: Application, stage: str) -> QuerySet[PanelMember]:
    """The members who could take a sheet of the file: no sheet on it yet, no conflict."""
    members = PanelMember.objects.filter(panel__posting=application.posting).select_related("user")
    marking = ScoreSheet.objects.filter(application=application, stage=stage).values("member")
    recused = application.declarations.filter(conflict=True).values("member")
    return members.exclude(pk__in=marking).exclude(pk__in=recused)


def _totals(application: Application, stage: str, sheets: list[ScoreSheet]) -> list[tuple[ScoreSheet, Decimal]]:
    weights = results.weights(application.posting_id, stage)
    return [(sheet, results.sheet_total(sheet, weights)) for sheet in sheets if sheet.sealed_at]


def _by_criterion(sheets: list[ScoreSheet]) -> list[tuple[object, list[object]]]:
    """Each criterion with the sealed scores on it, in the sheets' order."""
    sealed = [list(sheet.scores.all()) for sheet in sheets if sheet.sealed_at]
    return [(column[0].criterion, list(column)) for column in zip(*sealed, strict=True)]


@requires(is_juror)
@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """One file's sheets side by side; the POST records what its markers concluded on their gap."""
    application = policy.get_compared_file_or_404(person(request), code, stage)
    if policy.must_declare(person(request), application, stage):
        return redirect("evaluations:declare", code, stage)
    if request.method == "GET":
        record_viewing(application=application, shown=Shown.MARKS, by=person(request))
        return compared(request, application, stage)
    form = DiscussionForm(request.POST)
    if form.is_valid():
        try:
            outcome = form.cleaned_data["outcome"]
            gaps.discuss_gap(application=application, stage=stage, outcome=outcome, by=person(request))
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("La conclusion de votre échange est consignée."))
            return redirect("evaluations:file", code, stage)
    return compared(request, application, stage, status=422, discussion_form=form)
