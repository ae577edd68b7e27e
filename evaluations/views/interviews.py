"""HR sets slots, draws who is heard when, and moves an interview."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policy import person, requires, runs_the_jury
from evaluations import choosing
from evaluations import interviews as acts
from evaluations.absence import missed
from evaluations.forms.interviews import (
    GiveSlotForm,
    RescheduleForm,
    SlotsForm,
    reschedule_initial,
    waiting_for_a_slot,
)
from evaluations.forms.refusals import add_refusal
from evaluations.models import Interview
from evaluations.policy_late import get_interview_or_404, get_posting_or_404, is_deliberated, skills_are_closed
from journal import clock
from postings.models import Posting


def _page(request: HttpRequest, posting: Posting, form: SlotsForm, *, status: int = 200) -> HttpResponse:
    slots = list(posting.interviews.standing().select_related("application").prefetch_related("unavailabilities"))
    now = clock.now()
    context = {
        "posting": posting,
        "form": form,
        "slots": slots,
        "free": sum(slot.is_free and slot.starts_at > now for slot in slots),
        "unavailable": [slot for slot in slots if slot.unanswered and not slot.is_free],
        "choice": choosing.choice_is_open(posting),
        "now": now,
        "waiting": waiting_for_a_slot(posting),
        "missed": missed(posting),
        "open": skills_are_closed(posting) and not is_deliberated(posting),
    }
    return render(request, "evaluations/interviews/list.html", context, status=status)


def _add(posting: Posting, form: SlotsForm, request: HttpRequest) -> None:
    cleaned = form.cleaned_data
    acts.add_slots(
        posting=posting,
        starts=form.starts(),
        minutes=cleaned["minutes"],
        place=cleaned["place"],
        link=cleaned["link"],
        by=person(request),
    )


@requires(runs_the_jury)
@require_http_methods(["GET", "POST"])
def interviews(request: HttpRequest, slug: str) -> HttpResponse:
    """The slots, and a form that adds several of one day."""
    posting = get_posting_or_404(slug)
    form = SlotsForm(request.POST or None, initial={"minutes": posting.interview_minutes, "count": 4})
    if request.method == "GET":
        return _page(request, posting, form)
    if form.is_valid():
        try:
            _add(posting, form, request)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            count = form.cleaned_data["count"]
            messages.success(request, ngettext("Un créneau ajouté.", "%(n)d créneaux ajoutés.", count) % {"n": count})
            return redirect("evaluations:interviews", slug)
    return _page(request, posting, form, status=422)


@requires(runs_the_jury)
@require_POST
def draw_interviews(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the free slots to those who wait, by lot."""
    posting = get_posting_or_404(slug)
    try:
        given = acts.schedule_all(posting=posting, by=person(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _page(request, posting, SlotsForm(initial={"minutes": posting.interview_minutes}), status=409)
    count = len(given)
    text = ngettext("Une invitation préparée.", "%(n)d invitations préparées.", count) % {"n": count}
    messages.success(request, text if count else _("Chaque candidat a déjà son entretien."))
    return redirect("evaluations:interviews", slug)


@requires(runs_the_jury)
@require_POST
def remove_slot(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Take away a free slot."""
    posting = get_posting_or_404(slug)
    try:
        acts.remove_slot(interview=get_interview_or_404(posting, public_id), by=person(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _page(request, posting, SlotsForm(initial={"minutes": posting.interview_minutes}), status=409)
    messages.success(request, _("Créneau retiré."))
    return redirect("evaluations:interviews", slug)


@requires(runs_the_jury)
@require_POST
def choice(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the free slots to the candidates' choice, or end it."""
    posting = get_posting_or_404(slug)
    try:
        if "close" in request.POST:
            choosing.close_choice(posting=posting, by=person(request))
            messages.success(request, _("Le choix est fermé : chacun garde le créneau qu'il a."))
        else:
            choosing.open_choice(posting=posting, by=person(request))
            messages.success(
                request, _("Les candidats convoqués peuvent échanger leur créneau contre un créneau libre.")
            )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _page(request, posting, SlotsForm(initial={"minutes": posting.interview_minutes}), status=409)
    return redirect("evaluations:interviews", slug)


@requires(runs_the_jury)
@require_http_methods(["GET", "POST"])
def interview(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """One slot: give it to a candidate while it is free, move it once it is not."""
    slot = get_interview_or_404(get_posting_or_404(slug), public_id)
    form = _slot_form(slot, request)
    if request.method == "POST" and form.is_valid():
        try:
            _change(slot, form, request)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Invitation préparée : elle part avec l'événement d'agenda."))
            return redirect("evaluations:interviews", slug)
    status = 422 if form.errors else 200
    context = {"posting": slot.posting, "slot": slot, "form": form}
    return render(request, "evaluations/interviews/detail.html", context, status=status)


def _slot_form(slot: Interview, request: HttpRequest) -> GiveSlotForm | RescheduleForm:
    data = request.POST if request.method == "POST" else None
    if slot.is_free:
        return GiveSlotForm(data, posting=slot.posting)
    return RescheduleForm(data, initial=reschedule_initial(slot))


def _change(slot: Interview, form: GiveSlotForm | RescheduleForm, request: HttpRequest) -> None:
    cleaned = form.cleaned_data
    if isinstance(form, GiveSlotForm):
        acts.schedule(interview=slot, application=cleaned["application"], by=person(request))
        return
    acts.reschedule(
        interview=slot,
        starts_at=form.starts_at(),
        minutes=cleaned["minutes"],
        place=cleaned["place"],
        link=cleaned["link"],
        reason=cleaned["reason"],
        by=person(request),
    )
