"""HR's pages of the written exercise: prepare, seal, invite, follow; and one candidate's sitting."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policy import is_hr, person, requires, runs_the_jury
from applications.models import Shown
from applications.viewing import record_viewing
from evaluations import arrangements, exercises, subjects
from evaluations.endings import end_if_due
from evaluations.forms.exercise import (
    ExerciseForm,
    ExtraTimeForm,
    PaperForm,
    TranscriptionForm,
    as_kept,
    as_shipped,
    blank,
)
from evaluations.forms.refusals import add_refusal
from evaluations.models import Exercise, Sitting
from evaluations.policy_exercise import exercise_of, get_sitting_or_404, is_over, markers_are_drawn
from evaluations.policy_late import get_posting_or_404
from journal import clock
from postings.models import Posting


def status_of(sitting: Sitting) -> str:
    """``absent``, ``in``, ``writing``, ``paper`` or ``expected``; the time that a sitting takes is not told."""
    if sitting.ended_at is not None:
        return "absent" if sitting.ending == "absent" else "in"
    if sitting.place:
        return "paper"
    return "writing" if sitting.started_at else "expected"


def progress(exercise: Exercise) -> tuple[list[tuple[Sitting, str]], Counter[str]]:
    """Every sitting of a candidate still there, by dossier code, with where it is; and the counts."""
    rows = exercise.sittings.select_related("application").exclude(application__state="withdrawn")
    told = [(sitting, status_of(sitting)) for sitting in rows.order_by("application__dossier_code")]
    return told, Counter(status for _sitting, status in told)


def _context(posting: Posting, exercise: Exercise | None) -> dict[str, Any]:
    context: dict[str, Any] = {
        "posting": posting,
        "exercise": exercise,
        "now": clock.now(),
        "drawn": markers_are_drawn(posting),
        "ships": subjects.ships_with(posting),
        "to_screen": posting.applications.filter(state="submitted").count(),
        "uninvited": posting.applications.filter(state="admissible", sitting=None).count(),
    }
    if exercise is not None:
        sittings, counts = progress(exercise)
        context |= {"sittings": sittings, "counts": counts, "over": is_over(exercise)}
    return context


def _page(
    request: HttpRequest, posting: Posting, *, form: ExerciseForm | None = None, status: int = 200
) -> HttpResponse:
    exercise = exercise_of(posting)
    shown = form or _form(request, posting, exercise)
    context = {**_context(posting, exercise), "form": shown, "writing": bool(form) or "sujet" in request.GET}
    context["for_hr"] = is_hr(request.user)
    return render(request, "evaluations/exercise/page.html", context, status=status)


def _form(request: HttpRequest, posting: Posting, exercise: Exercise | None) -> ExerciseForm:
    if request.GET.get("sujet") == "fourni" and subjects.ships_with(posting):
        return ExerciseForm(initial=as_shipped(subjects.read(posting)))
    return ExerciseForm(initial=as_kept(exercise) if exercise else blank())


@requires(runs_the_jury)
@require_http_methods(["GET", "HEAD", "POST"])
def exercise(request: HttpRequest, slug: str) -> HttpResponse:
    """The exercise as it stands; its form comes back here."""
    posting = get_posting_or_404(slug)
    if request.method != "POST":
        return _page(request, posting)
    form = ExerciseForm(request.POST)
    if form.is_valid():
        try:
            exercises.prepare(
                posting=posting,
                title=form.cleaned_data["title"],
                instructions=form.cleaned_data["instructions"],
                subject=form.cleaned_data["subject"],
                documents=form.annexes(),
                terms=form.terms(),
                by=person(request),
            )
        except ValidationError as error:
            add_refusal(form, _on_the_form(error))
        else:
            messages.success(request, _("L’épreuve est enregistrée. Relisez-la, puis scellez le sujet."))
            return redirect("evaluations:exercise", slug)
    return _page(request, posting, form=form, status=422)


def _on_the_form(error: ValidationError) -> ValidationError:
    """The refusal under the names that the form's fields have."""
    if not hasattr(error, "error_dict"):
        return error
    names = {"opens_at": "day", "closes_at": "until_day", "documents": "title_1"}
    return ValidationError({names.get(name, name): found for name, found in error.error_dict.items()})


@requires(runs_the_jury)
@require_POST
def act(request: HttpRequest, slug: str, act: str) -> HttpResponse:
    """Seal, invite or give up."""
    posting, by = get_posting_or_404(slug), person(request)
    try:
        if act == "sceller":
            exercises.seal_subject(posting=posting, by=by)
            messages.success(request, _("Le sujet est scellé : plus personne ne le lit ici avant son ouverture."))
        elif act == "convoquer":
            count = len(exercises.invite_all(posting=posting, by=by))
            words = ngettext("Une convocation préparée.", "%(n)d convocations préparées.", count) % {"n": count}
            messages.success(request, words if count else _("Chaque candidat recevable est déjà convoqué."))
        else:
            exercises.discard(posting=posting, by=by)
            messages.success(request, _("L’épreuve est abandonnée : seules les réponses du dossier seront notées."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _page(request, posting, status=409)
    return redirect("evaluations:exercise", slug)


_FORMS: dict[str, type[Form]] = {"extra": ExtraTimeForm, "paper": PaperForm, "transcription": TranscriptionForm}


@requires(is_hr)
@require_http_methods(["GET", "HEAD", "POST"])
def sitting(request: HttpRequest, slug: str, dossier: str) -> HttpResponse:
    """One candidate's sitting: more time, paper, the copy that was handed over on paper, an absence."""
    found = get_sitting_or_404(get_posting_or_404(slug), dossier)
    if end_if_due(found):
        found = get_sitting_or_404(found.exercise.posting, dossier)
    if request.method == "GET":
        record_viewing(application=found.application, shown=Shown.COMPOSITION, by=person(request))
    initial: dict[str, dict[str, Any]] = {
        "extra": {},
        "paper": {"place": found.place},
        "transcription": {},
    }
    name = request.POST.get("act", "")
    forms = {key: form(request.POST if key == name else None, initial=initial[key]) for key, form in _FORMS.items()}
    if request.method == "POST" and _change(request, found, name, forms):
        return redirect("evaluations:exercise_sitting", slug, dossier)
    found = get_sitting_or_404(found.exercise.posting, dossier)
    context = {
        "posting": found.exercise.posting,
        "exercise": found.exercise,
        "sitting": found,
        "status": status_of(found),
        "forms": forms,
        "refused": forms.get(name),
        "now": clock.now(),
        "drawn": markers_are_drawn(found.exercise.posting),
    }
    return render(
        request, "evaluations/exercise/sitting.html", context, status=422 if request.method == "POST" else 200
    )


def _change(request: HttpRequest, found: Sitting, name: str, forms: dict[str, Form]) -> bool:
    """Do what was asked; whether it was done. What refused it stands on its form, or above the page."""
    form, by = forms.get(name), person(request)
    if name not in {*forms, "absence"} or (form is not None and not form.is_valid()):
        return False
    try:
        if isinstance(form, ExtraTimeForm):
            arrangements.grant_extra_time(sitting=found, minutes=form.granted(found.exercise), by=by)
        elif isinstance(form, PaperForm):
            arrangements.set_on_paper(sitting=found, place=form.cleaned_data["place"], by=by)
        elif isinstance(form, TranscriptionForm):
            arrangements.transcribe(sitting=found, text=form.cleaned_data["text"], by=by)
        else:
            arrangements.record_absence(sitting=found, by=by)
    except ValidationError as error:
        if form is not None:
            add_refusal(form, error)
        else:
            messages.error(request, " ".join(error.messages))
        return False
    messages.success(request, _("C’est enregistré."))
    return True
