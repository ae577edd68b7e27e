"""The only place in the project that assigns an application's state."""

from datetime import datetime
from typing import Any

from accounts.models import User
from applications.models import Application, Move
from applications.states import State, may_move
from journal.append import append
from journal.models import Entry
from postings.locks import refuse_if_cancelled


class MoveRefused(Exception):
    """The table of moves doesn't allow it."""


def move(
    application: Application, to: State, *, kind: str, at: datetime, by: User | None, facts: dict[str, Any]
) -> Entry:
    """Move a locked application, with its journal entry and its row of history; save it whole.

    The caller holds the row's lock and has authorised the act. ``by=None`` is the system itself.
    Raises MoveRefused when the table doesn't allow the move, PostingCancelled once the posting is: what is left is to lapse.
    """
    if to != State.LAPSED:
        refuse_if_cancelled(application.posting)
    if not may_move(application.state, to):
        raise MoveRefused(f"{application.state} -> {to}")
    old = application.state
    actor = by.actor if by else "system"
    entry = append(kind, at=at, actor=actor, subject=application.subject, facts={"from": old, "to": str(to), **facts})
    Move.objects.create(application=application, from_state=old, to_state=to, at=at, by=by, entry=entry)
    application.state = to
    application.save()
    return entry
