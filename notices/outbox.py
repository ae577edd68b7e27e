"""Owing a message: prepare, approve, release, recall. What happens once it leaves is :mod:`notices.delivery`'s."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr, is_hr_head
from journal import clock
from journal.append import append
from notices import texts
from notices.kinds import KINDS
from notices.models import Attachment, Deed, Notice, NoticeAct, NoticeState

LETTERS = frozenset(kind for kind, rule in KINDS.items() if rule.letter)
BEFORE_RELEASE = frozenset({NoticeState.PREPARED, NoticeState.APPROVED, NoticeState.RECALLED})


class NoticeRefused(Exception):
    """The notice's state doesn't allow the act."""


@dataclass(frozen=True)
class Enclosure:
    """A small text sent with a notice."""

    name: str
    content_type: str
    content: str


def enqueue(
    *,
    key: str,
    kind: str,
    to: User | str,
    context: dict[str, Any],
    at: datetime | None = None,
    campaign: str = "",
    subject: str = "",
    enclosures: Iterable[Enclosure] = (),
    prepared_by: User | None = None,
) -> Notice:
    """Owe a message, in the transaction of the act that owes it. The same key twice gives the same row.

    ``to`` is an account or a bare address; ``context`` the merge fields of the kind, plain JSON, times as
    ISO 8601. A kind without approval is released at once. ``prepared_by``: who prepared what it tells, and may not approve it.
    Raises ValueError for an unknown kind or field.
    """
    rule = KINDS.get(kind)
    if rule is None:
        raise ValueError(f"{kind!r} is not a kind of notice.")
    if set(context) != rule.fields:
        raise ValueError(f"{kind}: fields {sorted(set(context) ^ rule.fields)} are missing or unknown.")
    moment = at or clock.now()
    recipient = to if isinstance(to, User) else None
    notice, created = Notice.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "campaign": campaign,
            "subject": subject,
            "recipient": recipient,
            "address": to.email if isinstance(to, User) else to,
            "context": context,
            "created_at": moment,
            "state": NoticeState.PREPARED if rule.approval else NoticeState.RELEASED,
            "released_at": None if rule.approval else moment,
            "expires_at": _end_of_a_secret() if rule.urgent else None,
            "text_version": texts.version_for(kind=kind, context=context, campaign=campaign),
            "prepared_by": prepared_by,
        },
    )
    if created:
        Attachment.objects.bulk_create(
            Attachment(notice=notice, name=e.name, content_type=e.content_type, content=e.content) for e in enclosures
        )
        facts = {"kind": kind, **_words_of(notice)}
        append("notice.prepared", at=moment, actor="system", subject=notice.journal_subject, facts=facts)
    return notice


def _words_of(notice: Notice) -> dict[str, str]:
    """What the journal says of the words that HR wrote; nothing of the project's own."""
    return {"text": notice.text_version.sha256} if notice.text_version else {}


def _end_of_a_secret() -> datetime:
    return clock.real() + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


def approve(*, notice: Notice, by: User, release_at: datetime | None = None, reason: str = "") -> Notice:
    """Let a prepared or recalled notice leave at ``release_at``, recallable until then; at once by default.

    Raises PermissionDenied for anyone but HR, NoticeRefused once it is approved or gone, was called off, or is theirs: who
    prepared what it tells, or wrote its words, doesn't approve it.
    """
    only_head(by)
    with transaction.atomic():
        now = clock.now()
        found = locked(notice, {NoticeState.PREPARED, NoticeState.RECALLED})
        if not KINDS[found.kind].approval:
            raise NoticeRefused(_("Ce message n’a plus d’objet : il ne part plus."))
        _approve(found, by, release_at or now, now)
    return found


def approve_all(*, campaign: str, kind: str, by: User, release_at: datetime | None = None) -> int:
    """Approve every prepared notice of one kind in one campaign, for one instant; how many there were.

    Raises PermissionDenied for anyone but the head of HR; NoticeRefused, and approves none, when one of them is theirs.
    """
    only_head(by)
    with transaction.atomic():
        now = clock.now()
        waiting = Notice.objects.select_for_update(of=("self",)).select_related("text_version")
        found = list(waiting.filter(campaign=campaign, kind=kind, state=NoticeState.PREPARED).order_by("pk"))
        for notice in found:
            _approve(notice, by, release_at or now, now)
    return len(found)


def own_work(notice: Notice, by: User) -> str:
    """Why the person may not approve the notice, in words; empty when they may: four eyes, so not their own work."""
    if notice.prepared_by_id == by.pk:
        return _("Vous avez préparé cette décision : une autre personne des ressources humaines approuve ses lettres.")
    if notice.text_version is not None and notice.text_version.by_id == by.pk:
        return _("Vous avez écrit le texte de cette lettre : une autre personne des ressources humaines l’approuve.")
    return ""


def _approve(notice: Notice, by: User, release_at: datetime, now: datetime) -> None:
    if why := own_work(notice, by):
        raise NoticeRefused(why)
    notice.state = NoticeState.APPROVED
    notice.approved_at, notice.release_at = now, release_at
    notice.save(update_fields=["state", "approved_at", "release_at"])
    record(notice, "notice.approved", by=by, at=now, facts={"release_at": release_at, **_words_of(notice)})


def recall(*, notice: Notice, by: User, reason: str) -> Notice:
    """Hold back a notice that hasn't been released; it can be approved again.

    Raises PermissionDenied for anyone but HR, NoticeRefused once it is released.
    """
    only_hr(by)
    with transaction.atomic():
        found = locked(notice, {NoticeState.PREPARED, NoticeState.APPROVED})
        found.state, found.approved_at, found.release_at = NoticeState.RECALLED, None, None
        found.save(update_fields=["state", "approved_at", "release_at"])
        record(found, "notice.recalled", by=by, at=clock.now(), reason=reason)
    return found


def call_off(*, kind: str, subject: str, at: datetime, key: str = "") -> int:
    """Recall the messages of one kind about one subject that have not left: what they ask for is done, or over.

    ``key``: only those whose key begins so. In the transaction of the act that leaves them without object. One whose dialogue has begun is gone. How many there were.
    """
    idle = Notice.objects.select_for_update().filter(kind=kind, subject=subject, state=NoticeState.RELEASED)
    found = list(idle.filter(key__startswith=key).order_by("pk"))
    for notice in found:
        notice.state = NoticeState.RECALLED
        notice.save(update_fields=["state"])
        append("notice.recalled", at=at, actor="system", subject=notice.journal_subject, facts={})
    return len(found)


def release_due() -> int:
    """Release what is approved and due; how many.

    The letters of one kind in one campaign are released together, at one instant, or none of them:
    they wait for the last to be approved and due. A recalled one keeps nobody waiting.
    """
    released = 0
    for campaign, kind in _groups_waiting():
        with transaction.atomic():
            released += _release(campaign, kind)
    return released


def _groups_waiting() -> list[tuple[str, str]]:
    due = Notice.objects.filter(state=NoticeState.APPROVED, release_at__lte=clock.now())
    return list(due.order_by().values_list("campaign", "kind").distinct())


def _release(campaign: str, kind: str) -> int:
    now = clock.now()
    group = Notice.objects.select_for_update().filter(
        campaign=campaign, kind=kind, state__in=[NoticeState.PREPARED, NoticeState.APPROVED]
    )
    found = list(group.order_by("pk"))
    if any(n.state != NoticeState.APPROVED or n.release_at is None or n.release_at > now for n in found):
        return 0
    # By lot: neither the register nor the order of arrival tells who comes first.
    random.SystemRandom().shuffle(found)
    for turn, notice in enumerate(found, start=1):
        notice.state, notice.released_at, notice.turn = NoticeState.RELEASED, now, turn
        append("notice.released", at=now, actor="system", subject=notice.journal_subject, facts={})
    Notice.objects.bulk_update(found, ["state", "released_at", "turn"])
    return len(found)


def visible_to(user: User) -> QuerySet[Notice]:
    """The letters that a person may read: their own, once released."""
    return (
        Notice.objects.filter(recipient=user, kind__in=LETTERS)
        .filter(~Q(state__in=BEFORE_RELEASE))
        .order_by("-released_at")
    )


def record(
    notice: Notice, kind: str, *, by: User, at: datetime, reason: str = "", facts: dict[str, Any] | None = None
) -> None:
    """Keep what a person did about a notice: the reason beside it, the bare fact in the journal."""
    NoticeAct.objects.create(notice=notice, deed=Deed(kind.removeprefix("notice.")), by=by, at=at, reason=reason)
    append(kind, at=at, actor=by.actor, subject=notice.journal_subject, facts=facts or {})


def only_hr(by: User) -> None:
    """Raise PermissionDenied unless the person is HR."""
    if not is_hr(by):
        raise PermissionDenied


def only_head(by: User) -> None:
    """Raise PermissionDenied unless the person is the head of HR: what leaves can't be taken back."""
    if not is_hr_head(by):
        raise PermissionDenied


def locked(notice: Notice, allowed: set[NoticeState]) -> Notice:
    """The notice, its row held until the transaction's end. Raises NoticeRefused in any other state."""
    found = Notice.objects.select_for_update().get(pk=notice.pk)
    if found.state not in allowed:
        raise NoticeRefused(found.get_state_display())
    return found
