"""HR reads what the decision letters are, approves them for an instant, and sees what became of them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.policy import is_hr, person, requires
from evaluations import decisions as acts
from evaluations.forms.letters import ReleaseForm
from evaluations.forms.refusals import add_refusal
from evaluations.letters_summary import page_of, summarise
from evaluations.policy_late import get_posting_or_404
from notices.outbox import NoticeRefused
from postings.models import Posting


def _page(request: HttpRequest, posting: Posting, form: ReleaseForm, *, status: int = 200) -> HttpResponse:
    context = {
        "posting": posting,
        "form": form,
        "summary": summarise(posting, person(request)),
        "page": page_of(posting, request.GET.get("page")),
    }
    return render(request, "evaluations/letters/release.html", context, status=status)


@requires(is_hr)
@require_http_methods(["GET", "POST"])
def letters(request: HttpRequest, slug: str) -> HttpResponse:
    """What would leave, to whom; the approval of all that wait; then the same page tells what became of them."""
    posting = get_posting_or_404(slug)
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return _page(request, posting, form)
    if not form.is_valid():
        return _page(request, posting, form, status=422)
    try:
        count = acts.approve_letters(posting=posting, by=person(request), release_at=form.release_at())
    except ValidationError as error:
        form.add_error("hour", error.messages[0]) if hasattr(error, "error_dict") else add_refusal(form, error)
        return _page(request, posting, form, status=422)
    except NoticeRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, posting, form, status=409)
    text = ngettext("Une lettre approuvée.", "%(n)d lettres approuvées.", count) % {"n": count}
    messages.success(request, text if count else _("Aucune lettre n’attendait d’être approuvée."))
    return redirect("evaluations:approve_letters", slug)
