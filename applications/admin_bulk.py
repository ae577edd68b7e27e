"""An act on many files, on one page: its summary before, its progress, its report after."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.policy import is_hr, person
from applications import bulk
from applications.admin_exchanges import preview
from applications.bulk_forecast import forecast
from applications.forms_bulk import TermsForm
from applications.models import Application, BulkAct, BulkOutcome, BulkRun
from applications.policy_screening import may_read_files

TEMPLATE = "admin/applications/application/bulk.html"
#: Files left out that the report names, each with its reason; all are counted.
NAMED = 200


def _chosen(act: BulkAct) -> Callable[..., HttpResponse | None]:
    def prepare(_admin: Any, request: HttpRequest, queryset: QuerySet[Application]) -> HttpResponse | None:
        try:
            run = bulk.prepare(act=act, applications=queryset, by=person(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return None
        return redirect("admin:applications_bulkrun", run.public_id)

    return prepare


def actions() -> dict[str, tuple[Callable[..., HttpResponse | None], str, str]]:
    """What the list offers to do with the files that are ticked."""
    return {act.value: (_chosen(act), act.value, str(act.label)) for act in BulkAct}


@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Summary and confirmation, for who prepared it; progress and report, for who reads files."""
    if not may_read_files(request.user):
        raise PermissionDenied
    found = get_object_or_404(BulkRun.objects.select_related("posting", "by"), public_id=public_id)
    if found.confirmed_at:
        return _page(request, found, _report(found))
    if not is_hr(request.user) or found.by_id != request.user.pk:
        raise PermissionDenied
    form = TermsForm(found, request.POST if request.method == "POST" else None)
    if not form.fields:
        form = TermsForm(found, request.POST)
    context: dict[str, Any] = {"form": form, "chosen": found.items.count()}
    ready = form.is_bound and form.is_valid()
    if ready:
        try:
            terms = bulk.check_terms(run=found, terms=form.cleaned_data)
            if "confirmed" in request.POST:
                bulk.confirm(run=found, terms=terms, by=person(request))
                return redirect("admin:applications_bulkrun", found.public_id)
            context |= {} if "again" in request.POST else _summary(found, terms)
        except ValidationError as error:
            for name, errors in error.error_dict.items():
                form.add_error(name, errors)
    return _page(request, found, context, 422 if form.errors else 200)


def _summary(run: BulkRun, terms: dict[str, Any]) -> dict[str, Any]:
    """What would happen to how many, which would be left out and why, and the mail that would leave."""
    found = forecast(run, terms)
    mail = ""
    if run.act == BulkAct.ASK and found.example:
        requirement = run.posting.requirements.get(pk=terms["requirement"])
        mail = preview(found.example, {**terms, "requirement": requirement})["mail"]
    return {"forecast": found, "mail": mail, "small": found.reached <= bulk.SMALL}


def _report(run: BulkRun) -> dict[str, Any]:
    counts = dict(run.items.order_by().values_list("outcome").annotate(Count("pk")))
    left_out = run.items.filter(outcome=BulkOutcome.LEFT_OUT)
    reasons = left_out.order_by().values_list("why").annotate(n=Count("pk")).order_by("-n")
    total, todo = sum(counts.values()), counts.get("", 0)
    return {
        "total": total,
        "done": counts.get(BulkOutcome.DONE, 0),
        "left_out": counts.get(BulkOutcome.LEFT_OUT, 0),
        "todo": todo,
        "settled": total - todo,
        "reasons": list(reasons[:50]),
        "named": list(left_out.select_related("application")[:NAMED]),
        "running": run.finished_at is None,
    }


def _page(request: HttpRequest, run: BulkRun, context: dict[str, Any], status: int = 200) -> HttpResponse:
    whole = {
        **admin.site.each_context(request),
        "title": f"{run.get_act_display()} — {run.posting.title}",
        "run": run,
        "opts": Application._meta,
        **context,
    }
    return render(request, TEMPLATE, whole, status=status)
