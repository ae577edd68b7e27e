"""The page that a Prometheus reads. To everybody else it doesn't exist."""

from hmac import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pmp_recruit.metrics import gauges, requests, text

_LOOPBACK = frozenset({"127.0.0.1", "::1"})


def _may_read(request: HttpRequest) -> bool:
    """With the token where one is set; else from this machine itself, and not through a proxy on it."""
    if settings.PMP_METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return compare_digest(given.encode(), f"Bearer {settings.PMP_METRICS_TOKEN}".encode())
    forwarded = {"X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"} & set(request.headers)
    return request.META.get("REMOTE_ADDR") in _LOOPBACK and not forwarded


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Every metric, in the Prometheus text format. 404 to whom it isn't for."""
    if not _may_read(request):
        raise Http404
    families = [*requests.families(), *gauges.families()]
    return HttpResponse(text.write(families), content_type=text.CONTENT_TYPE)
