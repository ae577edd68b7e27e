"""HR concludes on a file's references; a member of the jury reads the summary, where and when the posting lets them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policy import is_hr, is_juror, person, requires
from applications.models import Application, Shown
from applications.viewing import record_viewing
from evaluations.concluding import conclude
from evaluations.forms.references import ConclusionForm
from evaluations.forms.refusals import add_refusal
from evaluations.policy_late import get_application_or_404, get_posting_or_404, is_deliberated
from evaluations.policy_references import get_summarised_file_or_404
from evaluations.references_summary import summaries
from evaluations.views.references import rows_of


@requires(is_hr)
@require_http_methods(["GET", "POST"])
def conclude_references(request: HttpRequest, slug: str, dossier: str) -> HttpResponse:
    """What was verified of the file's references, and HR's conclusion on them all."""
    posting = get_posting_or_404(slug)
    application = get_application_or_404(posting, dossier)
    if request.method == "GET":
        record_viewing(application=application, shown=Shown.REFERENCES, by=person(request))
    form = ConclusionForm(request.POST or None)
    if form.is_valid():
        try:
            conclude(application=application, by=person(request), **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Conclusion enregistrée."))
            return redirect(reverse("evaluations:references", args=[slug]) + f"#dossier-{dossier}")
    context = {
        "posting": posting,
        "application": application,
        "row": rows_of(Application.objects.filter(pk=application.pk))[0],
        "form": form,
        "closed": is_deliberated(posting),
    }
    return render(request, "evaluations/references/conclusion.html", context, status=422 if form.errors else 200)


@requires(is_juror)
@require_safe
def reference_summary(request: HttpRequest, code: str) -> HttpResponse:
    """HR's summary of one file's references, for a member of its jury."""
    application = get_summarised_file_or_404(person(request), code)
    record_viewing(application=application, shown=Shown.REFERENCES, by=person(request))
    found = summaries([application])
    context = {"application": application, "posting": application.posting, "summaries": found}
    return render(request, "evaluations/references/summary.html", context)
