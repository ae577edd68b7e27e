"""What was being sent when a session ended: read again, then sent, or given up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.middleware_staff import drop_unsent, find_unsent
from accounts.policy import person, requires, works_here
from accounts.views_kept_words import AUTHOR


@requires(works_here)
@require_http_methods(["GET", "HEAD", "POST"])
def unsent(request: HttpRequest) -> HttpResponse:
    """GET: the words, and the button that sends them where they were going. POST: give them up."""
    found = find_unsent(request, person(request))
    if found is None:
        return redirect("accounts:home")
    if request.method == "POST":
        drop_unsent(request)
        messages.success(request, _("C’est abandonné : rien n’a été envoyé."))
        return redirect("accounts:home")
    fields = [(name, value) for name, values in found.words.lists() for value in values]
    shown = [(name, value) for name, value in fields if name != AUTHOR and str(value).strip()]
    context = {"unsent": found, "fields": fields, "shown": shown}
    return render(request, "accounts/unsent.html", context)
