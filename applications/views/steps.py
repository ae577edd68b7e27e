"""The steps of a draft that are forms. What is typed comes back, whatever happens."""

from collections.abc import Callable
from copy import copy

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications import drafts, policy
from applications.completeness import PREFIX_POSTS, PREFIX_REFEREES, Step
from applications.drafts import NotEditable
from applications.forms import (
    AnswersForm,
    BaseReferees,
    CareerForm,
    DeclarationForm,
    IdentityForm,
    Posts,
    referees_formset,
)
from applications.models import Application
from applications.views.page import own_file, show, step_after
from applications.views.rows import added, removed

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _shown(
    request: HttpRequest,
    application: Application,
    step: Step,
    *,
    form: forms.BaseForm | None = None,
    formset: forms.BaseFormSet | None = None,
    status: int = 200,
) -> HttpResponse:
    if not policy.may_edit(application):
        for field_owner in [form, *(formset.forms if formset else [])]:
            for field in field_owner.fields.values() if field_owner else ():
                field.disabled = not field_owner.is_bound
    faulty = [part for part in [form, *(formset.forms if formset else [])] if part and part.is_bound and part.errors]
    context = {"form": form, "formset": formset, "faulty": faulty}
    return show(request, application, f"{step}.html", current=step, status=status, **context)


def _saved(request: HttpRequest, application: Application, step: Step) -> HttpResponse:
    messages.success(request, _("Enregistré. Votre dossier reste un brouillon tant que vous ne l’avez pas déposé."))
    onward = "continue" in request.POST
    return redirect(f"applications:{step_after(step) if onward else step}", application.posting.slug)


def _keep(
    request: HttpRequest,
    application: Application,
    step: Step,
    save: Callable[[], None],
    form: forms.BaseForm | None = None,
    formset: forms.BaseFormSet | None = None,
) -> HttpResponse:
    """Save what is valid; show again what isn't (422), or what came too late to be saved (409)."""
    parts = [part for part in (form, formset) if part is not None]
    # Every part is judged, so that all errors show at once.
    if [part for part in parts if not part.is_valid()]:
        return _shown(request, application, step, form=form, formset=formset, status=422)
    try:
        save()
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
        return _shown(request, application, step, form=form, formset=formset, status=422)
    except NotEditable:
        messages.error(request, _("Rien n’a été enregistré : ce dossier ne peut plus être modifié."))
        application.refresh_from_db()
        return _shown(request, application, step, form=form, formset=formset, status=409)
    return _saved(request, application, step)


@form_methods
@own_file
def identity(request: HttpRequest, application: Application) -> HttpResponse:
    # A copy: a form writes what was typed into its instance, valid or not.
    form = IdentityForm(request.POST or None, instance=copy(application))
    if request.method != "POST":
        return _shown(request, application, Step.IDENTITY, form=form)

    def save() -> None:
        drafts.save_identity(application=application, values=form.cleaned_data, by=application.candidate)

    return _keep(request, application, Step.IDENTITY, save, form)


@form_methods
@own_file
def career(request: HttpRequest, application: Application) -> HttpResponse:
    form = CareerForm(request.POST or None, instance=copy(application))
    if request.method != "POST":
        held = list(application.career.values("title", "employer", "started", "ended", "duties"))
        posts = Posts(initial=held or [{}], prefix=PREFIX_POSTS)
        return _shown(request, application, Step.CAREER, form=form, formset=posts)
    if "add" in request.POST:
        posts = Posts(added(request.POST, PREFIX_POSTS), prefix=PREFIX_POSTS)
        return _shown(request, application, Step.CAREER, form=form, formset=posts)
    if "remove" in request.POST:
        posts = Posts(removed(request.POST, PREFIX_POSTS, request.POST["remove"]), prefix=PREFIX_POSTS)
        return _shown(request, application, Step.CAREER, form=form, formset=posts)
    posts = Posts(request.POST, prefix=PREFIX_POSTS)

    def save() -> None:
        by = application.candidate
        drafts.save_career(application=application, values=form.cleaned_data, posts=posts.filled(), by=by)

    return _keep(request, application, Step.CAREER, save, form, posts)


@form_methods
@own_file
def referees(request: HttpRequest, application: Application) -> HttpResponse:
    named = list(application.referees.values("name", "title", "organisation", "relationship", "email", "phone"))
    formset: BaseReferees = referees_formset(application.posting)(
        request.POST or None, initial=named, prefix=PREFIX_REFEREES
    )
    formset.own_email = application.candidate.email
    if request.method != "POST":
        return _shown(request, application, Step.REFEREES, formset=formset)

    def save() -> None:
        drafts.save_referees(application=application, referees=formset.filled(), by=application.candidate)

    return _keep(request, application, Step.REFEREES, save, None, formset)


@form_methods
@own_file
def answers(request: HttpRequest, application: Application) -> HttpResponse:
    given = {answer.question.code: answer.text for answer in application.answers.select_related("question")}
    form = AnswersForm(request.POST or None, initial=given, posting=application.posting)
    if request.method != "POST":
        return _shown(request, application, Step.ANSWERS, form=form)

    def save() -> None:
        drafts.save_answers(application=application, answers=form.cleaned_data, by=application.candidate)

    return _keep(request, application, Step.ANSWERS, save, form)


@form_methods
@own_file
def declaration(request: HttpRequest, application: Application) -> HttpResponse:
    sworn = {"sworn": application.sworn, "consented": application.consented}
    # A box left empty isn't sent: the form is bound by the method, not by what came with it.
    form = DeclarationForm(request.POST if request.method == "POST" else None, initial=sworn)
    if request.method != "POST":
        return _shown(request, application, Step.DECLARATION, form=form)

    def save() -> None:
        drafts.save_declaration(application=application, **form.cleaned_data, by=application.candidate)

    return _keep(request, application, Step.DECLARATION, save, form)
