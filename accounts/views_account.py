"""« Mon compte »: the address, the keys and the sessions of the person who is signed in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import second_factor, sessions
from accounts.models import User
from accounts.passkeys import name_of, passkeys_of
from accounts.policy import is_candidate, needs_second_factor, person


def _factor(user: User) -> dict[str, object]:
    return {"application": second_factor.has_application(user), "codes": second_factor.codes_left(user)}


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """All of it on one page."""
    user = person(request)
    context = {
        "sessions": sessions.list_sessions(user=user, current=request.session.session_key),
        "keys": [(key, name_of(key)) for key in passkeys_of(user)],
        "holds_data": is_candidate(user),
        "factor": _factor(user) if needs_second_factor(user) else None,
    }
    return render(request, "accounts/account.html", context)


@require_POST
@login_required
def end_session(request: HttpRequest, mark: str) -> HttpResponse:
    """End one session; one's own is what signing out is for, and does the same."""
    sessions.end_session(mark=mark, by=person(request))
    messages.success(request, _("Cet appareil est déconnecté."))
    return redirect("accounts:account")


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    """End every session but this one."""
    count = sessions.end_others(by=person(request), current=request.session.session_key)
    said = ngettext("Un autre appareil a été déconnecté.", "%(n)d autres appareils ont été déconnectés.", count)
    messages.success(request, said % {"n": count} if count else _("Aucun autre appareil n’était connecté."))
    return redirect("accounts:account")
