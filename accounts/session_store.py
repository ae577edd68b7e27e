"""Sessions in the database that know whose they are, so that a person can see and end their own."""

from datetime import UTC, datetime
from typing import Any, cast

from django.contrib.auth import SESSION_KEY, user_logged_in
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts import devices
from accounts.models import Session

#: What the session itself carries of the sign-in, beside what Django keeps there.
DEVICE, SIGNED_IN = "device", "signed_in_at"


class SessionStore(DatabaseStore):
    """Django's own, its row told by its data: a changed key or a new save loses nothing."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        self.row = super()._get_session_from_db()  # type: ignore[misc]
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast(Session, super().create_model_instance(data))
        row.user_id, row.device = data.get(SESSION_KEY), data.get(DEVICE, "")
        row.signed_in_at = datetime.fromtimestamp(data[SIGNED_IN], UTC) if SIGNED_IN in data else None
        row.seen_at = timezone.now()
        return row


@receiver(user_logged_in)
def note_sign_in(sender: Any, *, request: HttpRequest, **_kwargs: Any) -> None:
    """Keep with the new session when and on what it began. Django's signal: every way of signing in passes here."""
    request.session[DEVICE] = devices.words(request.META.get("HTTP_USER_AGENT", ""))
    request.session[SIGNED_IN] = timezone.now().timestamp()
