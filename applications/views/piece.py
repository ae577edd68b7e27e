"""A piece that HR asked for: sent whole by a plain form, or in pieces by the page's script, as into a draft."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from applications.exchanges import pieces
from applications.forms_exchanges import PieceForm
from applications.models import Application, PieceRequest, Upload
from applications.policy_exchanges import get_own_request_or_404, is_followed
from applications.uploads import NoRoom, Unfinished
from applications.views.after import form_methods
from applications.views.page import own_file, show
from applications.views.uploads import answered, by_script, said
from journal import clock


def _page(request: HttpRequest, asked: PieceRequest, form: PieceForm, status: int = 200) -> HttpResponse:
    now = clock.now()
    context: dict[str, Any] = {
        "asked": asked,
        "form": form,
        "in_time": now < asked.due_at and is_followed(asked.application),
        "overdue": now >= asked.due_at,
        "on_their_way": asked.application.uploads.filter(requirement=asked.requirement).select_related("requirement"),
    }
    return show(request, asked.application, "piece.html", status=status, sent=asked.documents.first(), **context)


def _parts(asked: PieceRequest, form: PieceForm) -> list[Upload]:
    """What came in pieces, in the form's order. Raises Http404 for a part that is no more."""
    held = {upload.public_id: upload for upload in asked.application.uploads.filter(requirement=asked.requirement)}
    try:
        return [held[part] for part in form.cleaned_data["parts"]]
    except KeyError as error:
        raise Http404 from error


def _receive(asked: PieceRequest, form: PieceForm) -> None:
    """Take in what the form names. Raises as :func:`applications.exchanges.pieces.receive`."""
    try:
        pieces.receive(request=asked, files=form.given(), by=asked.application.candidate, parts=_parts(asked, form))
    except (Http404, Unfinished):
        # The answer to an earlier press was lost: then it is done.
        parts = form.cleaned_data["parts"]
        if not (parts and asked.documents.filter(public_id=parts[0]).exists()):
            raise


@form_methods
@own_file
def piece(request: HttpRequest, application: Application, public_id: UUID) -> HttpResponse:
    """What is asked for, why, until when, and the way to send it."""
    asked = get_own_request_or_404(request.user, application.posting.slug, public_id)
    if request.method != "POST":
        return _page(request, asked, PieceForm(request=asked))
    form = PieceForm(request.POST, request.FILES, request=asked)
    return _for_script(request, asked, form) if by_script(request) else _for_person(request, asked, form)


def _for_person(request: HttpRequest, asked: PieceRequest, form: PieceForm) -> HttpResponse:
    slug = asked.application.posting.slug
    try:
        if not form.is_valid():
            return _page(request, asked, form, 422)
        _receive(asked, form)
    except ValidationError as error:
        form.add_error("file", error)
        return _page(request, asked, form, 422)
    except Unfinished:
        form.add_error("file", _("Une partie du fichier manque encore : choisissez-le de nouveau."))
        return _page(request, asked, form, 422)
    except NoRoom as refused:
        words = _("Nous ne pouvons rien enregistrer en ce moment : réessayez dans quelques minutes.")
        form.add_error("file", words)
        return _page(request, asked, form, refused.status)
    except pieces.Overdue as late:
        return show(request, asked.application, "piece_late.html", status=409, late=late, asked=asked)
    except pieces.RequestOver:
        return _page(request, asked, form, 409)
    messages.success(request, _("La pièce est reçue et vérifiée. Un courriel vous le confirme."))
    return redirect("applications:piece", slug, asked.public_id)


def _for_script(request: HttpRequest, asked: PieceRequest, form: PieceForm) -> HttpResponse:
    """The page as it is now, of which the script takes the section; or in JSON what won't do."""
    slug = asked.application.posting.slug
    if not form.is_valid():
        return said("invalid", " ".join(str(words) for errors in form.errors.values() for words in errors), 422)

    def receive() -> HttpResponse:
        _receive(asked, form)
        fresh = get_own_request_or_404(request.user, slug, asked.public_id)
        return _page(request, fresh, PieceForm(request=fresh))

    try:
        return answered(asked.application, receive)
    except Http404:
        return said("gone", _("Cet envoi n’existe plus : choisissez de nouveau le fichier."), 404)
    except pieces.Overdue:
        return said("overdue", _("Ce fichier n’a pas été reçu : il est arrivé après la fin du délai."), 409)
    except pieces.RequestOver:
        return said("over", _("Cette pièce n’est plus attendue : rechargez la page."), 409)
