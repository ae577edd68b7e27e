"""HR reads, writes, looks at and chooses the words of a campaign's letters."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policy import is_hr, person, requires
from evaluations import letter_preview
from evaluations.forms.letters import WordsForm
from evaluations.forms.refusals import add_refusal
from evaluations.policy_late import get_posting_or_404
from notices import letters, mailer, rendering, writing
from notices.models import Notice, TextVersion
from notices.outbox import NoticeRefused
from notices.texts import TEXTS, current
from postings.models import Posting


@dataclass(frozen=True)
class Row:
    """A text in the list: the version that letters are made with, and how many there are."""

    key: str
    label: str
    number: int
    versions: int


def _text_or_404(text: str) -> str:
    if text not in TEXTS:
        raise Http404
    return text


def _version_or_404(posting: Posting, text: str, number: int) -> TextVersion | None:
    """0 is the project's own words."""
    if not number:
        return None
    return get_object_or_404(TextVersion, campaign=posting.slug, text=text, number=number)


@requires(is_hr)
@require_GET
def texts(request: HttpRequest, slug: str) -> HttpResponse:
    """Every text, with the version in force."""
    posting = get_posting_or_404(slug)
    written = list(TextVersion.objects.filter(campaign=posting.slug).values_list("text", flat=True))
    rows = []
    for key, text in TEXTS.items():
        chosen = current(campaign=posting.slug, text=key)
        rows.append(Row(key, str(text.label), chosen.number if chosen else 0, written.count(key)))
    return render(request, "evaluations/letters/texts.html", {"posting": posting, "rows": rows})


def _page(request: HttpRequest, posting: Posting, text: str, form: WordsForm, *, status: int = 200) -> HttpResponse:
    chosen = current(campaign=posting.slug, text=text)
    own_opening, own_sequel = rendering.own_words(text)
    context: dict[str, Any] = {
        "posting": posting,
        "key": text,
        "label": TEXTS[text].label,
        "fields": [(f"{{{name}}}", name in TEXTS[text].required) for name in TEXTS[text].fields],
        "form": form,
        "chosen": chosen.number if chosen else 0,
        "own": {"number": 0, "opening": own_opening, "sequel": own_sequel},
        "versions": TextVersion.objects.filter(campaign=posting.slug, text=text)
        .select_related("by")
        .order_by("-number"),
        "files": letter_preview.files(posting, text)[:200],
    }
    return render(request, "evaluations/letters/text.html", context, status=status)


@requires(is_hr)
@require_http_methods(["GET", "POST"])
def text(request: HttpRequest, slug: str, text: str) -> HttpResponse:
    """One text: its versions, and the next one to write from the words in force."""
    posting, key = get_posting_or_404(slug), _text_or_404(text)
    if request.method == "GET":
        chosen = current(campaign=posting.slug, text=key)
        opening, sequel = (chosen.opening, chosen.sequel) if chosen else rendering.own_words(key)
        return _page(request, posting, key, WordsForm(initial={"opening": opening, "sequel": sequel}))
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _page(request, posting, key, form, status=422)
    try:
        version = writing.write(
            campaign=posting.slug,
            text=key,
            opening=form.cleaned_data["opening"],
            sequel=form.cleaned_data["sequel"],
            by=person(request),
        )
    except ValidationError as error:
        add_refusal(form, error)
        return _page(request, posting, key, form, status=422)
    said = _(
        "Version %(n)d gardée. Regardez-la pour un dossier, puis choisissez-la : rien n’est encore fait avec elle."
    )
    messages.success(request, said % {"n": version.number})
    return redirect("evaluations:text", slug, key)


@requires(is_hr)
@require_POST
def choose(request: HttpRequest, slug: str, text: str, number: int) -> HttpResponse:
    """Make letters with a version from now on."""
    posting, key = get_posting_or_404(slug), _text_or_404(text)
    _version_or_404(posting, key, number)
    try:
        waiting = writing.choose(campaign=posting.slug, text=key, number=number, by=person(request))
    except NoticeRefused as refusal:
        form = WordsForm(initial=dict(zip(("opening", "sequel"), rendering.own_words(key), strict=True)))
        messages.error(request, str(refusal))
        return _page(request, posting, key, form, status=409)
    said = _("Texte choisi.")
    if waiting:
        more = ngettext("Une lettre qui attend le prend.", "%(n)d lettres qui attendent le prennent.", waiting)
        said = f"{said} {more % {'n': waiting}}"
    messages.success(request, said)
    return redirect("evaluations:text", slug, key)


def _draft_or_404(request: HttpRequest, slug: str, text: str, number: int) -> tuple[Posting, str, Notice | None, str]:
    """The notice that the address asks to look at, and its file: ``file`` names the dossier's row; without it, a likely one."""
    posting, key = get_posting_or_404(slug), _text_or_404(text)
    version = _version_or_404(posting, key, number)
    asked = request.GET.get("file", "")
    if asked:
        known = asked.isascii() and asked.isdecimal() and len(asked) < 10
        chosen = letter_preview.files(posting, key).filter(pk=int(asked)).first() if known else None
        if chosen is None:
            raise Http404
    else:
        chosen = letter_preview.likely(posting, key)
    return (
        posting,
        key,
        letter_preview.draft(chosen, key, version) if chosen else None,
        str(chosen.pk) if chosen else "",
    )


@requires(is_hr)
@require_GET
def preview(request: HttpRequest, slug: str, text: str, number: int) -> HttpResponse:
    """The message and the letter as they would go to one person."""
    posting, key, notice, shown = _draft_or_404(request, slug, text, number)
    values = rendering.context(notice) if notice else {}
    context = {
        "posting": posting,
        "key": key,
        "number": number,
        "label": TEXTS[key].label,
        "notice": notice,
        "file": shown,
        "prospective": notice is not None and notice.context.get("entry_hash") == letter_preview.NO_ENTRY,
        "files": letter_preview.files(posting, key)[:200],
        "subject": rendering.subject(notice, values) if notice else "",
        "body": rendering.render(f"notices/{notice.kind}/body.txt", values).strip() if notice else "",
    }
    return render(request, "evaluations/letters/preview.html", context)


@requires(is_hr)
@require_GET
def preview_letter(request: HttpRequest, slug: str, text: str, number: int) -> HttpResponse:
    """The letter of the preview, in PDF: drawn for the eye, kept nowhere."""
    _posting, _key, notice, _file = _draft_or_404(request, slug, text, number)
    if notice is None:
        raise Http404
    content = letters.pdf(f"notices/{notice.kind}/letter.html", rendering.context(notice))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="apercu-{mailer.letter_name(notice)}"'
    response["Cache-Control"] = "private, no-store"
    return response
