"""When a member of the jury sits: a page by day, and the same for their own calendar."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.policy import is_juror, person, requires
from evaluations import agendas, policy
from journal import clock


@requires(is_juror)
@require_safe
def agenda(request: HttpRequest, slug: str) -> HttpResponse:
    """The days of interviews, with where, and who is heard where the member may know."""
    member = policy.get_member_or_404(person(request), slug)
    seats = agendas.agenda(member)
    days = [list(rows) for _day, rows in groupby(seats, lambda seat: timezone.localdate(seat.slot.starts_at))]
    context = {"posting": member.panel.posting, "days": days, "now": clock.now()}
    return render(request, "evaluations/jury/agenda.html", context)


@requires(is_juror)
@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for one's calendar, where no candidate is named; taken again after a change, it replaces the events."""
    member = policy.get_member_or_404(person(request), slug)
    response = HttpResponse(agendas.calendar(member, at=clock.now()), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="entretiens-jury.ics"'
    response["Cache-Control"] = "private, no-store"
    return response
