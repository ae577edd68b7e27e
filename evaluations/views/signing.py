"""The minutes' signatures, on the member's page of the session."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.policy import person
from evaluations import signatures
from evaluations.forms.refusals import add_refusal
from evaluations.forms.sitting import SignatureForm, UnableForm
from evaluations.models import Deliberation, PanelMember
from evaluations.views.proving import proof_of
from notices import reauthentication

Page = Callable[..., HttpResponse]


def signing(
    session: Deliberation, member: PanelMember, form: SignatureForm | None = None, unable: UnableForm | None = None
) -> dict[str, Any]:
    """What the page shows once the deliberation is closed."""
    lines = signatures.lines(session)
    own = next((line for line in lines if line.member.pk == member.pk), None)
    waiting = [line.member.pk for line in lines if line.signature is None and line.member.pk != member.pk]
    way = reauthentication.way_of(member.user)
    chairs = member.chair and waiting
    return {
        "lines": lines,
        "own": own,
        "way": way,
        "signature": (form or SignatureForm()).speak(way),
        "unable": (unable or UnableForm(members=_waiting(waiting))).speak(way) if chairs else None,
    }


def _waiting(keys: list[int]) -> Any:
    return PanelMember.objects.filter(pk__in=keys).select_related("user")


def post(request: HttpRequest, member: PanelMember, page: Page) -> HttpResponse:
    """Send a code, or do with it what the button says."""
    session = Deliberation.objects.select_related("posting").filter(posting=member.panel.posting).first()
    if session is None or session.closed_at is None:
        raise Http404
    step = request.POST.get("step", "")
    if step.startswith("unable"):
        return _unable(request, session, member, page, step)
    form = SignatureForm(request.POST)
    if not form.is_valid():
        return page(request, member, status=422, signature=form)
    if step == "code":
        reauthentication.ask(user=person(request))
        return page(request, member, signature=SignatureForm(initial=form.cleaned_data), sent=True)
    return _do(request, member, page, form, step, session)


def _do(
    request: HttpRequest, member: PanelMember, page: Page, form: SignatureForm, step: str, session: Deliberation
) -> HttpResponse:
    given, user = form.cleaned_data, person(request)
    try:
        _check(given, step)
        proof = proof_of(request, given["code"])
        if step == "refuse":
            signatures.refuse(deliberation=session, reasons=given["words"], by=user, proof=proof)
        else:
            signatures.sign(deliberation=session, read=given["read"], observation=given["words"], by=user, proof=proof)
    except signatures.AlreadyDone:
        messages.error(request, _("C’est déjà fait : une signature, ou un refus, ne se reprend pas."))
    except ValidationError as error:
        add_refusal(form, error)
        return page(request, member, status=422, signature=form)
    else:
        done = _("Votre refus est enregistré.") if step == "refuse" else _("Vous avez signé le procès-verbal.")
        messages.success(request, done)
    return redirect("evaluations:sitting", session.posting.slug)


def _check(given: dict[str, Any], step: str) -> None:
    """What the act would refuse, before a code is spent on it."""
    if step == "refuse" and not given["words"].strip():
        raise ValidationError({"words": _("Donnez les motifs du refus : ils figurent au procès-verbal.")})
    if step != "refuse" and not given["read"]:
        raise ValidationError({"read": _("Attestez que vous avez lu le procès-verbal.")})


def _unable(request: HttpRequest, session: Deliberation, member: PanelMember, page: Page, step: str) -> HttpResponse:
    waiting = [line.member.pk for line in signatures.lines(session) if line.signature is None]
    form = UnableForm(request.POST, members=_waiting(waiting))
    if not form.is_valid():
        return page(request, member, status=422, unable=form)
    given, user = form.cleaned_data, person(request)
    if step == "unable-code":
        reauthentication.ask(user=user)
        return page(request, member, unable=form, sent=True)
    try:
        proof = proof_of(request, given["code"])
        signatures.record_unable(
            deliberation=session, member=given["member"], reason=given["words"], by=user, proof=proof
        )
    except signatures.AlreadyDone:
        messages.error(request, _("Ce membre a signé, ou refusé, entre-temps."))
    except ValidationError as error:
        add_refusal(form, error)
        return page(request, member, status=422, unable=form)
    else:
        messages.success(request, _("L’empêchement est enregistré."))
    return redirect("evaluations:sitting", session.posting.slug)
