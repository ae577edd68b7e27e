"""HR prints the letters whose mail did not arrive, and writes down that they are in the post."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policy import is_hr, person, requires
from evaluations.forms.letters import PostForm
from evaluations.forms.refusals import add_refusal
from evaluations.letters_summary import PER_PAGE
from evaluations.policy_late import get_posting_or_404
from evaluations.posting_letters import envelopes, printable
from notices import postal
from notices.models import Notice
from notices.outbox import BEFORE_RELEASE, LETTERS, NoticeRefused
from postings.models import Posting


def _page(request: HttpRequest, posting: Posting, form: PostForm | None = None, *, status: int = 200) -> HttpResponse:
    waiting = postal.to_post(campaign=posting.slug).prefetch_related("deliveries")
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    posted = Notice.objects.filter(campaign=posting.slug, posted_on__isnull=False).order_by("-posted_on", "-pk")
    context = {
        "posting": posting,
        "page": page,
        "envelopes": envelopes(list(page)),
        "form": form or PostForm(waiting=[]),
        "ticked": set(form.data.getlist("letters")) if form else (),  # type: ignore[attr-defined]
        "posted": posted.select_related("recipient")[:PER_PAGE],
    }
    return render(request, "evaluations/letters/post.html", context, status=status)


@requires(is_hr)
@require_http_methods(["GET", "POST"])
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """The letters to print and post; then the day on which they were."""
    posting = get_posting_or_404(slug)
    if request.method == "GET":
        return _page(request, posting)
    waiting = postal.to_post(campaign=posting.slug)
    form = PostForm(request.POST, waiting=list(waiting.values_list("pk", flat=True)))
    if not form.is_valid():
        return _page(request, posting, form, status=422)
    said = form.cleaned_data
    chosen = list(waiting.filter(pk__in=[int(pk) for pk in said["letters"]]))
    try:
        for notice in chosen:
            postal.mark_posted(
                notice=notice, posted_on=said["posted_on"], by=person(request), reference=said["reference"]
            )
    except ValidationError as error:
        add_refusal(form, error)
        return _page(request, posting, form, status=422)
    except NoticeRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, posting, form, status=409)
    text = ngettext("Une lettre marquée comme postée.", "%(n)d lettres marquées comme postées.", len(chosen))
    messages.success(request, text % {"n": len(chosen)})
    return redirect("evaluations:post", slug)


@requires(is_hr)
@require_safe
def post_letter(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A letter with its sheet for the envelope's window, to print."""
    posting = get_posting_or_404(slug)
    notice = get_object_or_404(Notice, pk=pk, campaign=posting.slug, kind__in=LETTERS)
    if notice.state in BEFORE_RELEASE or not notice.address:
        raise Http404
    response = HttpResponse(printable(notice), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="courrier-{notice.public_id}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
