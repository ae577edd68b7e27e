"""HR publishes lists of candidates: one prepares, another confirms. The auditor reads."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policy import Visitor, is_hr, person, requires
from evaluations import listing, showing
from evaluations import publications as acts
from evaluations.forms.publications import ListForm, WithdrawalForm
from evaluations.forms.refusals import add_refusal
from evaluations.models import Publication
from evaluations.policy_late import get_posting_or_404, may_read_lists
from postings.models import Posting

#: How many lines a prepared list shows before it is confirmed; the text has them all.
PREVIEWED = 200


def _rows(
    posting: Posting, by: Visitor, withdrawal: WithdrawalForm | None, of: Publication | None
) -> list[dict[str, Any]]:
    """Each version of each list, with what may be done about it."""
    found = []
    for versions in showing.all_versions(posting).values():
        for version in versions:
            row = version.publication
            pending = row.confirmed_at is None and row.withdrawn_at is None
            form = (
                withdrawal if withdrawal is not None and row == of else WithdrawalForm(auto_id=f"retrait-{row.pk}-%s")
            )
            found.append(
                {
                    "version": version,
                    "row": row,
                    "pending": pending,
                    "own": row.prepared_by == by,
                    "waiting": row.confirmed_at is not None and row.withdrawn_at is None and version.opens_at is None,
                    "untold": showing.untold(row).count() if row.withdrawn_at is None else 0,
                    "lines": listing.stored_lines(row)[:PREVIEWED] if pending else [],
                    "form": form,
                }
            )
    return found


def _page(
    request: HttpRequest,
    posting: Posting,
    *,
    form: ListForm | None = None,
    withdrawal: WithdrawalForm | None = None,
    of: Publication | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "posting": posting,
        "form": form or ListForm(),
        "rows": _rows(posting, request.user, withdrawal, of),
        "acts": is_hr(request.user),
        "previewed": PREVIEWED,
    }
    return render(request, "evaluations/publications/manage.html", context, status=status)


@requires(may_read_lists)
@require_http_methods(["GET", "HEAD", "POST"])
def publications(request: HttpRequest, slug: str) -> HttpResponse:
    """What is published, what waits, and the form that prepares a list."""
    posting = get_posting_or_404(slug)
    if request.method != "POST":
        return _page(request, posting)
    form = ListForm(request.POST)
    if not form.is_valid():
        return _page(request, posting, form=form, status=422)
    given = {name: form.cleaned_data[name] for name in ("stage", "at", "reason")}
    try:
        acts.publish_list(posting=posting, by=person(request), **given)
    except acts.ListRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, posting, form=form, status=409)
    except ValidationError as error:
        add_refusal(form, error)
        return _page(request, posting, form=form, status=422)
    messages.success(request, _("La liste est préparée. Une autre personne du bureau la relit et la confirme."))
    return redirect("evaluations:publications", slug)


def _publication(posting: Posting, pk: int) -> Publication:
    rows = Publication.objects.select_related("posting", "prepared_by")
    return get_object_or_404(rows, posting=posting, pk=pk)


@requires(is_hr)
@require_POST
def confirm(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The second pair of eyes."""
    posting = get_posting_or_404(slug)
    try:
        acts.confirm_list(publication=_publication(posting, pk), by=person(request))
    except (acts.ListRefused, ValidationError) as refusal:
        words = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        messages.error(request, words)
        return _page(request, posting, status=409)
    messages.success(
        request, _("La liste est confirmée : elle paraîtra à son heure, une fois toutes les lettres parties.")
    )
    return redirect("evaluations:publications", slug)


@requires(is_hr)
@require_POST
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a list down, or give it up before it shows."""
    posting = get_posting_or_404(slug)
    publication = _publication(posting, pk)
    form = WithdrawalForm(request.POST, auto_id=f"retrait-{pk}-%s")
    if not form.is_valid():
        return _page(request, posting, withdrawal=form, of=publication, status=422)
    try:
        acts.withdraw_list(publication=publication, reason=form.cleaned_data["reason"], by=person(request))
    except acts.ListRefused as refusal:
        messages.error(request, str(refusal))
        return _page(request, posting, status=409)
    messages.success(request, _("La liste est retirée."))
    return redirect("evaluations:publications", slug)
