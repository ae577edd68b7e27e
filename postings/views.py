"""The notice as the public reads it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from journal import clock
from postings import presentation
from postings.agenda import deadline_calendar
from postings.deadline import is_open
from postings.models import Posting
from postings.policy import get_visible_posting_or_404, visible_postings


def _address(posting: Posting) -> str:
    return settings.PMP_BASE_URL + reverse("postings:detail", args=[posting.slug])


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The one notice, or the list of them."""
    postings = list(visible_postings())
    if len(postings) == 1:
        return redirect("postings:detail", postings[0].slug)
    now = clock.now()
    rows = [(posting, is_open(posting, now)) for posting in postings]
    return render(request, "postings/home.html", {"rows": rows})


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The notice, what to send, how it is judged, and the time left."""
    posting = get_visible_posting_or_404(slug)
    now = clock.now()
    address = _address(posting)
    context = {
        "posting": posting,
        "paragraphs": presentation.paragraphs(posting),
        "stages": presentation.judged_stages(posting),
        "requirements": posting.requirements.all(),
        "questions": posting.questions.all(),
        "extensions": posting.extensions.all(),
        "offset": presentation.utc_offset(posting.closes_at, posting.timezone),
        "now": now,
        "open": is_open(posting, now),
        "upcoming": now < posting.opens_at,
        "canonical": address,
        "json_ld": presentation.as_json_ld(presentation.job_posting(posting, address)),
    }
    return render(request, "postings/detail.html", context)


@require_safe
def notice_text(request: HttpRequest, slug: str) -> HttpResponse:
    """The notice word for word, to the byte."""
    posting = get_visible_posting_or_404(slug)
    return HttpResponse(posting.notice_text.encode(), content_type="text/plain; charset=utf-8")


@require_safe
def deadline_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """The deadline for a calendar."""
    posting = get_visible_posting_or_404(slug)
    content = deadline_calendar(posting, url=_address(posting), at=clock.now())
    headers = {"Content-Disposition": f'attachment; filename="echeance-{posting.slug}.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


@require_safe
def hour(request: HttpRequest, slug: str) -> JsonResponse:
    """The clock of record and the deadline as they are now, for a page that was open for long."""
    posting = get_visible_posting_or_404(slug)
    return JsonResponse({"now": clock.now().isoformat(), "closes_at": posting.closes_at.isoformat()})


#: A list with names says « noindex » itself, which a robot only reads where it may come: it isn't forbidden here.
_ROBOTS = ("/rh/", "/candidature/", "/compte/", "/connexion/", "/courriers/", "/evaluation/", "/repetition/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Where search engines have nothing to look for; in a rehearsal, anywhere."""
    closed = ("/",) if settings.PMP_REHEARSAL else _ROBOTS
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What becomes of personal data."""
    return render(request, "postings/privacy.html", {"postings": visible_postings()})
