"""The second factor: proving it at each sign-in, an application added or taken away, recovery codes shown once."""

from base64 import b64encode

from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import second_factor
from accounts.forms_second_factor import CodeForm
from accounts.passkeys import passkeys_of
from accounts.policy import needs_second_factor, person, requires

_SECRET = "second_factor_secret"  # noqa: S105 - the name of a place in the session


def _onward(request: HttpRequest) -> str:
    """Where the person was going, if it is a page of ours."""
    address = str(request.POST.get("next") or request.GET.get("next") or "")
    return address if address and get_adapter().is_safe_url(address) else reverse("accounts:home")


@requires(needs_second_factor)
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """The page between the code by mail and everything else. Who has no factor yet adds one first."""
    user = person(request)
    if not second_factor.has_factor(user):
        return redirect("accounts:second_factor_add")
    if request.method != "POST":
        return _prove_page(request, CodeForm())
    form = CodeForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            if second_factor.verify(user=user, code=form.cleaned_data["code"]):
                return _confirmed(request)
            form.add_error("code", _("Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant."))
        except second_factor.TooManyTries as error:
            form.add_error("code", error.messages)
            status = 429
    return _prove_page(request, form, status)


def _prove_page(request: HttpRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    user = person(request)
    context = {
        "form": form,
        "next": _onward(request),
        "application": second_factor.has_application(user),
        "passkey": passkeys_of(user).exists(),
    }
    return render(request, "accounts/second_factor.html", context, status=status)


def _confirmed(request: HttpRequest) -> HttpResponse:
    request.session.cycle_key()
    second_factor.confirm(request.session, person(request))
    return redirect(_onward(request))


@requires(needs_second_factor)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """The picture for the telephone and the secret in letters; the application's first code confirms."""
    user = person(request)
    confirmed = second_factor.confirmed_recently(request.session, request.user)
    first = not second_factor.has_factor(user)
    if not first and not confirmed:
        return redirect(f"{reverse('accounts:second_factor')}?next={request.path}")
    if _SECRET not in request.session:
        request.session[_SECRET] = second_factor.new_secret()
    secret: str = request.session[_SECRET]
    if request.method != "POST":
        return _add_page(request, CodeForm(), secret, first)
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            second_factor.enrol(secret=secret, code=form.cleaned_data["code"], confirmed=confirmed, by=user)
        except ValidationError as error:
            form.add_error("code", error.messages)
        else:
            del request.session[_SECRET]
            request.session.cycle_key()
            second_factor.confirm(request.session, user)
            messages.success(request, _("Votre application est en place."))
            return redirect("accounts:recovery_codes" if first else "accounts:account")
    return _add_page(request, form, secret, first, 422)


def _add_page(request: HttpRequest, form: CodeForm, secret: str, first: bool, status: int = 200) -> HttpResponse:
    adapter = get_mfa_adapter()
    address = adapter.build_totp_url(person(request), secret)
    picture = b64encode(adapter.build_totp_svg(address).encode()).decode()
    context = {
        "form": form,
        "first": first,
        "groups": [secret[at : at + 4] for at in range(0, len(secret), 4)],
        "picture": f"data:image/svg+xml;base64,{picture}",
    }
    return render(request, "accounts/second_factor_add.html", context, status=status)


@requires(needs_second_factor)
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """Recovery codes. They are shown on the page that follows their making, to be printed, and never again."""
    user = person(request)
    if request.method == "POST":
        if not second_factor.confirmed_recently(request.session, request.user):
            return redirect(f"{reverse('accounts:second_factor')}?next={request.path}")
        second_factor.renew_codes(confirmed=True, by=user)
        return redirect("accounts:recovery_codes")
    context = {
        "codes": second_factor.codes_once(user=user) if request.method == "GET" else [],
        "left": second_factor.codes_left(user),
        "site": request.get_host(),
    }
    return render(request, "accounts/recovery_codes.html", context)


@requires(needs_second_factor)
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Take one's application away, once another factor is there."""
    if not second_factor.confirmed_recently(request.session, request.user):
        return redirect(f"{reverse('accounts:second_factor')}?next={reverse('accounts:account')}")
    try:
        second_factor.remove_application(confirmed=True, by=person(request))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("L’application est retirée : ses codes n’ouvrent plus rien."))
    return redirect("accounts:account")
