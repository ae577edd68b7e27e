"""A referee answers without an account; HR asks, asks again, and records what it verified."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policy import is_hr, person, requires
from applications.models import Application, Referee, Shown
from applications.viewing import record_viewing
from evaluations import references as acts
from evaluations.forms.references import DeclineForm, ReferenceForm, RequestForm, VerificationForm, answer_lines
from evaluations.forms.refusals import add_refusal
from evaluations.models import ReferenceRequest, ReferenceState
from evaluations.policy_late import get_application_or_404, get_posting_or_404, get_referee_or_404, is_deliberated
from journal import clock
from notices.rendering import preview
from postings.models import Posting

TokenView = Callable[[HttpRequest, str], HttpResponse]


def _by_secret_link(view: TokenView) -> TokenView:
    """A page whose address is a secret: not indexed, not kept, never told to another site nor to the log."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        # Django logs the path of every answer of 400 and more; this path holds the secret.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response

    # No cookie gives any right here, the address alone does, so there is nothing to forge; and without a
    # referrer browsers send « Origin: null », which the CSRF check would refuse.
    return never_cache(csrf_exempt(guarded))


def _over(request: HttpRequest, found: ReferenceRequest | None) -> HttpResponse:
    context = {
        "found": found,
        "expired": found is not None and clock.now() >= found.expires_at,
        # Not kept here, but not lost by who typed it: they may still write to HR.
        "typed": request.POST.get("remarks", "") or request.POST.get("reason", ""),
    }
    return render(request, "evaluations/references/over.html", context, status=410 if found else 404)


@_by_secret_link
@require_http_methods(["GET", "POST"])
def reference(request: HttpRequest, token: str) -> HttpResponse:
    """The referee's page: answer, decline, or say that they are not that person."""
    # Reading is limited too, which allauth leaves out unless it is told.
    if not ratelimit.consume(request, app="allauth.account", action="reference_link", limit_get=True):
        return ratelimit.respond_429(request)
    try:
        found = acts.find(token=token)
        return _reference(request, token, found)
    except acts.NoSuchLink:
        return _over(request, None)
    except acts.LinkIsOver as over:
        return _over(request, over.request)


def _reference(request: HttpRequest, token: str, found: ReferenceRequest) -> HttpResponse:
    application = found.referee.application
    act = request.POST.get("act", "")
    # Who declines may have begun to answer: what they typed comes back with an error, unjudged.
    typed = {name: request.POST[name] for name in request.POST}
    form = ReferenceForm(request.POST if act == "answer" else None, posting=application.posting, initial=typed)
    decline = DeclineForm(request.POST if act in ("decline", "not_me") else None, initial=typed)
    if decline.is_valid():
        acts.decline(token=token, reason=decline.cleaned_data["reason"], not_the_person=act == "not_me")
        return redirect("evaluations:reference_done")
    if form.is_valid():
        acts.answer(token=token, answers=form.answers())
        return redirect("evaluations:reference_done")
    context = {"found": found, "application": application, "form": form, "decline": decline}
    status = 200 if request.method == "GET" else 422
    return render(request, "evaluations/references/form.html", context, status=status)


@require_GET
def reference_done(request: HttpRequest) -> HttpResponse:
    """Thanks; nothing here names anyone."""
    return render(request, "evaluations/references/done.html")


def rows_of(files: QuerySet[Application]) -> list[dict[str, Any]]:
    """Each file with its referees, what was asked of them and what HR verified, in a constant number of queries."""
    found = files.select_related("candidate").order_by("dossier_code")
    wanted = ("referees__request__reminders", "referees__verifications", "references_conclusions")
    return [_file_row(file) for file in found.prefetch_related(*wanted)]


def _file_row(file: Application) -> dict[str, Any]:
    referees = [_row(file, referee) for referee in file.referees.all()]
    return {
        "file": file,
        "referees": referees,
        "to_ask": sum(row["request"] is None for row in referees),
        "verified": all(row["verification"] for row in referees),
        "conclusion": next(reversed(file.references_conclusions.all()), None),
    }


def _row(application: Application, referee: Referee) -> dict[str, Any]:
    request = getattr(referee, "request", None)
    verifications = list(referee.verifications.all())
    asked = request if request and request.state == ReferenceState.ASKED else None
    reminders = [r for r in asked.reminders.all() if r.time == asked.times_asked] if asked else []
    return {
        "referee": referee,
        "request": request,
        "reminder": reminders[-1] if reminders else None,
        "expired": asked is not None and clock.now() >= asked.expires_at,
        "verification": verifications[-1] if verifications else None,
        "warnings": acts.warnings(referee, application),
    }


def _listed(posting: Posting) -> QuerySet[Application]:
    return Application.objects.filter(posting=posting, state__in=sorted(acts.LISTED))


@requires(is_hr)
@require_GET
def references(request: HttpRequest, slug: str) -> HttpResponse:
    """Each candidate's referees: asked or not, answered or not, verified or not."""
    posting = get_posting_or_404(slug)
    rows = rows_of(_listed(posting))
    overdue = [r for row in rows for r in row["referees"] if r["expired"] and not r["verification"]]
    context = {
        "posting": posting,
        "rows": rows,
        "to_ask": sum(row["to_ask"] for row in rows),
        "overdue": overdue,
        "closed": is_deliberated(posting),
    }
    return render(request, "evaluations/references/list.html", context)


def _ask(request: HttpRequest, files: Iterable[Application]) -> None:
    """Ask the referees of the files who were not asked yet, and say how it went."""
    asked: list[ReferenceRequest] = []
    try:
        for application in files:
            asked += acts.ask(application=application, by=person(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    text = ngettext("Une demande envoyée.", "%(n)d demandes envoyées.", len(asked)) % {"n": len(asked)}
    messages.success(request, text if asked else _("Aucune demande à envoyer."))


@requires(is_hr)
@require_POST
def ask_all_references(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask every referee of the posting who was not asked yet."""
    posting = get_posting_or_404(slug)
    _ask(request, Application.objects.filter(posting=posting, state__in=sorted(acts.ASKABLE)).order_by("dossier_code"))
    return redirect("evaluations:references", slug)


@requires(is_hr)
@require_POST
def ask_references(request: HttpRequest, slug: str, dossier: str) -> HttpResponse:
    """Ask the referees of one file who were not asked yet."""
    _ask(request, [get_application_or_404(get_posting_or_404(slug), dossier)])
    return redirect(reverse("evaluations:references", args=[slug]) + f"#dossier-{dossier}")


@requires(is_hr)
@require_http_methods(["GET", "POST"])
def ask_reference(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One referee's request, as it will read, with a word of HR's own if they wish; then sent. The first, or another."""
    posting = get_posting_or_404(slug)
    referee = get_referee_or_404(posting, pk)
    form = RequestForm(request.POST or None)
    if form.is_valid() and request.POST.get("step") == "send":
        try:
            acts.ask_one(referee=referee, by=person(request), words=form.cleaned_data["words"])
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("La demande part. Un lien envoyé auparavant n’ouvre plus rien."))
            return redirect("evaluations:verify_reference", slug, pk)
    words = form.cleaned_data.get("words", "") if form.is_bound else ""
    context = {
        "posting": posting,
        "referee": referee,
        "form": form,
        "preview": _preview(referee, words),
        "read_again": form.is_valid() and request.POST.get("step") == "preview",
        "closed": is_deliberated(posting),
    }
    return render(request, "evaluations/references/request.html", context, status=422 if form.errors else 200)


def _preview(referee: Referee, words: str) -> tuple[str, str]:
    """Subject and text; the link is made when the message leaves."""
    expires_at = clock.now() + timedelta(days=referee.application.posting.reference_days)
    link = _("[lien personnel, créé à l’envoi]")
    said = acts.message(referee, link=link, expires_at=expires_at, words=words.strip())
    return preview(kind="reference_request", context_of=said)


@requires(is_hr)
@require_http_methods(["GET", "POST"])
def verify_reference(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What one referee answered, and HR's record of the check."""
    posting = get_posting_or_404(slug)
    referee = get_referee_or_404(posting, pk)
    if request.method == "GET":
        record_viewing(application=referee.application, shown=Shown.REFERENCES, by=person(request))
    form = VerificationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.verify(referee=referee, by=person(request), **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Vérification enregistrée."))
            return redirect("evaluations:references", slug)
    asked = getattr(referee, "request", None)
    context = {
        "posting": posting,
        "application": referee.application,
        "row": _row(referee.application, referee),
        "answers": answer_lines(asked) if asked and asked.state == "answered" else [],
        "form": form,
        "closed": is_deliberated(posting),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "evaluations/references/detail.html", context, status=status)
