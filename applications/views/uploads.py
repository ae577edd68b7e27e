"""Files that come in pieces: the tus protocol 1.0.0, with its extensions creation, expiration and termination.

https://tus.io/protocols/resumable-upload. What goes wrong is said as JSON: a ``code`` for the script, and a ``message``, in
words, for the person.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from applications import policy
from applications import uploads as acts
from applications.drafts import NotEditable
from applications.models import Application, Upload
from journal import clock

P = ParamSpec("P")
VERSION = "1.0.0"
_PIECE = "application/offset+octet-stream"


def said(code: str, message: str, status: int, **headers: str) -> JsonResponse:
    """An answer for the script and, in words, for the person."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JsonResponse({"code": code, "message": message}, status=status, headers=named)


def not_received(application: Application) -> str:
    """Why nothing more is taken in, with the instant by the clock of record."""
    context = {"application": application, "now": clock.now()}
    return render_to_string("applications/_not_received.txt", context).strip()


def by_script(request: HttpRequest) -> bool:
    """Whether the page's own script asks, and not a form of it."""
    return request.headers.get("Accept") == "application/json"


def no_room() -> str:
    return _("Nous ne pouvons rien enregistrer en ce moment. Ce qui est déjà reçu est gardé : l’envoi reprendra.")


class _Malformed(Exception):
    """A request that no script of ours makes; the protocol wants its status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def answered(application: Application, act: Callable[[], HttpResponse]) -> HttpResponse:
    """What the act answers, or what it refuses in words."""
    try:
        return act()
    except ValidationError as error:
        status = 413 if error.code in ("too_big", "photo_too_big") else 422
        return said(error.code or "invalid", " ".join(error.messages), status)
    except NotEditable:
        application.refresh_from_db()
        return said("not_editable", not_received(application), 409)
    except acts.WrongOffset as error:
        return said("wrong_offset", _("L’envoi continue ailleurs."), 409, Upload_Offset=str(error.offset))
    except acts.Unfinished:
        return said("unfinished", _("Une partie du fichier manque encore : l’envoi reprend."), 409)
    except acts.NoRoom as refused:
        return said("no_room", no_room(), refused.status)
    except (_Malformed, UnreadablePostError) as error:
        return said("malformed", _("Cette demande est mal formée."), getattr(error, "status", 400))


def _spoken(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Speak the protocol: its version both ways, and JSON to who is signed out or finds nothing.

    Whose the file is is settled before its version, so that strangers learn nothing from the answer.
    """

    @wraps(view)
    def speaking(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            words = _("Votre session a pris fin. Reconnectez-vous dans un autre onglet : l’envoi reprendra.")
            return said("signed_out", words, 403)
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            words = _("Cet envoi n’existe plus : choisissez de nouveau le fichier.")
            response = said("gone", words, 404)
        response["Tus-Resumable"] = VERSION
        return response

    return speaking


def _unspoken(request: HttpRequest, application: Application) -> HttpResponse | None:
    """What the protocol answers before any act: its own description, or that this is another protocol."""
    if _method(request) == "OPTIONS":
        extensions = "creation,expiration,termination"
        limits = application.posting.requirements.values_list("max_bytes", "photo_bytes")
        most = max(size for pair in limits for size in pair)
        headers = {"Tus-Version": VERSION, "Tus-Extension": extensions, "Tus-Max-Size": str(most)}
        return HttpResponse(status=204, headers=headers)
    if request.headers.get("Tus-Resumable") != VERSION:
        return HttpResponse(status=412, headers={"Tus-Version": VERSION})
    return None


def _method(request: HttpRequest) -> str:
    """Some networks let only GET and POST through: the protocol has a header for the rest. A GET has no CSRF check."""
    method = request.method or ""
    return request.headers.get("X-HTTP-Method-Override", method) if method == "POST" else method


def _number(request: HttpRequest, header: str) -> int:
    value = request.headers.get(header, "")
    if not value.isascii() or not value.isdigit() or len(value) > 15:
        raise _Malformed(400)
    return int(value)


def _metadata(request: HttpRequest) -> dict[str, str]:
    """Upload-Metadata: ``key base64,key base64``."""
    pairs = [pair.split() for pair in request.headers.get("Upload-Metadata", "").split(",") if pair.strip()]
    try:
        return {pair[0]: base64.b64decode("".join(pair[1:]), validate=True).decode() for pair in pairs}
    except (binascii.Error, UnicodeDecodeError) as error:
        raise _Malformed(400) from error


def _metadata_of(upload: Upload) -> str:
    told = {"filename": upload.name, "requirement": upload.requirement.code}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())


def _standing(upload: Upload, offset: int) -> dict[str, str]:
    """How far the file has come, and until when it is kept."""
    expires = http_date((upload.touched_at + acts.KEPT).timestamp())
    return {"Upload-Offset": str(offset), "Upload-Expires": expires}


@_spoken
def uploads(request: HttpRequest, slug: str) -> HttpResponse:
    """Announce a file (POST)."""
    application = policy.get_own_application_or_404(request.user, slug)
    return _unspoken(request, application) or answered(application, lambda: _begin(request, application))


def _begin(request: HttpRequest, application: Application) -> HttpResponse:
    if _method(request) != "POST":
        raise _Malformed(405)
    told = _metadata(request)
    requirement = next(
        (one for one in application.posting.requirements.all() if one.code == told.get("requirement")), None
    )
    if requirement is None:
        raise _Malformed(400)
    upload = acts.begin(
        application=application,
        requirement=requirement,
        name=told.get("filename", ""),
        size=_number(request, "Upload-Length"),
        by=application.candidate,
    )
    where = reverse("applications:upload", args=[upload.public_id])
    return HttpResponse(status=201, headers={"Location": where, **_standing(upload, 0)})


@_spoken
def upload(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How much of a file has come (HEAD), the next piece of it (PATCH), or that nobody wants it any more (DELETE)."""
    mine = policy.get_own_upload_or_404(request.user, public_id)
    return _unspoken(request, mine.application) or answered(
        mine.application, lambda: _BY_METHOD.get(_method(request), _refused)(request, mine)
    )


def _refused(request: HttpRequest, upload: Upload) -> HttpResponse:
    raise _Malformed(405)


def _told(request: HttpRequest, upload: Upload) -> HttpResponse:
    headers = _standing(upload, acts.offset_of(upload))
    headers |= {"Upload-Length": str(upload.size), "Upload-Metadata": _metadata_of(upload), "Cache-Control": "no-store"}
    if "sha-256" in request.headers.get("Want-Repr-Digest", ""):  # RFC 9530: is this the file that was begun?
        digest = base64.b64encode(hashlib.sha256(acts.received(upload)).digest()).decode()
        headers["Repr-Digest"] = f"sha-256=:{digest}:"
    return HttpResponse(headers=headers)


def _continued(request: HttpRequest, upload: Upload) -> HttpResponse:
    if request.content_type != _PIECE:
        raise _Malformed(415)
    offset = _number(request, "Upload-Offset")
    # A line that breaks here gives fewer bytes than it promised: they are a piece all the same.
    piece = request.read(min(max(upload.size - offset, 0) + 1, settings.PMP_MAX_BODY))
    longer = acts.append(upload=upload, offset=offset, piece=piece, by=upload.application.candidate)
    return HttpResponse(status=204, headers=_standing(longer, longer.received))


def _given_up(request: HttpRequest, upload: Upload) -> HttpResponse:
    acts.give_up(upload=upload, by=upload.application.candidate)
    return HttpResponse(status=204)


_BY_METHOD: Mapping[str, Callable[[HttpRequest, Upload], HttpResponse]] = {
    "HEAD": _told,
    "PATCH": _continued,
    "DELETE": _given_up,
}
