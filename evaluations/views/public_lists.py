"""The lists as anyone reads them: on the site, as the text whose hash the register keeps, and for the notice board."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from evaluations import listing
from evaluations.models import ListStage, Publication, PublicationLine, Section
from evaluations.showing import Showing, Shown, all_versions, public_lists
from notices import letters
from postings.policy import get_visible_posting_or_404

#: Names are for those who look for them here, not for a search engine to keep.
_NOINDEX = {"X-Robots-Tag": "noindex, noarchive"}


def _version_or_404(slug: str, stage: str, number: int | None) -> Shown:
    """A version of a list that has shown, the newest unless one is named. What hasn't shown isn't there."""
    posting = get_visible_posting_or_404(slug)
    if stage not in ListStage.values:
        raise Http404
    for version in all_versions(posting)[stage]:
        if version.showing != Showing.HIDDEN and number in (None, version.publication.version):
            return version
    raise Http404


def _headers(publication: Publication) -> dict[str, str]:
    return _NOINDEX if publication.names else {}


def _name(line: PublicationLine) -> str:
    """As the list calls a candidate; by number once their name is erased."""
    file = line.application
    return f"{file.family_name.upper()} {file.given_names}".strip() or file.dossier_code


def _sections(publication: Publication) -> list[tuple[str, bool, list[str]]]:
    """Each part with what it is called, whether its order is that of merit, and its candidates."""
    lines = listing.stored_lines(publication)
    found = []
    for section in Section:
        rows = [line for line in lines if line.section == section]
        ranked = any(line.place for line in rows)
        shown = [_name(line) if publication.names else line.application.dossier_code for line in rows]
        if rows:
            found.append((str(section.label), ranked, shown if ranked else sorted(shown)))
    return found


def _context(version: Shown) -> dict[str, object]:
    publication = version.publication
    shown = version.showing == Showing.SHOWN
    return {
        "posting": publication.posting,
        "publication": publication,
        "version": version,
        "shown": shown,
        "sections": _sections(publication) if shown else [],
    }


@require_safe
def lists(request: HttpRequest, slug: str) -> HttpResponse:
    """The lists of one posting that ever showed."""
    posting = get_visible_posting_or_404(slug)
    return render(
        request, "evaluations/publications/lists.html", {"posting": posting, "versions": public_lists(posting)}
    )


@require_safe
def one_list(request: HttpRequest, slug: str, stage: str, number: int | None = None) -> HttpResponse:
    """One list, or what became of it."""
    version = _version_or_404(slug, stage, number)
    earlier = [
        other
        for other in all_versions(version.publication.posting)[stage]
        if other.showing == Showing.REPLACED and other.publication.version < version.publication.version
    ]
    context = {**_context(version), "earlier": earlier, "noindex": version.publication.names}
    response = render(request, "evaluations/publications/list.html", context)
    for name, value in _headers(version.publication).items():
        response[name] = value
    return response


def _shown_or_404(slug: str, stage: str) -> Shown:
    version = _version_or_404(slug, stage, None)
    if version.showing != Showing.SHOWN:
        raise Http404
    return version


@require_safe
def list_text(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """The text whose SHA-256 the register keeps, to the byte; by code, even where the page shows names."""
    publication = _shown_or_404(slug, stage).publication
    content = listing.text_of(publication)
    return HttpResponse(content.encode(), content_type="text/plain; charset=utf-8", headers=_headers(publication))


@require_safe
def list_pdf(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """For the notice board."""
    version = _shown_or_404(slug, stage)
    content = letters.pdf("evaluations/publications/board.html", _context(version))
    headers = {"Content-Disposition": f'inline; filename="liste-{stage}-{slug}.pdf"', **_headers(version.publication)}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
