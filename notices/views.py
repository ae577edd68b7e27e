"""A person's letters, and HR's preview of them."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from notices import letters, mailer
from notices.models import Notice
from notices.policy import get_own_letter_or_404


def as_pdf(notice: Notice) -> HttpResponse:
    """The stored letter, shown in place and kept by no cache."""
    response = HttpResponse(letters.render(notice), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{mailer.letter_name(notice)}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_safe
def letter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The letter to its addressee."""
    return as_pdf(get_own_letter_or_404(request.user, public_id))
