"""The buttons that keep a filter of the list, and take it back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.policy import is_hr, person
from applications import saved_filters


def _list(query: str = "") -> HttpResponse:
    address = reverse("admin:applications_application_changelist")
    return redirect(f"{address}?{query}" if query else address)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """« Enregistrer ce filtre »."""
    if not is_hr(request.user):
        raise PermissionDenied
    query = saved_filters.plain(request.POST.get("query", ""))
    try:
        saved = saved_filters.save(
            name=request.POST.get("name", ""), query=query, shared="shared" in request.POST, by=person(request)
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Le filtre « %(name)s » est enregistré.") % {"name": saved.name})
    return _list(query)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """« Supprimer » beside a filter of one's own."""
    if not is_hr(request.user):
        raise PermissionDenied
    saved = get_object_or_404(saved_filters.visible_to(request.user), pk=pk)
    try:
        saved_filters.remove(saved=saved, by=person(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Le filtre est supprimé."))
    return _list()
