"""What a file that was never submitted leaves to see, for who must answer « j’avais pourtant déposé »."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from applications.models import Application
from applications.policy_screening import get_trace_or_404
from journal.models import Entry
from journal.words import words


def trace(request: HttpRequest, pk: str) -> HttpResponse:
    """When it was opened, last saved, tried and lapsed, by the clock of record. Nothing of what it says, nor whose it is."""
    application = get_trace_or_404(request.user, pk)
    entries = Entry.objects.filter(subject=application.subject).order_by("at", "pk")
    context = {
        **admin.site.each_context(request),
        "title": _("Trace du brouillon %(code)s") % {"code": application.dossier_code},
        "application": application,
        "events": [(entry.at, words(entry.kind)) for entry in entries],
        "opts": Application._meta,
    }
    return render(request, "admin/applications/application/trace.html", context)
