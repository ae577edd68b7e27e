"""From released to sent: each try leased, done outside any transaction, and recorded.

A worker claims a notice for a while and draws its letter; if it dies there, the claim runs out and
another begins again. It then writes down that the dialogue begins, holds it, and writes down how it
ended. If it dies between the two, nobody knows: the notice becomes uncertain, and only a person has it
sent again.
"""

import logging
import smtplib
from collections import Counter
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection as database
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from journal import clock
from notices.attempts import LEASE, begin, end, fail, finish
from notices.failures import classify, describe
from notices.kinds import KINDS
from notices.mailer import build
from notices.models import Delivery, Notice, NoticeState, Outcome
from notices.outbox import NoticeRefused, locked, only_hr, record

logger = logging.getLogger(__name__)
#: Seconds: a person waits at the screen for an urgent notice; the sweep is more patient.
_URGENT_TIMEOUT = 5


def deliver_due(limit: int = 200) -> Counter[str]:
    """Try what is released and due, on one connection; the outcomes of the tries, counted.

    A line that the server lets go after it carried others is opened anew. A fault of ours on a new one ends the batch, since
    the next letter would meet it too: the next sweep goes on. So does the limit of messages a minute.
    """
    settle_lost()
    outcomes: Counter[str] = Counter()
    mail = get_connection()
    try:
        while outcomes.total() < limit and (notice := _claim(_allowed())):
            worn = getattr(mail, "connection", None) is not None
            outcome = _try(notice, mail)
            outcomes[outcome.value] += 1
            if outcome == Outcome.TECHNICAL and not worn:
                break
    finally:
        _hang_up(mail)
    return outcomes


def deliver(notice_id: int) -> Outcome | None:
    """Try one notice now; None when it isn't due or another has it."""
    notice = _claim(_due().filter(pk=notice_id))
    if notice is None:
        return None
    mail = get_connection(timeout=_URGENT_TIMEOUT)
    try:
        return _try(notice, mail)
    finally:
        _hang_up(mail)


def settle_lost() -> int:
    """Mark as uncertain what a worker was sending when it died, as failed what is past its time; how many."""
    now = clock.real()
    lost = Q(state=NoticeState.SENDING, leased_until__lt=now)
    stale = Q(Q(leased_until=None) | Q(leased_until__lt=now), state=NoticeState.RELEASED, expires_at__lt=now)
    count = 0
    for pk in list(Notice.objects.filter(lost | stale).values_list("pk", flat=True)):
        with transaction.atomic():
            notice = Notice.objects.select_for_update().filter(lost | stale, pk=pk).first()
            if notice is not None:
                _settle(notice)
                count += 1
    return count


def _settle(notice: Notice) -> None:
    delivery = notice.deliveries.last()
    if notice.state == NoticeState.SENDING and delivery is not None:
        end(notice, delivery, Outcome.UNCERTAIN, _("L’envoi s’est interrompu avant que son issue soit connue."))
    else:
        fail(notice, cause="expired")


def _due() -> QuerySet[Notice]:
    now = clock.real()
    return Notice.objects.filter(
        Q(not_before=None) | Q(not_before__lte=now),
        Q(leased_until=None) | Q(leased_until__lt=now),
        Q(expires_at=None) | Q(expires_at__gt=now),
        state=NoticeState.RELEASED,
    ).order_by(F("expires_at").asc(nulls_last=True), "turn", "pk")


def _allowed() -> QuerySet[Notice]:
    """What is due and within the limit of messages a minute; who waits for a code is not held up by it."""
    limit = settings.PMP_MAIL_PER_MINUTE
    recent = Delivery.objects.filter(started_at__gt=clock.real() - timedelta(minutes=1))
    return _due().filter(expires_at__isnull=False) if limit and recent.count() >= limit else _due()


def _claim(due: QuerySet[Notice]) -> Notice | None:
    """Lease the first due notice that nobody else is taking."""
    if not due.exists():
        return None
    with transaction.atomic():
        # SQLite has no such lock and needs none: its transaction is IMMEDIATE.
        skip = database.features.has_select_for_update_skip_locked
        notice = due.select_for_update(skip_locked=skip).first()
        if notice is not None:
            notice.leased_until = clock.real() + LEASE
            notice.save(update_fields=["leased_until"])
    return notice


def _try(notice: Notice, mail: BaseEmailBackend) -> Outcome:
    """One try at a claimed notice: the letter and the dialogue outside any transaction, each end recorded."""
    outcome, detail = Outcome.SENT, ""
    delivery = None
    try:
        message = build(notice)
        mail.open()
        delivery = begin(notice)
        if delivery is None:
            return Outcome.TECHNICAL
        mail.send_messages([message])
    except Exception as error:
        outcome, detail = classify(error, mail), describe(error)
        logger.warning("notice %s: %s, %s", notice.public_id, outcome, detail, exc_info=delivery is None)
        _hang_up(mail)  # a broken dialogue isn't taken up again
    delivery = delivery or begin(notice)
    if delivery is not None:
        finish(delivery, outcome, detail)
    return outcome


def _hang_up(mail: BaseEmailBackend) -> None:
    with suppress(OSError, smtplib.SMTPException):
        mail.close()


def resend(*, notice: Notice, by: User, reason: str) -> Notice:
    """Have a failed or uncertain notice sent again.

    Raises PermissionDenied for anyone but HR; NoticeRefused in another state, or when what it said is wiped.
    """
    only_hr(by)
    with transaction.atomic():
        found = locked(notice, {NoticeState.FAILED, NoticeState.UNCERTAIN})
        if KINDS[found.kind].ephemeral:
            raise NoticeRefused(_("Ce message portait un secret, effacé depuis : il ne se renvoie pas."))
        found.state, found.not_before, found.leased_until = NoticeState.RELEASED, None, None
        found.save(update_fields=["state", "not_before", "leased_until"])
        record(found, "notice.resent", by=by, at=clock.now(), reason=reason)
    return found


def confirm(*, notice: Notice, by: User, reason: str) -> Notice:
    """Record that an uncertain notice did arrive. Raises PermissionDenied, NoticeRefused as above."""
    only_hr(by)
    with transaction.atomic():
        found = locked(notice, {NoticeState.UNCERTAIN})
        found.state, found.sent_at = NoticeState.SENT, clock.now()
        found.save(update_fields=["state", "sent_at"])
        record(found, "notice.confirmed", by=by, at=found.sent_at, reason=reason)
    return found
