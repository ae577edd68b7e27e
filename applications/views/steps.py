"""The steps of a draft that are forms."""

from copy import copy
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.views_kept_words import keeps_words, words_of
from applications import drafts
from applications.completeness import PREFIX_POSTS, PREFIX_REFEREES, Step
from applications.draft_rows import CAREER_ROW, REFEREE_ROW, key_of, spare_keys
from applications.forms import (
    AnswersForm,
    BaseReferees,
    CareerForm,
    DeclarationForm,
    IdentityForm,
    Posts,
    referees_formset,
)
from applications.merging import Kept
from applications.models import Application
from applications.views.keeping import StepPage
from applications.views.page import own_file
from applications.views.rows import added, removed, row_count
from applications.views.sent import Sent

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@keeps_words
@form_methods
@own_file
def identity(request: HttpRequest, application: Application) -> HttpResponse:
    # A copy: a form writes what was typed into its instance, valid or not.
    page = StepPage(request, application, Step.IDENTITY, IdentityForm(words_of(request), instance=copy(application)))

    def save(sent: Sent) -> Kept:
        values, by = sent.values(), application.candidate
        return drafts.save_identity(application=application, values=values, by=by, seen=sent.seen)

    return page.keep(save) if request.method == "POST" else page.draw()


@keeps_words
@form_methods
@own_file
def career(request: HttpRequest, application: Application) -> HttpResponse:
    words, onward = words_of(request), ""
    here = reverse("applications:career", args=[application.posting.slug])
    if words is not None and "add" in request.POST:
        key = uuid4()
        onward = f"{here}?poste={key}#id_{PREFIX_POSTS}-{row_count(words, PREFIX_POSTS)}-title"
        words = added(words, PREFIX_POSTS, key)
    elif words is not None and "remove" in request.POST:
        words, onward = removed(words, PREFIX_POSTS, request.POST["remove"]), here
    form = CareerForm(words, instance=copy(application))
    posts = Posts(words, initial=None if words is not None else _posts(request, application), prefix=PREFIX_POSTS)
    page = StepPage(request, application, Step.CAREER, form, posts)

    def save(sent: Sent) -> Kept:
        values, by = sent.values(), application.candidate
        return drafts.save_career(application=application, values=values, posts=sent.rows(), by=by, seen=sent.seen)

    return page.keep(save, onward, partly=bool(onward)) if request.method == "POST" else page.draw()


def _posts(request: HttpRequest, application: Application) -> list[dict[str, object]]:
    """The posts held, and an empty row: the one that was asked for, or the first."""
    held: list[dict[str, object]] = [
        {**row, "key": key_of(row)} for row in application.career.values("pk", "key", *CAREER_ROW)
    ]
    try:
        wanted = UUID(request.GET.get("poste", ""))
    except ValueError:
        wanted = None
    if wanted and wanted not in [row["key"] for row in held]:
        return [*held, {"key": wanted}]
    return held or [{"key": spare_keys(application, PREFIX_POSTS, [], 1)[0]}]


@keeps_words
@form_methods
@own_file
def referees(request: HttpRequest, application: Application) -> HttpResponse:
    words = words_of(request)
    kind, initial = referees_formset(application.posting), None
    if words is None:
        initial = [{**row, "key": key_of(row)} for row in application.referees.values("pk", "key", *REFEREE_ROW)]
        empty = application.posting.referees_max - len(initial)
        keys = spare_keys(application, PREFIX_REFEREES, [row["key"] for row in initial], max(empty, 0))
        initial += [{"key": key} for key in keys]
    formset: BaseReferees = kind(words, initial=initial, prefix=PREFIX_REFEREES)
    formset.own_email = application.candidate.email
    page = StepPage(request, application, Step.REFEREES, formset=formset)

    def save(sent: Sent) -> Kept:
        rows, by = sent.rows(), application.candidate
        return drafts.save_referees(application=application, referees=rows, by=by, seen=sent.seen)

    return page.keep(save) if request.method == "POST" else page.draw()


@keeps_words
@form_methods
@own_file
def answers(request: HttpRequest, application: Application) -> HttpResponse:
    given = {answer.question.code: answer.text for answer in application.answers.select_related("question")}
    form = AnswersForm(words_of(request), initial=given, posting=application.posting)
    page = StepPage(request, application, Step.ANSWERS, form)

    def save(sent: Sent) -> Kept:
        by = application.candidate
        return drafts.save_answers(application=application, answers=sent.values(), by=by, seen=sent.seen)

    return page.keep(save) if request.method == "POST" else page.draw()


@keeps_words
@form_methods
@own_file
def declaration(request: HttpRequest, application: Application) -> HttpResponse:
    sworn = {"sworn": application.sworn, "consented": application.consented}
    page = StepPage(request, application, Step.DECLARATION, DeclarationForm(words_of(request), initial=sworn))

    def save(sent: Sent) -> Kept:
        by = application.candidate
        return drafts.save_declaration(application=application, **sent.values(), by=by, seen=sent.seen)

    return page.keep(save) if request.method == "POST" else page.draw()
