"""Sign-in by a code sent by mail."""

from allauth.account.forms import RequestLoginCodeForm


class RequestCodeForm(RequestLoginCodeForm):
    """One form for those who have an account and those who will."""
