"""One page, for HR and for the chair: a member can no longer sit, and a substitute takes the seat."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.policy import Visitor, is_juror, person, requires, runs_the_jury
from evaluations import replacing
from evaluations.forms.jury import ReplacementForm
from evaluations.forms.refusals import add_refusal
from evaluations.models import PanelMember
from evaluations.policy_late import get_chaired_posting_or_404, get_posting_or_404, is_deliberated


def _jury_or_its_desk(user: Visitor) -> bool:
    return runs_the_jury(user) or is_juror(user)


@requires(_jury_or_its_desk)
@require_http_methods(["GET", "POST"])
def replace_member(request: HttpRequest, slug: str) -> HttpResponse:
    """Who leaves, who comes, why; then back to the page of whoever did it."""
    by = person(request)
    posting = get_posting_or_404(slug) if runs_the_jury(by) else get_chaired_posting_or_404(slug, by)
    members = PanelMember.objects.filter(panel__posting=posting).select_related("user", "panel")
    substitutes = replacing.available(posting)
    sent = request.POST if request.method == "POST" else None
    form = ReplacementForm(sent, members=members, substitutes=substitutes)
    if request.method == "POST" and form.is_valid():
        try:
            newcomer = replacing.replace_member(posting=posting, by=by, **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("%(name)s siège désormais dans le jury.") % {"name": newcomer})
            left = not runs_the_jury(by) and form.cleaned_data["member"].user_id == by.pk
            page = "campaign" if runs_the_jury(by) else "presiding"
            return redirect("evaluations:jury") if left else redirect(f"evaluations:{page}", slug)
    context = {
        "posting": posting,
        "form": form,
        "for_hr": runs_the_jury(by),
        "nobody_left": not substitutes.exists(),
        "too_late": is_deliberated(posting),
    }
    return render(request, "evaluations/jury/replace.html", context, status=422 if form.errors else 200)
