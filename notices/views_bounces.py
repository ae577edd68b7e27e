"""A relay that reports non-delivery by itself brings the report here, with the secret that was agreed on."""

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notices.bounces import receive
from notices.dsn import MOST


@csrf_exempt  # no browser, no session: the secret alone opens it
@require_POST
def bounce(request: HttpRequest) -> HttpResponse:
    """One report (RFC 3464), whole, as the body. 204 once it is kept; 404 where no secret is set, 403 for another."""
    if not settings.PMP_BOUNCES_SECRET:
        raise Http404
    said = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(said.encode(), settings.PMP_BOUNCES_SECRET.encode()):
        return HttpResponse(status=403)
    raw = request.read(MOST + 1)
    if len(raw) > MOST:
        return HttpResponse(status=413)
    receive(raw=raw, source="webhook")
    return HttpResponse(status=204)
