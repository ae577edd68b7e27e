"""The buttons of a file's page: each calls one act, and comes back to the file with its list kept, or with what won't do."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.policy import is_hr, person
from applications import checklist, file_notes, officers, screening, second_look
from applications.admin_file import FILE_TEMPLATE, file_context
from applications.admin_neighbours import here
from applications.forms_screening import (
    ChecklistForm,
    NoteForm,
    OfficerForm,
    RefusalForm,
    ReopeningForm,
    SendingBackForm,
)
from applications.models import Application
from applications.policy_screening import get_file_or_404, get_proposal_or_404
from applications.states import State


def _file(request: HttpRequest, pk: int) -> Application:
    """The file, for who acts on it: the auditor reads only."""
    if not is_hr(request.user):
        raise PermissionDenied
    return get_file_or_404(request.user, pk)


def _back(request: HttpRequest, application: Application, said: str) -> HttpResponse:
    """To the file, in the list that it was opened from."""
    messages.success(request, said)
    return redirect(reverse("admin:applications_application_change", args=[application.pk]) + here(request))


def _again(request: HttpRequest, application: Application, **forms: Form) -> HttpResponse:
    """The page as it was sent: 422, nothing lost."""
    fresh = get_file_or_404(request.user, application.pk)
    return render(request, FILE_TEMPLATE, file_context(request, fresh, **forms), status=422)


def _refused(form: Form, error: ValidationError) -> None:
    for name, errors in getattr(error, "error_dict", {None: error.messages}).items():
        form.add_error(name if name in form.fields else None, errors)


def _left(application: Application) -> str:
    left = Application.objects.filter(posting=application.posting, state=State.SUBMITTED).count()
    rest = ngettext("Il reste %(left)d dossier à examiner.", "Il reste %(left)d dossiers à examiner.", left)
    return rest % {"left": left}


@require_POST
def admit(request: HttpRequest, pk: int) -> HttpResponse:
    """The button « Déclarer recevable »."""
    application = _file(request, pk)
    try:
        screening.admit(application=application, by=person(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(reverse("admin:applications_application_change", args=[pk]) + here(request))
    said = _("Le dossier %(code)s est recevable.") % {"code": application.dossier_code}
    return _back(request, application, f"{said} {_left(application)}")


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """The button « Proposer le refus », with its ground and its reason."""
    application, form = _file(request, pk), RefusalForm(request.POST)
    if form.is_valid():
        try:
            second_look.propose(application=application, by=person(request), **form.cleaned_data)
        except ValidationError as error:
            _refused(form, error)
        else:
            said = _("Le refus du dossier %(code)s est proposé. Il attend le second regard d’un autre agent.")
            return _back(request, application, said % {"code": application.dossier_code})
    return _again(request, application, refusal=form)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The button « Confirmer le refus »."""
    proposal = get_proposal_or_404(request.user, pk)
    application, form = _file(request, proposal.application_id), SendingBackForm(request.POST)
    try:
        second_look.confirm(proposal=proposal, by=person(request))
    except ValidationError as error:
        form.is_valid()
        _refused(form, error)
        return _again(request, application, sending_back=form)
    said = _("Le dossier %(code)s est irrecevable.") % {"code": application.dossier_code}
    return _back(request, application, f"{said} {_left(application)}")


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The button « Renvoyer à son auteur », or « Retirer ma proposition »."""
    proposal = get_proposal_or_404(request.user, pk)
    application, form = _file(request, proposal.application_id), SendingBackForm(request.POST)
    if form.is_valid():
        try:
            second_look.send_back(proposal=proposal, by=person(request), **form.cleaned_data)
        except ValidationError as error:
            _refused(form, error)
        else:
            return _back(
                request, application, _("Le refus proposé est renvoyé. Le dossier attend toujours son examen.")
            )
    return _again(request, application, sending_back=form)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """The button « Rouvrir l’examen »."""
    application, form = _file(request, pk), ReopeningForm(request.POST)
    if form.is_valid():
        try:
            screening.reopen(application=application, by=person(request), **form.cleaned_data)
        except ValidationError as error:
            _refused(form, error)
        else:
            return _back(request, application, _("L’examen est rouvert : le dossier attend de nouveau."))
    return _again(request, application, reopening=form)


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The button « Enregistrer la grille »."""
    application = _file(request, pk)
    form = ChecklistForm(checklist.lines(application), request.POST)
    if form.is_valid():
        try:
            changed = checklist.save(application=application, found=form.found(), by=person(request))
        except ValidationError as error:
            _refused(form, error)
        else:
            said = ngettext("%(n)d point enregistré.", "%(n)d points enregistrés.", changed) % {"n": changed}
            return _back(request, application, said if changed else _("Rien n’a changé dans la grille."))
    return _again(request, application, checklist=form)


@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """The button « Ajouter la note »."""
    application, form = _file(request, pk), NoteForm(request.POST)
    if form.is_valid():
        try:
            file_notes.add(application=application, by=person(request), **form.cleaned_data)
        except ValidationError as error:
            _refused(form, error)
        else:
            return _back(request, application, _("La note est ajoutée."))
    return _again(request, application, note=form)


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """The button « Confier »."""
    application, form = _file(request, pk), OfficerForm(request.POST)
    chosen: Any = form.cleaned_data.get("officer") if form.is_valid() else None
    try:
        if form.errors:
            raise ValidationError(_("Cette personne ne travaille pas sur les dossiers."))
        officers.assign(application=application, officer=chosen, by=person(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(reverse("admin:applications_application_change", args=[pk]) + here(request))
    said = (
        _("Le dossier est confié à %(name)s.") % {"name": chosen}
        if chosen
        else _("Le dossier n’est confié à personne.")
    )
    return _back(request, application, said)
