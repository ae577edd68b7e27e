"""What comes back: a report of non-delivery finds its notice, or waits for HR to see it."""

import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from journal import clock
from journal.append import append
from notices import attempts, dsn
from notices.models import Bounce, Delivery, Notice, NoticeState, Outcome
from notices.outbox import only_hr

#: Thought to have arrived, or perhaps.
_CLOSED = frozenset({NoticeState.SENT, NoticeState.UNCERTAIN})


def receive(*, raw: bytes, source: str) -> Bounce:
    """Keep a message that came back, once, and say of its notice what it tells: the system's act, whoever brings it.

    A failure makes a notice that was sent, or uncertain, a failed one. A report on another address than the notice's, a delay or
    a success changes nothing: HR sees it.
    """
    sha256 = hashlib.sha256(raw).hexdigest()
    report = dsn.read(raw)
    with transaction.atomic():
        notice = _notice(report)
        bounce, created = Bounce.objects.get_or_create(
            sha256=sha256,
            defaults={
                "received_at": clock.now(),
                "source": source,
                "notice": notice,
                "action": report.action if report else "",
                "status": report.status if report else "",
                "detail": report.detail if report else "",
                "words": "" if notice else dsn.excerpt(raw),
            },
        )
        if created:
            _apply(bounce, report)
            facts = {
                "status": bounce.status,
                "notice": notice.journal_subject if notice else "",
                "applied": bounce.applied,
            }
            append("bounce.received", at=bounce.received_at, actor="system", subject=f"bounce:{bounce.pk}", facts=facts)
    return bounce


def _notice(report: dsn.Report | None) -> Notice | None:
    """The notice that the report is about, its row held."""
    known = Delivery.objects.filter(message_id__in=report.message_ids if report else ()).order_by("-pk").first()
    return Notice.objects.select_for_update().get(pk=known.notice_id) if known else None


def _apply(bounce: Bounce, report: dsn.Report | None) -> None:
    notice = bounce.notice
    if notice is None or report is None or report.action != "failed" or notice.state not in _CLOSED:
        return
    if not notice.address or (report.addresses and notice.address.casefold() not in report.addresses):
        return
    delivery = notice.deliveries.last()
    if delivery is None:
        return
    outcome = Outcome.TEMPORARY if report.status.startswith("4") else Outcome.PERMANENT
    words = _("Revenu : %(status)s %(detail)s") % {"status": report.status, "detail": report.detail}
    attempts.returned(notice, delivery, outcome, words[:300].strip())
    bounce.applied = True
    bounce.save(update_fields=["applied"])


def settle(*, bounce: Bounce, by: User) -> Bounce:
    """HR has seen a message that came back: its words are wiped. Raises PermissionDenied for anyone but HR; twice is once."""
    only_hr(by)
    with transaction.atomic():
        found = Bounce.objects.select_for_update().get(pk=bounce.pk)
        if found.settled_at is None:
            found.settled_at, found.settled_by, found.words = clock.now(), by, ""
            found.save(update_fields=["settled_at", "settled_by", "words"])
            append("bounce.settled", at=found.settled_at, actor=by.actor, subject=f"bounce:{found.pk}", facts={})
    return found
