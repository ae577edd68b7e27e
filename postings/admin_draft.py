"""HR makes a posting from another, changes it while it is unpublished, and publishes it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policy import is_hr, person
from postings import drafting, lifecycle
from postings.checks import problems
from postings.forms import CopyForm, DraftForm
from postings.models import Posting

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _page(request: HttpRequest, template: str, title: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    whole = {**admin.site.each_context(request), "title": title, "opts": Posting._meta, **context}
    return render(request, f"admin/postings/posting/{template}", whole, status=status)


def _posting(request: HttpRequest, slug: str) -> Posting:
    if not is_hr(request.user):
        raise PermissionDenied
    return get_object_or_404(Posting, slug=slug)


def _refused(form: Form, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


@form_methods
def copy(request: HttpRequest, slug: str) -> HttpResponse:
    """The page « Préparer un avis à partir de celui-ci »."""
    source = _posting(request, slug)
    posted = request.method == "POST"
    form = CopyForm(request.POST if posted else None, initial={"title": source.title})
    if posted and form.is_valid():
        try:
            made = drafting.copy(source=source, by=person(request), **form.cleaned_data)
        except ValidationError as error:
            _refused(form, error)
        else:
            messages.success(request, _("L’avis est préparé, et n’est pas publié. Donnez-lui son texte."))
            return redirect("admin:postings_posting_edit", made.slug)
    status = 422 if form.errors else 200
    return _page(request, "copy.html", _("Préparer un avis"), {"source": source, "form": form}, status)


@form_methods
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The page « Modifier l’avis », with what still keeps it from being published."""
    posting = _posting(request, slug)
    if posting.published_at:
        return redirect("admin:postings_posting_change", posting.pk)
    form, status = DraftForm(posting=posting), 200
    if request.method == "POST":
        form, status = DraftForm(request.POST, posting=posting), 422
        if form.is_valid():
            try:
                seen = form.cleaned_data["seen"]
                drafting.edit(posting=posting, changes=form.changes(), seen=seen, by=person(request))
            except ValidationError as error:
                _refused(form, error)
                status = (
                    409 if seen != Posting.objects.values_list("content_sha256", flat=True).get(pk=posting.pk) else 422
                )
            else:
                messages.success(request, _("L’avis est enregistré. Il n’est pas publié."))
                return redirect("admin:postings_posting_edit", slug)
    found = problems(drafting.source_of(posting))
    return _page(
        request, "edit.html", _("Modifier l’avis"), {"posting": posting, "form": form, "problems": found}, status
    )


@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """The button « Publier »: what was read is what is published."""
    posting = _posting(request, slug)
    if request.POST.get("seen") != posting.content_sha256:
        messages.error(request, _("L’avis a changé depuis que vous l’avez relu : relisez-le, puis publiez."))
        return redirect("admin:postings_posting_edit", slug)
    try:
        lifecycle.publish(posting=posting, by=person(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("admin:postings_posting_edit", slug)
    messages.success(request, _("L’avis est publié : ses règles et ses mots ne changent plus."))
    return redirect("admin:postings_posting_change", posting.pk)
