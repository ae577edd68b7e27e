"""Sign-in screens, and the home of each role."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import clear_login
from allauth.account.utils import passthrough_next_redirect_url
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from accounts.landing import landing
from accounts.signin import TOO_MANY, RequestCodeForm, at_network


def _onward(request: HttpRequest, name: str) -> str:
    """An address of ours that keeps ``next`` for later; allauth checks that it is a safe one before it is used."""
    url: str = passthrough_next_redirect_url(request, reverse(name), "next")
    return url


def _tell_closed(account: Any, email: str) -> None:
    """Write to a closed account's address: its reader waits for no code, and the answer takes as long as any other."""
    if account is None and email:
        get_adapter().send_mail("account/email/account_closed", email, {})


class RequestCodeView(RequestLoginCodeView):
    """The address; a code goes to it whether or not it had an account."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """A code is on its way already: the form stays open, for an address that was mistyped."""

    def form_valid(self, form: RequestCodeForm) -> HttpResponse:
        clear_login(self.request)
        form._user = form.account()  # where allauth looks for it
        response: HttpResponse = super().form_valid(form)
        _tell_closed(form._user, form.cleaned_data["email"])
        return response

    def form_invalid(self, form: Form) -> HttpResponse:
        status = 429 if form.has_error("email", TOO_MANY) else 422
        return self.render_to_response(self.get_context_data(form=form), status=status)


class ConfirmCodeView(ConfirmLoginCodeView):
    """The code; ``next`` survives a wrong one, a new one, and too many."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Tries are counted beside the session too."""
        key = at_network(request, self._process.state.get("email", ""))
        if self._action == "verify" and not ratelimit.consume(request, action="confirm_login_code_here", key=key):
            self._process.abort()
            messages.error(request, get_adapter().error_messages["too_many_login_attempts"])
            return redirect(_onward(request, "account_request_login_code"))
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def _resend_form_valid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super()._resend_form_valid(form)
        _tell_closed(self._process.user, self._process.state.get("email", ""))
        return response

    def form_invalid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        if isinstance(response, HttpResponseRedirect):
            return redirect(_onward(self.request, "account_request_login_code"))
        response.status_code = 422
        return response


def login(request: HttpRequest) -> HttpResponse:
    """The name that libraries know: there is one way in, by code."""
    return redirect(_onward(request, "account_request_login_code"))


def admin_login(request: HttpRequest) -> HttpResponse:
    """The admin's door: the same sign-in; those who are signed in and not staff are refused, not sent in circles."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Where a person's work begins."""
    return redirect(landing(request.user))
