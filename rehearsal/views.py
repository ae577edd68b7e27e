"""The rehearsal's own pages: what to try, whom to play, the mail, the clock."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from postings.policy import visible_postings
from rehearsal import cast, mail, pace
from rehearsal.policy import rehearsal_only

#: A mail's HTML is shown as it is, alone in its frame: nothing in it runs, loads or sends; its links open the whole page.
_MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; "
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)
_HEADERS = (
    ("From", gettext_lazy("De")),
    ("To", gettext_lazy("À")),
    ("Reply-To", gettext_lazy("Répondre à")),
    ("Subject", gettext_lazy("Objet")),
    ("Message-ID", "Message-ID"),
)
#: What a browser may show in place; the rest is downloaded.
_IN_PLACE = frozenset({"application/pdf"})


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page that the button was on, if it is one of ours."""
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    # As an address: redirect() would take a bare word for the name of a view.
    return HttpResponseRedirect(address) if safe and address else redirect("rehearsal:home")


@require_safe
@rehearsal_only
def home(request: HttpRequest) -> HttpResponse:
    """The ten steps of the road, and who plays whom."""
    context = {
        "candidates": cast.CANDIDATES,
        "hr": cast.HR,
        "second_hr": cast.SECOND_HR,
        "jurors": (*cast.JURORS, *cast.SUBSTITUTES),
        "authority": cast.AUTHORITY,
        "auditor": cast.AUDITOR,
        "posting": visible_postings().first(),
    }
    return render(request, "rehearsal/home.html", context)


@require_POST
@rehearsal_only
def play(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demonstration accounts, and as no other."""
    parts = {part.name: part for part in cast.CAST}
    part = parts.get(request.POST.get("part", ""))
    if part is None:
        raise Http404
    login(request, cast.enter(part), backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("accounts:home")


@require_POST
@rehearsal_only
def move_clock(request: HttpRequest) -> HttpResponse:
    """Move the clock of record on, and come back to the same page."""
    try:
        pace.move_on(step=request.POST.get("step", ""), by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(
            request, _("L'horloge de référence a avancé. Ce qui est dû se fait dans les secondes qui suivent.")
        )
    return _back(request)


@require_safe
@rehearsal_only
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every message that was sent. Open to all, since the sign-in codes are in it."""
    recipient = request.GET.get("a", "").strip()
    everything = mail.newest_first()
    shown = [heading for heading in everything if not recipient or heading.recipient.lower() == recipient.lower()]
    context = {
        "mails": shown,
        "recipient": recipient,
        "recipients": sorted({heading.recipient for heading in everything}),
    }
    return render(request, "rehearsal/mailbox.html", context)


@require_safe
@rehearsal_only
def message(request: HttpRequest, name: str) -> HttpResponse:
    """One message: headers, text, HTML, what came with it."""
    kept = mail.get_message_or_404(name)
    context = {
        "name": name,
        "headers": [(label, kept[header]) for header, label in _HEADERS if kept[header]],
        "subject": kept["Subject"],
        "text": mail.body(kept, "plain"),
        "has_html": bool(mail.body(kept, "html")),
        "enclosures": mail.enclosures(kept),
    }
    return render(request, "rehearsal/message.html", context)


@require_safe
@rehearsal_only
def message_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML of a message, for its frame."""
    html = mail.body(mail.get_message_or_404(name), "html")
    if not html:
        raise Http404
    framed = html.replace("<head>", '<head><base target="_top">', 1)
    return HttpResponse(framed, headers={"Content-Security-Policy": _MAIL_POLICY})


@require_safe
@rehearsal_only
def enclosure(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """What came with a message."""
    found = mail.get_enclosure_or_404(mail.get_message_or_404(name), number)
    response = HttpResponse(found.content, content_type=found.content_type)
    in_place = found.content_type in _IN_PLACE
    response.headers["Content-Disposition"] = content_disposition_header(not in_place, found.name) or "attachment"
    return response
