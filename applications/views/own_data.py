"""« Mes données »: a copy of them, and their erasure."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policy import is_candidate, person, requires
from accounts.views_kept_words import keeps_words, words_of
from applications import erasure, erasure_requests, own_data, policy
from applications.forms_privacy import ErasureRequestForm
from applications.models import Application
from applications.states import UNSUBMITTED
from applications.views.page import own_file
from journal import clock


def _page(request: HttpRequest, status: int = 200) -> HttpResponse:
    files = list(policy.own_applications(request.user).select_related("erasure").prefetch_related("erasure_requests"))
    kept = [file for file in files if file.state not in UNSUBMITTED and not hasattr(file, "erasure")]
    return render(request, "applications/own_data.html", {"files": files, "may_close": not kept}, status=status)


@require_safe
@requires(is_candidate)
def own(request: HttpRequest) -> HttpResponse:
    """What is held, how to take a copy, and how to have it erased."""
    return _page(request)


@require_POST
@requires(is_candidate)
def export(request: HttpRequest) -> HttpResponseBase:
    """The copy, a few times an hour."""
    if not ratelimit.consume(request, action="export_data"):
        messages.error(request, _("Vous avez déjà téléchargé vos données plusieurs fois. Attendez une heure."))
        return _page(request, 429)
    try:
        copy = own_data.export(by=person(request))
    except OSError:
        messages.error(request, _("La copie n’a pas pu être préparée. Rien n’est perdu : recommencez dans un moment."))
        return _page(request, 503)
    name = f"mes-donnees-{localtime(clock.now()):%Y-%m-%d}.zip"
    response = FileResponse(copy, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@keeps_words
@require_http_methods(["GET", "HEAD", "POST"])
@own_file
def erase(request: HttpRequest, application: Application) -> HttpResponse:
    """Erase a file that was never submitted; ask for it, for one that was."""
    if erasure.is_erased(application):
        return redirect("applications:own_data")
    if application.state not in UNSUBMITTED:
        return _ask(request, application)
    if request.method != "POST":
        return _erasure_page(request, application)
    try:
        erasure.erase_unsubmitted(application=application, by=person(request))
    except erasure.NotErasable:
        messages.warning(request, _("Ce dossier vient d’être déposé : il ne s’efface plus sur-le-champ."))
        return redirect("applications:erase", application.posting.slug)
    messages.success(request, _("Le dossier %(code)s est effacé.") % {"code": application.dossier_code})
    return redirect("applications:own_data")


def _erasure_page(
    request: HttpRequest, application: Application, form: ErasureRequestForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "application": application,
        "posting": application.posting,
        "unsubmitted": application.state in UNSUBMITTED,
        "requests": list(application.erasure_requests.all()),
        "waiting": application.erasure_requests.filter(answered_at=None).exists(),
        "form": form or ErasureRequestForm(),
    }
    return render(request, "applications/erasure.html", context, status=status)


def _ask(request: HttpRequest, application: Application) -> HttpResponse:
    if request.method != "POST":
        return _erasure_page(request, application, ErasureRequestForm(words_of(request)))
    form = ErasureRequestForm(request.POST)
    if not form.is_valid():
        return _erasure_page(request, application, form, 422)
    erasure_requests.ask(application=application, message=form.cleaned_data["message"], by=person(request))
    messages.success(request, _("Votre demande est enregistrée. La réponse vous sera adressée par courriel, et ici."))
    return redirect("applications:erase", application.posting.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_candidate)
def close_account(request: HttpRequest) -> HttpResponse:
    """Erase the account with all that was never submitted, and sign out."""
    if request.method != "POST":
        files = policy.own_applications(request.user).exclude(state__in=UNSUBMITTED).filter(erasure=None)
        return render(request, "applications/close_account.html", {"kept": list(files)})
    try:
        erasure.close_account(by=person(request))
    except erasure.NotErasable:
        messages.error(request, _("Votre compte garde un dossier déposé : il ne peut pas être effacé pour l’instant."))
        return redirect("applications:own_data")
    logout(request)
    messages.success(request, _("Votre compte et vos données sont effacés."))
    return redirect("postings:home")
