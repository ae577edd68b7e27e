"""HR cancels a posting: the reason, then the letter that everyone will read, then the act."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.policy import is_hr_head, person
from applications import cancelling
from applications.forms_lifecycle import CancellationForm, add_refusal
from journal import clock
from notices import rendering
from postings import cancelling as rule
from postings.models import Posting


def _preview(posting: Posting, reason: str) -> dict[str, Any]:
    """The mail, word for word, and to how many it goes."""
    people = cancelling.concerned(posting)
    first = people.select_related("candidate").first()
    found: dict[str, Any] = {"preview": True, "people": people.count()}
    if first is not None:
        said = cancelling.context_of(first, posting, at=clock.now().isoformat(), reason=reason)
        neutral = {"dossier": _("[numéro de dossier]"), "name": _("[nom]")}
        found["subject"], found["mail"] = rendering.preview(kind=cancelling.KIND, context_of=said | neutral)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    """The page « Annuler l’avis »."""
    if not is_hr_head(request.user):
        raise PermissionDenied
    posting = get_object_or_404(Posting, slug=slug, published_at__isnull=False)
    posted = request.method == "POST"
    form = CancellationForm(request.POST if posted else None)
    found: dict[str, Any] = {}
    if posted and form.is_valid():
        reason = form.cleaned_data["reason"].strip()
        try:
            if "confirmed" in request.POST:
                cancelling.cancel(posting=posting, reason=reason, by=person(request))
                messages.success(request, _("L’avis est annulé. Chaque candidat est prévenu par lettre."))
                return redirect("admin:postings_posting_change", posting.pk)
            rule.check(posting=posting, reason=reason, by=person(request))
            found = {} if "again" in request.POST else _preview(posting, reason)
        except ValidationError as error:
            add_refusal(form, error)
    context = {
        **admin.site.each_context(request),
        "title": _("Annuler l’avis"),
        "posting": posting,
        "form": form,
        **found,
    }
    return render(request, "admin/postings/posting/cancel.html", context, status=422 if form.errors else 200)
