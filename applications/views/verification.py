"""The public page that says whether a document bears our seal."""

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.forms_verification import DocumentForm
from applications.inspection import Busy
from applications.verification import Verdict, verify
from applications.verification_words import WORDS
from notices import seal_certificate


def _page(request: HttpRequest, form: DocumentForm, verdict: Verdict | None, status: int) -> HttpResponse:
    own = seal_certificate.current()
    context = {
        "form": form,
        "verdict": verdict,
        "seal": verdict.seal if verdict else None,
        "words": WORDS[verdict.code] if verdict else None,
        "own": own,
        "fingerprint": seal_certificate.fingerprint(own.certificate) if own else "",
        "time_stamped": bool(settings.PMP_SEAL["tsa"]),
    }
    return render(request, "applications/verify_document.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest) -> HttpResponse:
    """200 for a document that bears our seal, unchanged; 422 for any other; 503 while too many are being read."""
    if request.method != "POST":
        return _page(request, DocumentForm(), None, 200)
    if not ratelimit.consume(request, app="allauth.account", action="verify_document"):
        return ratelimit.respond_429(request)
    form = DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, None, 422)
    try:
        verdict = verify(form.cleaned_data["file"].read())
    except Busy:
        messages.error(request, _("Trop de documents sont en cours de vérification. Recommencez dans un moment."))
        return _page(request, DocumentForm(), None, 503)
    return _page(request, DocumentForm(), verdict, 200 if verdict.ok else 422)
