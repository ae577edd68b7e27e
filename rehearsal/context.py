"""What the banner of a rehearsal shows, on every page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.policy import Visitor
from journal import clock
from rehearsal import codes
from rehearsal.codes import DemoCode
from rehearsal.pace import brink
from rehearsal.policy import is_rehearsal, may_move_clock


@dataclass(frozen=True)
class Banner:
    """The clock of record, the moments that the person may move it to, and the code of who plays a part."""

    now: datetime
    running: bool
    may_move: bool
    brink: datetime | None
    code: DemoCode | None


def _banner(user: Visitor) -> Banner:
    now = clock.now()
    may_move = may_move_clock(user)
    ahead = brink() if may_move else None
    return Banner(
        now=now,
        running=not clock.is_stopped(),
        may_move=may_move,
        brink=ahead if ahead and ahead > now else None,
        code=codes.current(user),
    )


def banner(request: HttpRequest) -> dict[str, Any]:
    """The banner, read only by a page that draws it; nothing at all outside a rehearsal."""
    if not is_rehearsal():
        return {}
    return {"rehearsal_banner": SimpleLazyObject(lambda: _banner(getattr(request, "user", None)))}
