"""Lists as spreadsheets, and documents as a ZIP. What HR's admin shows, filtered, is taken as it is shown."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.policy import person, requires
from applications.policy_screening import readable_files
from evaluations import document_zips, exporting
from evaluations.listings import FILTERED, LISTINGS, Listing
from evaluations.policy_closing import takes_data
from evaluations.policy_late import get_posting_or_404

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _listing_or_404(name: str, form: str) -> Listing:
    if name not in LISTINGS or form not in exporting.FORMATS:
        raise Http404
    return LISTINGS[name]


def _spreadsheet(
    request: HttpRequest, listing: Listing, found: QuerySet[Any], form: str, *, subject: str, filtered: bool
) -> HttpResponseBase:
    taken: dict[str, Any] = {"listing": listing, "found": found, "by": person(request)}
    taken |= {"subject": subject, "filtered": filtered}
    response: HttpResponseBase
    if form == "csv":
        response = StreamingHttpResponse(exporting.as_csv(**taken), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{listing.name}.csv"'
    else:
        content = exporting.as_xlsx(**taken)
        response = FileResponse(content, as_attachment=True, filename=f"{listing.name}.xlsx", content_type=_XLSX)
    response["Cache-Control"] = "private, no-store"
    return response


@requires(takes_data)
@require_GET
def export(request: HttpRequest, slug: str, name: str, form: str) -> HttpResponseBase:
    """A campaign's list, whole."""
    posting, listing = get_posting_or_404(slug), _listing_or_404(name, form)
    if not listing.is_open(posting):
        raise Http404
    found = listing.find(posting)
    return _spreadsheet(request, listing, found, form, subject=posting.subject, filtered=False)


@requires(takes_data)
@require_GET
def export_shown(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """What a list of the admin shows under the filters and the search of the address, and no more."""
    listing = _listing_or_404(name, form)
    if name not in FILTERED:
        raise Http404
    model, told = FILTERED[name]
    found = told(_shown(request, model))
    return _spreadsheet(request, listing, found, form, subject="lists", filtered=bool(request.GET))


def _shown(request: HttpRequest, model: type[Any]) -> QuerySet[Any]:
    """The rows of the admin's own list, by its own rules on filters and searches."""
    try:
        shown = admin.site.get_model_admin(model).get_changelist_instance(request)
    except IncorrectLookupParameters as error:
        raise Http404 from error
    rows: QuerySet[Any] = shown.queryset
    return rows


@requires(takes_data)
@require_GET
def documents(request: HttpRequest) -> HttpResponseBase:
    """The documents of the files named in the address, one « dossier » each."""
    codes = request.GET.getlist("dossier")
    files = list(readable_files().filter(dossier_code__in=codes[: document_zips.MOST + 1]).order_by("dossier_code"))
    if len(files) != len(set(codes)):
        raise Http404
    try:
        content = document_zips.take(files=files, by=person(request))
    except ValidationError as error:
        return render(request, "evaluations/documents_refused.html", {"error": error.messages[0]}, status=422)
    name = files[0].dossier_code if len(files) == 1 else "pieces"
    response = StreamingHttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response
