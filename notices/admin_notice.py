"""The page of one notice, and its buttons."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.policy import is_hr, is_hr_head
from notices import delivery, outbox, rendering
from notices.forms import HoldForm, ReasonForm
from notices.kinds import KINDS, LABELS
from notices.models import Notice, NoticeState
from notices.outbox import NoticeRefused
from notices.policy import get_any_letter_or_404, get_notice_or_404
from notices.views import as_pdf

#: The acts that each state allows.
ACTS: dict[str, tuple[str, ...]] = {
    NoticeState.PREPARED: ("approve", "recall"),
    NoticeState.APPROVED: ("recall",),
    NoticeState.RECALLED: ("approve",),
    NoticeState.FAILED: ("resend",),
    NoticeState.UNCERTAIN: ("resend", "confirm"),
}


def _approve(notice: Notice, by: User, form: Any) -> str:
    outbox.approve(notice=notice, by=by, release_at=form.release_at())
    return _("Notification approuvée.")


def _recall(notice: Notice, by: User, form: Any) -> str:
    outbox.recall(notice=notice, by=by, reason=form.cleaned_data["reason"])
    return _("Notification rappelée : elle ne partira pas sans nouvelle approbation.")


def _resend(notice: Notice, by: User, form: Any) -> str:
    delivery.resend(notice=notice, by=by, reason=form.cleaned_data["reason"])
    return _("La notification repartira dans quelques secondes.")


def _confirm(notice: Notice, by: User, form: Any) -> str:
    delivery.confirm(notice=notice, by=by, reason=form.cleaned_data["reason"])
    return _("L’envoi est confirmé.")


_DO: dict[str, tuple[type[Form], Callable[[Notice, User, Any], str]]] = {
    "approve": (HoldForm, _approve),
    "recall": (ReasonForm, _recall),
    "resend": (ReasonForm, _resend),
    "confirm": (ReasonForm, _confirm),
}
_WORDS = {
    "approve": gettext_lazy("Approuver"),
    "recall": gettext_lazy("Rappeler"),
    "resend": gettext_lazy("Renvoyer"),
    "confirm": gettext_lazy("Confirmer l’envoi"),
}


def page(request: HttpRequest, object_id: str, *, bound: dict[str, Form] | None = None) -> HttpResponse:
    """All about one notice: its words, its letter, its tries, its acts."""
    notice = get_notice_or_404(request.user, object_id)
    values = rendering.context(notice)
    erased = not notice.address
    allowed = ACTS.get(notice.state, ()) if is_hr(request.user) and not erased else ()
    refusal = outbox.own_work(notice, request.user) if "approve" in allowed and is_hr_head(request.user) else ""
    if refusal or not is_hr_head(request.user):
        allowed = tuple(name for name in allowed if name != "approve")
    forms = {name: (bound or {}).get(name) or _DO[name][0](auto_id=f"id_{name}_%s") for name in allowed}
    context = {
        **admin.site.each_context(request),
        "title": LABELS[notice.kind] if erased else rendering.subject(notice, values),
        "notice": notice,
        "label": LABELS[notice.kind],
        "body": "" if erased else rendering.render(f"notices/{notice.kind}/body.txt", values),
        "wiped": KINDS[notice.kind].ephemeral,
        "has_letter": KINDS[notice.kind].letter and not erased,
        "acts": [(name, _WORDS[name], form) for name, form in forms.items()],
        "refusal": refusal,
        "opts": Notice._meta,
    }
    return render(request, "admin/notices/notice/notice.html", context, status=422 if bound else 200)


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One button of the page, named ``act``."""
    notice = get_notice_or_404(request.user, pk)
    name = request.POST.get("act", "")
    if name not in _DO or not isinstance(request.user, User):
        raise Http404
    form_class, do = _DO[name]
    form = form_class(request.POST, auto_id=f"id_{name}_%s")
    if not form.is_valid():
        return page(request, str(pk), bound={name: form})
    try:
        messages.success(request, do(notice, request.user, form))
    except NoticeRefused as refusal:
        messages.error(request, _("Cet acte n’est plus possible : %(why)s") % {"why": refusal})
    return redirect("admin:notices_notice_change", pk)


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as it will leave, or left."""
    return as_pdf(get_any_letter_or_404(request.user, pk))
