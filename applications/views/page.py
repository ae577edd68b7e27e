"""What every page of a file shares: whose it is, where it stands, what is left to do."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policy import is_candidate
from applications import last_hour, policy
from applications.completeness import Missing, Step, missing
from applications.models import Answer, Application, Document
from applications.states import State, shown_to_candidate
from journal import clock
from notices.outbox import visible_to

P = ParamSpec("P")
FileView = Callable[Concatenate[HttpRequest, Application, P], HttpResponseBase]

STEP_LABELS = {
    Step.IDENTITY: _("Identité"),
    Step.CAREER: _("Parcours"),
    Step.DOCUMENTS: _("Pièces"),
    Step.REFEREES: _("Référents"),
    Step.ANSWERS: _("Questions"),
    Step.DECLARATION: _("Déclaration"),
}
REVIEW = "review"


def own_file(view: FileView[P]) -> Callable[..., HttpResponseBase]:
    """Give the view the person's own file of the posting in the address; 404 to everyone else."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, policy.get_own_application_or_404(request.user, slug), *args, **kwargs)

    return guarded


def person(request: HttpRequest) -> User:
    """The candidate who is signed in; 404 to anyone else."""
    if not is_candidate(request.user):
        raise Http404
    return request.user


def gather(application: Application) -> Application:
    """Fetch all that stands in the file, in a number of queries that doesn't grow with it."""
    documents = Document.objects.select_related("requirement")
    answers = Answer.objects.select_related("question")
    lookups = (Prefetch("documents", documents), Prefetch("answers", answers), "career", "referees")
    prefetch_related_objects([application], *lookups, "posting__requirements", "posting__questions")
    return application


def decision_released(application: Application) -> bool:
    """Whether the candidate may read the decision's letter."""
    return visible_to(application.candidate).filter(kind="decision", subject=application.subject).exists()


def shown_state(application: Application) -> State:
    """The state as the candidate may know it."""
    return shown_to_candidate(application.state, letter_released=decision_released(application))


def step_after(current: str) -> str:
    """The name of the page that follows."""
    pages = [*Step, REVIEW]
    return pages[pages.index(current) + 1]


def _steps(application: Application, lacking: list[Missing], current: str) -> list[dict[str, Any]]:
    """The pages of the draft, each with what it still lacks."""
    slug = application.posting.slug
    steps = []
    for name, label in [*STEP_LABELS.items(), (REVIEW, _("Relire et déposer"))]:
        url = reverse(f"applications:{name}", args=[slug])
        lacks = [{"label": item.label, "url": f"{url}#{item.anchor}"} for item in lacking if item.step == name]
        state = "todo" if lacks or name == REVIEW else "done"
        steps.append({"label": label, "url": url, "state": "current" if name == current else state, "missing": lacks})
    return steps


def _left_at(application: Application, state: State) -> Any:
    """The instant that the band tells."""
    if state == State.WITHDRAWN:
        return application.moves.values_list("at", flat=True).get(to_state=State.WITHDRAWN)
    return application.submitted_at


def file_context(application: Application, current: str = "") -> dict[str, Any]:
    """The names that every template of a file uses."""
    state = shown_state(application)
    draft = application.state == State.DRAFT
    lacking = missing(gather(application)) if draft else []
    now = clock.now()
    return {
        "application": application,
        "posting": application.posting,
        "now": now,
        "last_hour": last_hour.of_file(application, now, lacking, current),
        "state": state,
        "state_label": state.label,
        "state_at": _left_at(application, state),
        "editable": policy.may_edit(application),
        "missing": lacking,
        "complete_steps": len(Step) - len({item.step for item in lacking}),
        "steps": _steps(application, lacking, current) if draft else [],
    }


def show(
    request: HttpRequest,
    application: Application,
    template: str,
    *,
    current: str = "",
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page of the file; its band, its title and its deadline always say where the file stands."""
    whole = {**file_context(application, current), **context}
    return render(request, f"applications/{template}", whole, status=status)
