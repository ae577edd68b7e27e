"""What every answer carries, whoever made it."""

import logging
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render

from applications.storages import StorageDown
from pmp_recruit.logs import request_id
from pmp_recruit.metrics.requests import COUNTS
from postings.locks import PostingCancelled

logger = logging.getLogger("pmp_recruit.request")

#: What a stranger may make up is neither logged nor counted.
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
Answer = Callable[[HttpRequest], HttpResponseBase]

_PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb", "browsing-topics")
)


def headers(get_response: Answer) -> Answer:
    """Refuse the browser's powers, other sites' embedding, and every cache unless the answer names its own.

    ``no-store`` keeps a signed-out person's pages from the back button of a shared computer.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.setdefault("Permissions-Policy", _PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def compress(get_response: Answer) -> Answer:
    """Send pages compressed to a browser that takes it: on a bad line, that is most of the wait.

    Django pads each answer by a random length, so that its size tells nothing of a secret in it (BREACH). Documents,
    which come in pieces and are compressed already, go as they are.
    """
    gzip = GZipMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html"):
            return gzip.process_response(request, response)
        return response

    return middleware


def bounds(get_response: Answer) -> Answer:
    """Refuse, before anything reads it, an address with a NUL (400) and a body that no form of ours sends (413).

    PostgreSQL keeps no NUL; a form's own fields refuse it with words. Django bounds a form's texts, not its files.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return render(request, "400.html", status=400)
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.PMP_MAX_BODY:
            return render(request, "413.html", status=413)
        return get_response(request)

    return middleware


class StorageIsDown:
    """A page that needs a stored file while the bucket doesn't answer says so (503): the rest of the site goes on."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, StorageDown):
            return None
        logger.error("The storage doesn't answer: %s", exception)
        response = render(request, "503.html", status=503)
        response["Retry-After"] = "60"
        return response


def cancelled(get_response: Answer) -> Answer:
    """Say, where a view has no words of its own for it, that the posting was cancelled meanwhile (409)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if not isinstance(exception, PostingCancelled):
            return None
        if "X-Autosave" in request.headers:
            return JsonResponse({"message": " ".join(exception.messages)}, status=409)
        return render(request, "409_cancelled.html", status=409)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def request_log(get_response: Answer) -> Answer:
    """Give each request an id, sent back as ``X-Request-Id``, and one line of log that names its view, not its path."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        # Not reset at the end: Django's own line on a refused request comes after every middleware.
        request_id.set(secrets.token_hex(6))
        started = time.perf_counter()
        response = get_response(request)
        response["X-Request-Id"] = request_id.get()
        view = request.resolver_match.view_name if request.resolver_match else "-"
        seconds = time.perf_counter() - started
        method = request.method if request.method in _METHODS else "OTHER"
        COUNTS.observe(method=method, view=view, status=response.status_code, seconds=seconds)
        facts = {"method": method, "view": view, "status": response.status_code, "milliseconds": round(seconds * 1000)}
        logger.info("%(method)s %(view)s %(status)s %(milliseconds)s ms", facts, extra={"facts": facts})
        return response

    return middleware
