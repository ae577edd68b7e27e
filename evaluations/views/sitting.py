"""A member's own page of the session: what is said of each file, and the votes."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.policy import is_juror, person, requires
from applications.models import Application, Shown
from applications.viewing import record_viewings
from evaluations import debates, votes
from evaluations.deliberation import settled
from evaluations.forms.refusals import add_refusal
from evaluations.forms.sitting import VoiceForm, VoteForm
from evaluations.models import Declaration, Deliberation, OrderVote, PanelMember
from evaluations.policy import get_member_or_404, presides
from evaluations.policy_late import get_application_or_404
from evaluations.progress import files_presided
from evaluations.views import signing


def _rows(session: Deliberation, member: PanelMember) -> list[dict[str, Any]]:
    """Each file in its present order, and what the member may do with it. A member in conflict sees none of its marks."""
    recused = set(Declaration.objects.filter(member=member, conflict=True).values_list("application_id", flat=True))
    taken, words = files_presided(member), dict(session.debates.values_list("application_id", "words"))
    return [
        {
            "standing": standing,
            "application": standing.application,
            "recused": standing.application.pk in recused,
            "presides": standing.application.pk in taken or (member.chair and standing.application.pk not in recused),
            "words": words.get(standing.application.pk, ""),
            "form": VoteForm(auto_id=f"vote_{standing.application.dossier_code}_%s"),
        }
        for standing in settled(session.posting)
    ]


def _vote(session: Deliberation, member: PanelMember, voice: VoiceForm | None) -> dict[str, Any]:
    """The open vote, if there is one, as the member may take part in it."""
    vote = session.votes.filter(closed_at=None).select_related("application").first()
    if vote is None:
        return {}
    voters = votes.voters(session, vote.application)
    return {
        "vote": vote,
        "may_vote": voters.filter(pk=member.pk).exists(),
        "has_voted": vote.ballots.filter(member=member).exists(),
        "voted": vote.ballots.count(),
        "voters": voters.count(),
        "closes": presides(member.user, vote.application),
        "voice": voice or VoiceForm(),
    }


def _page(request: HttpRequest, member: PanelMember, *, status: int = 200, **more: Any) -> HttpResponse:
    posting = member.panel.posting
    session = Deliberation.objects.select_related("posting").filter(posting=posting).first()
    context: dict[str, Any] = {"posting": posting, "member": member, "session": session}
    if session is not None:
        present = session.present.filter(pk=member.pk).exists()
        context |= {"present": present, "held": session.votes.exclude(closed_at=None).select_related("application")}
        if session.closed_at is not None:
            context |= signing.signing(session, member, more.get("signature"), more.get("unable"))
        elif present:
            context |= {"rows": _rows(session, member), **_vote(session, member, more.get("voice"))}
            if more.get("reading"):
                seen = [row["application"] for row in context["rows"] if not row["recused"]]
                record_viewings(applications=seen, shown=Shown.MARKS, by=person(request))
            for row in context["rows"]:
                if row["application"].pk == more.get("refused"):
                    row["form"] = more["form"]
    return render(
        request, "evaluations/deliberation/sitting.html", {**context, "code_sent": more.get("sent")}, status=status
    )


@requires(is_juror)
@require_safe
def sitting(request: HttpRequest, slug: str) -> HttpResponse:
    """The session as this member lives it, from the discussion to the signature."""
    member = get_member_or_404(person(request), slug)
    return _page(request, member, reading=True)


def _file_or_404(request: HttpRequest, slug: str, dossier: str) -> tuple[PanelMember, Application]:
    """A file that the person presides over."""
    member = get_member_or_404(person(request), slug)
    application = get_application_or_404(member.panel.posting, dossier)
    if not presides(person(request), application):
        raise Http404
    return member, application


@requires(is_juror)
@require_POST
def debate(request: HttpRequest, slug: str, dossier: str) -> HttpResponse:
    """Keep what was said of a file: at each pause of the typing, or at the press of a button."""
    _member, application = _file_or_404(request, slug, dossier)
    asynchronous = request.headers.get("Accept", "").startswith("application/json")
    try:
        at = debates.save(application=application, words=request.POST.get("words", ""), by=person(request))
    except debates.SessionClosed:
        text = _("La délibération est close : plus rien ne s’y enregistre.")
        if asynchronous:
            return JsonResponse({"message": text}, status=409)
        messages.error(request, text)
    except ValidationError as error:
        if asynchronous:
            return JsonResponse({"saved_at": None, "errors": error.message_dict}, status=422)
        messages.error(request, " ".join(error.messages))
    else:
        if asynchronous:
            return JsonResponse({"saved_at": at, "errors": {}})
        messages.success(request, _("Les débats sur le dossier %(code)s sont enregistrés.") % {"code": dossier})
    return redirect("evaluations:sitting", slug)


@requires(is_juror)
@require_POST
def open_vote(request: HttpRequest, slug: str, dossier: str) -> HttpResponse:
    """Put a file's place to the vote."""
    member, application = _file_or_404(request, slug, dossier)
    form = VoteForm(request.POST, auto_id=f"vote_{dossier}_%s")
    if form.is_valid():
        try:
            votes.open_vote(
                posting=member.panel.posting, application=application, by=person(request), **form.cleaned_data
            )
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Le vote est ouvert : chaque membre vote sur sa page de séance."))
            return redirect("evaluations:sitting", slug)
    return _page(request, member, status=422, refused=application.pk, form=form)


def _vote_or_404(request: HttpRequest, slug: str, pk: int) -> tuple[PanelMember, OrderVote]:
    member = get_member_or_404(person(request), slug)
    rows = OrderVote.objects.select_related("deliberation__posting", "application")
    return member, get_object_or_404(rows, pk=pk, deliberation__posting=member.panel.posting)


def _act(request: HttpRequest, slug: str, act: Callable[[], OrderVote], done: str) -> HttpResponse:
    try:
        act()
    except votes.VoteOver:
        messages.error(request, _("Ce vote est clos."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect("evaluations:sitting", slug)


@requires(is_juror)
@require_POST
def cast_vote(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One member's voice."""
    member, vote = _vote_or_404(request, slug, pk)
    form = VoiceForm(request.POST)
    if not form.is_valid():
        return _page(request, member, status=422, voice=form)
    voice = form.cleaned_data["voice"]
    return _act(
        request, slug, lambda: votes.cast(vote=vote, voice=voice, by=person(request)), _("Votre vote est enregistré.")
    )


@requires(is_juror)
@require_POST
def close_vote(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who presides over the file closes the vote before everyone has voted."""
    _member, vote = _vote_or_404(request, slug, pk)
    return _act(request, slug, lambda: votes.close_vote(vote=vote, by=person(request)), _("Le vote est clos."))


@requires(is_juror)
@require_POST
def sign(request: HttpRequest, slug: str) -> HttpResponse:
    """A fresh code, then the signature, the refusal, or the chair's word on who can't sign."""
    return signing.post(request, get_member_or_404(person(request), slug), _page)
