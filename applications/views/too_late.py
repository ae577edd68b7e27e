"""The page of a submission that came too late: when it came, what that means, whom to write to."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.intake import ATTEMPTS_KEPT, TooLate
from applications.models import Application
from applications.views.page import show


def too_late(request: HttpRequest, application: Application, late: TooLate) -> HttpResponse:
    """Refused (409), by the clock of record."""
    said = lateness(late.at - late.closes_at)
    return show(request, application, "too_late.html", status=409, late=late, lateness=said, kept=ATTEMPTS_KEPT)


def lateness(late: timedelta) -> str:
    """How late, in words: to the millisecond in the first minute, then ever more roundly, always rounded down."""
    seconds, milliseconds = late // timedelta(seconds=1), late.microseconds // 1000
    if not seconds and not milliseconds:
        return _("à l’instant même de la date limite")
    if seconds < 60:
        return ngettext("%(n)s seconde", "%(n)s secondes", max(seconds, 1)) % {"n": f"{seconds},{milliseconds:03}"}
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    parts = [
        (days, ngettext("%(n)s jour", "%(n)s jours", days)),
        (hours, ngettext("%(n)s heure", "%(n)s heures", hours)),
        (minutes, ngettext("%(n)s minute", "%(n)s minutes", minutes)),
        (seconds % 60, ngettext("%(n)s seconde", "%(n)s secondes", seconds % 60)),
    ]
    return " ".join([words % {"n": n} for n, words in parts if n][:2])
