"""Changing one's address: the new one, then the two codes."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.policy import person
from notices import address_change
from notices.forms_address import AddressForm, CodesForm


def _page(request: HttpRequest, form: AddressForm, status: int = 200) -> HttpResponse:
    return render(request, "accounts/address.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change(request: HttpRequest) -> HttpResponse:
    """The new address; what happens next is the same whether or not it is known here."""
    form = AddressForm(request.POST or None)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, 422)
    email = form.cleaned_data["email"]
    if not ratelimit.consume(request, action="change_address", key=email.lower()):
        form.add_error("email", _("Trop de demandes à la suite. Attendez une heure, puis recommencez."))
        return _page(request, form, 429)
    try:
        address_change.ask(email=email, by=person(request))
    except ValidationError as error:
        form.add_error("email", error)
        return _page(request, form, 422)
    return redirect("address:codes")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def codes(request: HttpRequest) -> HttpResponse:
    """The two codes, in one form."""
    user = person(request)
    waiting = address_change.pending(user)
    if waiting is None:
        messages.warning(request, _("Aucun changement d’adresse n’attend de code : recommencez."))
        return redirect("address:change")
    form = CodesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key = request.session.session_key
            moved = address_change.confirm(**form.cleaned_data, by=user, session_key=key)
        except address_change.ChangeOver:
            return _over(request)
        except address_change.WrongCodes as wrong:
            if not wrong.left:
                return _over(request)
            form.add_error(None, _wrong(wrong.left))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = _("Votre adresse est désormais %(email)s. Vos autres appareils ont été déconnectés.")
            messages.success(request, said % {"email": moved.email})
            return redirect("accounts:account")
    status = 422 if form.errors else 200
    return render(request, "accounts/address_codes.html", {"form": form, "change": waiting}, status=status)


def _wrong(left: int) -> str:
    said = ngettext("Il reste %(n)d essai.", "Il reste %(n)d essais.", left) % {"n": left}
    return _("Au moins un des deux codes n’est pas le bon. Vérifiez les deux courriels.") + f" {said}"


def _over(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("Ces codes ne servent plus. Votre adresse n’a pas changé ; vous pouvez recommencer."))
    return redirect("address:change")
