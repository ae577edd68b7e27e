"""HR's side of what passes between a candidate and the office: ask for a piece, answer what is needed, answer a recourse."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policy import is_hr, person
from applications.admin_filters import suite
from applications.exchanges import accommodation as accommodations
from applications.exchanges import objections, pieces
from applications.forms_exchanges import AccommodationAnswerForm, ObjectionAnswerForm, PieceRequestForm
from applications.forms_lifecycle import AssignmentForm
from applications.models import Accommodation, Application, PieceRequest, Shown
from applications.policy_exchanges import (
    decision_letter,
    get_accommodation_or_404,
    get_objection_or_404,
    get_request_or_404,
    may_answer_objection,
    may_ask_piece,
    may_be_given,
    officer_of,
)
from applications.policy_screening import get_file_or_404
from applications.states import IN_PLAY
from applications.viewing import record_viewing
from journal import clock
from journal.models import Entry
from notices import rendering

FILE = "admin:applications_application_change"
form_methods = require_http_methods(["GET", "HEAD", "POST"])


def exchanges_context(request: HttpRequest, application: Application) -> dict[str, Any]:
    """What the file page shows of these, in a constant number of queries. Of what a candidate needs, only that they said it."""
    requests = application.piece_requests.select_related("requirement", "by").prefetch_related("documents")
    late = Entry.objects.filter(subject=application.subject, kind="piece.refused_late").order_by("pk")
    return {
        "now": clock.now(),
        "requests": list(requests),
        "late_pieces": [entry.at for entry in late],
        "may_ask_piece": may_ask_piece(request.user, application),
        "acts": is_hr(request.user),
        "corrections": list(application.contact_corrections.all()),
        "accommodation": Accommodation.objects.filter(application=application).defer("needs", "answer").first(),
        "objections": list(application.objections.all()),
    }


def _page(request: HttpRequest, template: str, title: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    whole = {**admin.site.each_context(request), "title": title, "opts": Application._meta, **context}
    return render(request, f"admin/applications/{template}", whole, status=status)


def _saw(request: HttpRequest, application: Application) -> None:
    if request.method == "GET":
        record_viewing(application=application, shown=Shown.EXCHANGE, by=person(request))


def _refused(form: Form, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def preview(application: Application, values: Mapping[str, Any]) -> dict[str, Any]:
    """The mail, word for word, before anything is asked."""
    due_at = pieces.due_after(values["days"], at=clock.now())
    context = {
        **rendering.site(),
        "post": application.posting.title,
        "dossier": application.dossier_code,
        "piece": values["requirement"].label,
        "message": values["message"].strip(),
        "due_at": due_at,
        "notice": {"campaign": application.posting.slug},
    }
    return {"mail": rendering.render("notices/piece_requested/body.txt", context), "due_at": due_at}


@form_methods
def ask_piece(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the request; read the mail that it sends; send it."""
    if not is_hr(request.user):
        raise PermissionDenied
    application = get_file_or_404(request.user, pk)
    posted = request.method == "POST"
    form = PieceRequestForm(request.POST if posted else None, posting=application.posting)
    context: dict[str, Any] = {"application": application, "form": form}
    if posted and form.is_valid():
        if not form.cleaned_data["message"].strip():
            form.add_error("message", _("Dites au candidat ce qu’il doit envoyer, et pourquoi."))
        elif "confirmed" not in request.POST:
            context |= {} if "again" in request.POST else preview(application, form.cleaned_data)
        else:
            try:
                pieces.ask(application=application, by=person(request), **form.cleaned_data)
            except ValidationError as error:
                _refused(form, error)
            else:
                messages.success(request, _("La pièce est demandée. Le candidat est prévenu par courriel."))
                return redirect(FILE, pk)
    context["may_ask_piece"] = may_ask_piece(request.user, application)
    status = 422 if form.errors else 200
    return _page(request, "piecerequest/ask.html", _("Demander une pièce"), context, status)


@require_POST
def settle_piece(request: HttpRequest, pk: int) -> HttpResponse:
    """The button « Classer »."""
    if not is_hr(request.user):
        raise PermissionDenied
    asked = get_request_or_404(request.user, pk)
    try:
        pieces.settle(request=asked, by=person(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(FILE, asked.application_id)


def file_of_request(request: HttpRequest, pk: str) -> HttpResponse:
    """A request is read in its file."""
    asked = get_request_or_404(request.user, pk)
    return redirect(FILE, asked.application_id)


@form_methods
def accommodation(request: HttpRequest, pk: str) -> HttpResponse:
    """What a candidate needs, and the answer. HR alone opens it."""
    asked = get_accommodation_or_404(request.user, pk)
    _saw(request, asked.application)
    form = AccommodationAnswerForm(initial={"seen": accommodations.version_of(asked)})
    status, changed = 200, False
    if request.method == "POST":
        form, status = AccommodationAnswerForm(request.POST), 422
        if form.is_valid():
            try:
                accommodations.answer(accommodation=asked, by=person(request), **form.cleaned_data)
            except ValidationError as error:
                _refused(form, error)
            except accommodations.AccommodationClosed:
                asked, status = get_accommodation_or_404(request.user, pk), 409
            except accommodations.AccommodationChanged:
                asked, status, changed = get_accommodation_or_404(request.user, pk), 409, True
                form.renew(accommodations.version_of(asked))
            else:
                messages.success(
                    request, _("La réponse est donnée. Un courriel prévient le candidat, sans en rien dire.")
                )
                return redirect("admin:applications_accommodation_change", pk)
    context = {"asked": asked, "application": asked.application, "form": form, "changed": changed}
    title = _("Aménagement, dossier %(code)s") % {"code": asked.application.dossier_code}
    return _page(request, "accommodation/answer.html", title, context, status)


@form_methods
def assign_objection(request: HttpRequest, pk: str) -> HttpResponse:
    """The button « Confier »: who answers. The page of the recourse again when it may not be."""
    if not is_hr(request.user):
        raise PermissionDenied
    lodged = get_objection_or_404(request.user, pk)
    form = AssignmentForm(request.POST or None, objection=lodged)
    if request.method == "POST" and form.is_valid():
        try:
            objections.assign(objection=lodged, by=person(request), **form.cleaned_data)
        except ValidationError as error:
            _refused(form, error)
        else:
            who = {"who": form.cleaned_data["officer"]}
            messages.success(request, _("Le recours est confié à %(who)s.") % who)
            return redirect("admin:applications_objection_change", pk)
    context = {"objection": lodged, "application": lodged.application, "form": form, "officer": officer_of(lodged)}
    title = _("Confier le recours, dossier %(code)s") % {"code": lodged.application.dossier_code}
    return _page(request, "objection/assign.html", title, context, 422 if form.errors else 200)


@form_methods
def objection(request: HttpRequest, pk: str) -> HttpResponse:
    """A recourse beside the decision that it contests; its answer is read again before it leaves."""
    lodged = get_objection_or_404(request.user, pk)
    _saw(request, lodged.application)
    may_answer = may_answer_objection(request.user, lodged)
    form, preview = ObjectionAnswerForm(), False
    if request.method == "POST":
        if not is_hr(request.user):
            raise PermissionDenied
        form = ObjectionAnswerForm(request.POST)
        if form.is_valid():
            try:
                if "confirmed" in request.POST:
                    objections.answer(objection=lodged, by=person(request), **form.cleaned_data)
                    messages.success(request, _("La réponse est donnée. La lettre part au candidat."))
                    return redirect("admin:applications_objection_change", pk)
                objections.check_answer(objection=lodged, by=person(request), **form.cleaned_data)
                preview = "again" not in request.POST
            except ValidationError as error:
                _refused(form, error)
                lodged = get_objection_or_404(request.user, pk)
    context = {
        "objection": lodged,
        "application": lodged.application,
        "form": form,
        "preview": preview,
        "chosen": dict(form.fields["outcome"].choices).get(form.data.get("outcome", "")),  # type: ignore[attr-defined]
        "letter": decision_letter(lodged.application),
        "period": objections.period(lodged.application),
        "answer_by": objections.answer_by(lodged),
        "days_left": objections.days_left(lodged, clock.now()),
        "may_answer": may_answer and lodged.answered_at is None,
        "acts": is_hr(request.user),
        "officer": officer_of(lodged),
        "own_act": not may_be_given(request.user, lodged),
    }
    title = _("Recours, dossier %(code)s") % {"code": lodged.application.dossier_code}
    return _page(request, "objection/answer.html", title, context, 422 if form.errors else 200)


class AwaitedFilter(admin.SimpleListFilter):
    """Where a request for a piece stands."""

    title = _("suite")
    parameter_name = "suite"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("attendue", _("attendue")),
            ("recue", _("reçue, à classer")),
            ("retard", _("non reçue à temps, à classer")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[PieceRequest]) -> QuerySet[PieceRequest]:
        chosen = self.value() or ""
        if chosen not in dict(self.lookups(request, None)):
            return queryset
        # A file that is out of play waits for nothing.
        return queryset.filter(suite(chosen)(), application__state__in=sorted(IN_PLAY))
