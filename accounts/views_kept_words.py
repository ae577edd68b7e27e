"""What a person types is not lost because their session ended, or because their page's token was too old.

Such a POST can't be accepted; it is put by in the visitor's own session, and the same page shows it again, not saved,
once its author has signed in. Only a page drawn for a person can put words by, and only for that person: a hidden field
names them under the installation's key. What is put by is bounded, kept an hour, never logged, and dropped as soon as
anybody else signs in. With JavaScript the device keeps what was typed (``static/js/autosave.js``), and this is not used.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.models import User

#: Where they stand in the session; the hidden field that names the author; the button that gives them up.
SESSION, AUTHOR, DISCARD = "kept_words", "author", "discard_words"
KEPT_FOR = timedelta(hours=1)
MOST_BYTES, MOST_PAGES = 200_000, 3

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
_signer = Signer(salt="accounts.kept_words")


@dataclass(frozen=True)
class Kept:
    """The words put by for one page, and when."""

    words: QueryDict
    at: datetime


def is_autosave(request: HttpRequest) -> bool:
    """Whether a page saves by itself: its words stand on it still."""
    return "X-Autosave" in request.headers


def author_field(user: User) -> str:
    """The value of the hidden field in a page drawn for ``user``."""
    return _signer.sign(str(user.public_id))


def page_author(request: HttpRequest) -> dict[str, Any]:
    """Context of every template; signed only where a form asks for it."""
    user = getattr(request, "user", None)
    return {"page_author": SimpleLazyObject(lambda: author_field(user) if isinstance(user, User) else "")}


def _author(words: QueryDict) -> str:
    """Whose page it was; empty when it doesn't tell."""
    try:
        return _signer.unsign(words.get(AUTHOR, ""))
    except BadSignature:
        return ""


def put_by(request: HttpRequest) -> bool:
    """Put by what was sent; whether it could be."""
    author = _author(request.POST)
    user = request.user
    if not author or (isinstance(user, User) and str(user.public_id) != author):
        return False
    words = request.POST.copy()
    for name in ("csrfmiddlewaretoken", AUTHOR):
        words.pop(name, None)
    text = words.urlencode()
    if len(text) > MOST_BYTES:
        return False
    pages = {path: kept for path, kept in request.session.get(SESSION, {}).items() if kept["author"] == author}
    pages.pop(request.path, None)
    pages[request.path] = {"author": author, "at": timezone.now().timestamp(), "words": text}
    request.session[SESSION] = dict(list(pages.items())[-MOST_PAGES:])
    return True


def find(request: HttpRequest) -> Kept | None:
    """What was put by for this page by the person who asks for it. Whatever is another's, or old, is dropped."""
    pages: dict[str, dict[str, Any]] = request.session.get(SESSION, {})
    if not pages or not isinstance(request.user, User):
        return None
    mine, oldest = str(request.user.public_id), (timezone.now() - KEPT_FOR).timestamp()
    sound = {path: kept for path, kept in pages.items() if kept["author"] == mine and kept["at"] > oldest}
    if sound != pages:
        request.session[SESSION] = sound
    kept = sound.get(request.path)
    return Kept(QueryDict(kept["words"]), datetime.fromtimestamp(kept["at"], UTC)) if kept else None


def drop(request: HttpRequest) -> None:
    """Forget what was put by for this page."""
    pages = request.session.get(SESSION, {})
    if pages.pop(request.path, None):
        request.session[SESSION] = pages


def words_of(request: HttpRequest) -> QueryDict | None:
    """What a form is to show: what was just sent, or was put by; None for what is stored."""
    if request.method == "POST":
        return request.POST
    kept: Kept | None = getattr(request, "kept_words", None)
    return kept.words if kept else None


def keeps_words(view: View[P]) -> View[P]:
    """Mark a view whose form reads :func:`words_of`: what a signed-out person sends to it is put by."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return _signed_out(request) or view(request, *args, **kwargs)
        if request.method == "POST":
            if (refusal := _not_theirs(request)) is not None:
                return refusal
            drop(request)
            if DISCARD in request.POST:
                return redirect(request.get_full_path())
        else:
            request.kept_words = find(request)  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    guarded.keeps_words = True  # type: ignore[attr-defined]
    return guarded


def _signed_out(request: HttpRequest) -> HttpResponseBase | None:
    """Answer a page that saves by itself; else put its words by, and let the view ask to sign in."""
    if request.method != "POST":
        return None
    if is_autosave(request):
        return JsonResponse({}, status=401)
    if put_by(request):
        said = _(
            "Votre session avait pris fin. Votre saisie n’est pas encore enregistrée, mais elle est gardée une heure :"
        )
        messages.warning(request, f"{said} {_('reconnectez-vous pour la retrouver.')}")
    return None


def _not_theirs(request: HttpRequest) -> HttpResponseBase | None:
    """Refuse what was typed on a page drawn for another person: it is not theirs to save, nor to be shown."""
    author = _author(request.POST)
    if not author or author == str(getattr(request.user, "public_id", "")):
        return None
    said = _("Rien n’a été enregistré : cette page avait été ouverte par une autre personne.")
    if is_autosave(request):
        return JsonResponse({"message": said}, status=409)
    messages.error(request, said)
    return redirect(request.get_full_path())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page whose token is too old: its words are put by where they can be, and the way back to them is shown."""
    match = request.resolver_match
    keeps = match is not None and getattr(match.func, "keeps_words", False) and not is_autosave(request)
    # Without its cookie the browser refuses them all, and would not find its session again.
    kept = keeps and reason != REASON_NO_CSRF_COOKIE and put_by(request)
    return render(request, "403_csrf.html", {"kept": kept, "back": request.get_full_path()}, status=403)
