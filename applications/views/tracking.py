"""Following one's file, and withdrawing it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from applications import equality, intake, policy, timeline
from applications.exchanges import objections
from applications.models import Application
from applications.policy_exchanges import is_followed, may_ask_accommodation
from applications.states import UNSUBMITTED, State
from applications.transitions import MoveRefused
from applications.views.page import own_file, show
from journal import clock
from notices.outbox import visible_to


def followed(application: Application) -> dict[str, Any]:
    """What a candidate may do once the file is in, and what was written to them."""
    now = clock.now()
    letters = list(visible_to(application.candidate).filter(subject=application.subject))
    requests = list(application.piece_requests.select_related("requirement"))
    open_, period = is_followed(application), objections.period(application)
    return {
        "letters": letters,
        "invited": any(letter.kind == "interview_invitation" for letter in letters),
        "convened": any(letter.kind == "exercise_invitation" for letter in letters),
        "followed": open_,
        "awaited": [r for r in requests if open_ and r.answered_at is None and now < r.due_at],
        "replaceable": [r for r in requests if open_ and r.answered_at is not None and now < r.due_at],
        "may_answer_equality": equality.may_answer(application),
        "may_withdraw": policy.may_withdraw(application),
        "may_ask_accommodation": may_ask_accommodation(application),
        "accommodation": getattr(application, "accommodation", None),
        "period": period,
        "may_object": period is not None and now < period.ends_at,
        "objection": application.objections.last(),
    }


@require_safe
@own_file
def follow(request: HttpRequest, application: Application) -> HttpResponse:
    """What happened, when, by the clock of record; what comes next; what may be done."""
    context = followed(application)
    days = timeline.by_day(timeline.events(application, context["letters"]))
    return show(request, application, "follow.html", days=days, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@own_file
def withdraw(request: HttpRequest, application: Application) -> HttpResponse:
    """Say what withdrawing means, then do it."""
    if application.state in UNSUBMITTED:
        return redirect("applications:overview", application.posting.slug)
    if application.state == State.WITHDRAWN:
        return redirect("applications:follow", application.posting.slug)
    if request.method != "POST":
        status = 200 if policy.may_withdraw(application) else 409
        return show(request, application, "withdraw.html", may_withdraw=status == 200, status=status)
    try:
        intake.withdraw(application=application, by=application.candidate)
    except MoveRefused:
        return show(request, application, "withdraw.html", may_withdraw=False, status=409)
    return redirect("applications:follow", application.posting.slug)
