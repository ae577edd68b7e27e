"""Passkeys: adding one, naming it, taking it away, and signing in with it. Options for the browser go out as data, not as script."""

import ipaddress

from allauth.account.adapter import get_adapter
from allauth.account.models import Login
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth, flows
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import passkeys, second_factor
from accounts.forms_passkeys import AddForm, LoginForm, NameForm
from accounts.policy import needs_second_factor, person
from accounts.sessions import is_fresh


def can_work(request: HttpRequest) -> bool:
    """Whether a browser would make a key for this address: a name, not a number, and a line that nobody reads."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure() or host == "localhost"
    return False


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """A new key, for who signed in a moment ago: not for who found the screen open."""
    if not is_fresh(request.session):
        return render(
            request, "accounts/passkey_stale.html", {"here": request.path}, status=403 if request.POST else 200
        )
    if not can_work(request):
        return render(request, "accounts/passkey_add.html", {"impossible": True})
    if request.method != "POST":
        return _add_page(request, AddForm())
    form = AddForm(request.POST)
    if not form.is_valid():
        return _add_page(request, form, 422)
    try:
        passkeys.add(name=form.name_given(), credential=form.cleaned_data["credential"], by=person(request))
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _add_page(request, form, 422)
    get_adapter().send_notification_mail("mfa/email/webauthn_added", person(request))
    if needs_second_factor(request.user) and not second_factor.is_confirmed(request.session, request.user):
        second_factor.confirm(request.session, person(request))  # the first factor, just proved by its making
        return redirect("accounts:recovery_codes")
    messages.success(request, _("Votre clé est ajoutée. Le code par courriel reste possible à tout moment."))
    return redirect("accounts:account")


def _add_page(request: HttpRequest, form: AddForm, status: int = 200) -> HttpResponse:
    options = auth.begin_registration(person(request), passwordless=True)
    return render(request, "accounts/passkey_add.html", {"form": form, "options": options}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name for one of one's own keys."""
    key = passkeys.get_own_or_404(person(request), pk)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": passkeys.name_of(key)})
    if request.method == "POST" and form.is_valid():
        passkeys.rename(key=key, name=form.cleaned_data["name"], by=person(request))
        return redirect("accounts:account")
    told = {"form": form, "key": key}
    return render(request, "accounts/passkey_name.html", told, status=422 if form.errors else 200)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of one's own keys away."""
    key = passkeys.get_own_or_404(person(request), pk)
    try:
        passkeys.remove(key=key, by=person(request))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("La clé est retirée : elle n’ouvre plus votre compte."))
    return redirect("accounts:account")


@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """GET: what the browser asks the key, the same for everyone. POST: its answer, which signs in or says why not."""
    if not ratelimit.consume(request, action="passkey_login"):
        return ratelimit.respond_429(request)
    if request.method != "POST":
        return JsonResponse(auth.begin_authentication(user=None))
    form = LoginForm(request.POST)
    key: Authenticator | None = form.key() if form.is_valid() else None
    if key is None:
        messages.error(request, _("Cette clé n’a pas été reconnue. Recommencez, ou demandez un code par courriel."))
        return redirect("account_request_login_code")
    wanted = get_adapter().is_safe_url(request.POST.get("next", ""))
    onward = request.POST["next"] if wanted else reverse("accounts:home")
    response: HttpResponse = flows.perform_passwordless_login(request, key, Login(user=key.user, redirect_url=onward))
    if request.user.is_authenticated and request.user.pk == key.user_id:
        second_factor.confirm(request.session, key.user)  # what one has, and what unlocks it: both factors
    return response
