"""What a candidate writes once the file is in: contact details, what they need, a recourse.

A form that won't do comes back with all that was typed: 422 when it is wrong, 409 when the rule says no.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views_kept_words import keeps_words, words_of
from applications.exchanges import accommodation as accommodations
from applications.exchanges import contact as contacts
from applications.exchanges import objections
from applications.forms_exchanges import AccommodationForm, ContactForm, ObjectionForm, contact_initial
from applications.models import Application
from applications.policy_exchanges import is_followed, may_ask_accommodation
from applications.states import UNSUBMITTED
from applications.views.page import own_file, show
from journal import clock

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _refused(form: Form, error: ValidationError) -> None:
    """Put each message beside its field, and at the top what concerns none."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def _contact_page(
    request: HttpRequest, application: Application, form: ContactForm, status: int = 200, **more: Any
) -> HttpResponse:
    corrections = list(application.contact_corrections.all())
    context = {"form": form, "may_correct": is_followed(application), "corrections": corrections, **more}
    return show(request, application, "contact.html", status=status, **context)


@keeps_words
@form_methods
@own_file
def contact(request: HttpRequest, application: Application) -> HttpResponse:
    """Telephone, postal address and town, correctable until the decision's letter."""
    slug = application.posting.slug
    if application.state in UNSUBMITTED:
        return redirect("applications:overview", slug)
    if request.method != "POST":
        form = ContactForm(words_of(request), initial=contact_initial(application))
        return _contact_page(request, application, form, 200 if is_followed(application) else 409)
    form = ContactForm(request.POST)
    if form.is_valid():
        try:
            done = contacts.correct(
                application=application, values=form.values(), by=application.candidate, seen=form.cleaned_data["seen"]
            )
        except ValidationError as error:
            _refused(form, error)
        except contacts.ContactFixed:
            return _contact_page(request, application, form, 409)
        except contacts.ContactChanged:
            application.refresh_from_db()
            form.renew(contacts.version_of(application))
            return _contact_page(request, application, form, 409, changed=True)
        else:
            said = _("Vos coordonnées sont corrigées.") if done else _("Ces coordonnées étaient déjà les vôtres.")
            messages.success(request, said)
            return redirect("applications:contact", slug)
    return _contact_page(request, application, form, 422)


def _accommodation_page(
    request: HttpRequest, application: Application, form: AccommodationForm, status: int = 200, **more: Any
) -> HttpResponse:
    asked = getattr(application, "accommodation", None)
    may_write = may_ask_accommodation(application) and (asked is None or asked.answered_at is None)
    context = {"form": form, "asked": asked, "may_write": may_write, **more}
    return show(request, application, "accommodation.html", status=status, **context)


@keeps_words
@form_methods
@own_file
def accommodation(request: HttpRequest, application: Application) -> HttpResponse:
    """What the candidate needs, and HR's answer: theirs alone, never the jury's."""
    asked = getattr(application, "accommodation", None)
    if request.method != "POST":
        initial = {"needs": asked.needs if asked else "", "seen": accommodations.version_of(asked)}
        status = 200 if asked or may_ask_accommodation(application) else 409
        form = AccommodationForm(words_of(request), initial=initial)
        return _accommodation_page(request, application, form, status)
    form = AccommodationForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            accommodations.ask(application=application, by=application.candidate, **values)
        except ValidationError as error:
            _refused(form, error)
        except accommodations.AccommodationClosed:
            return _accommodation_page(request, _again(application), form, 409, closed=True)
        except accommodations.AccommodationChanged:
            fresh = _again(application)
            form.renew(accommodations.version_of(getattr(fresh, "accommodation", None)))
            return _accommodation_page(request, fresh, form, 409, changed=True)
        else:
            messages.success(request, _("Votre demande est transmise au Bureau des recrutements, et à lui seul."))
            return redirect("applications:accommodation", application.posting.slug)
    return _accommodation_page(request, application, form, 422)


def _again(application: Application) -> Application:
    """The file as it stands after a refusal: what refused may have changed it."""
    return Application.objects.select_related("posting", "candidate", "accommodation").get(pk=application.pk)


def _objection_page(
    request: HttpRequest, application: Application, form: ObjectionForm, status: int = 200
) -> HttpResponse:
    period, now = objections.period(application), clock.now()
    lodged = [(objection, objections.answer_by(objection)) for objection in application.objections.all()]
    waiting = any(objection.answered_at is None for objection, _day in lodged)
    context: dict[str, Any] = {
        "form": form,
        "period": period,
        "lodged": lodged,
        "waiting": waiting,
        "in_time": period is not None and now < period.ends_at,
    }
    return show(request, application, "objection.html", status=status, **context)


@keeps_words
@form_methods
@own_file
def objection(request: HttpRequest, application: Application) -> HttpResponse:
    """A recourse against the decision, and what became of it."""
    if request.method != "POST":
        status = 200 if objections.period(application) else 409
        return _objection_page(request, application, ObjectionForm(words_of(request)), status)
    form = ObjectionForm(request.POST)
    if form.is_valid():
        try:
            objections.lodge(application=application, by=application.candidate, **form.cleaned_data)
        except ValidationError as error:
            _refused(form, error)
        except objections.PeriodOver as late:
            return show(request, application, "objection_late.html", status=409, late=late, form=form)
        except (objections.NoDecision, objections.Pending):
            return _objection_page(request, application, form, 409)
        else:
            messages.success(request, _("Votre recours est reçu. Un courriel vous le confirme."))
            return redirect("applications:objection", application.posting.slug)
    return _objection_page(request, application, form, 422)
