"""One try at sending: how it begins, and what its end makes of the notice."""

from datetime import timedelta

from django.db import transaction

from journal import clock
from journal.append import append
from notices.failures import TEMPORARY_TRIES, wait
from notices.kinds import KINDS
from notices.mailer import message_id
from notices.models import Delivery, Notice, NoticeState, Outcome

#: How long a worker may hold a notice; a dialogue is cut off by EMAIL_TIMEOUT long before.
LEASE = timedelta(minutes=5)


def begin(notice: Notice) -> Delivery | None:
    """Write down that a try begins; None when the claim ran out and another worker took over."""
    with transaction.atomic():
        held = Notice.objects.filter(pk=notice.pk, state=NoticeState.RELEASED, leased_until=notice.leased_until)
        if not held.update(state=NoticeState.SENDING, leased_until=clock.real() + LEASE):
            return None
        number = notice.deliveries.count() + 1
        return Delivery.objects.create(
            notice=notice, number=number, message_id=message_id(notice), started_at=clock.real()
        )


def finish(delivery: Delivery, outcome: Outcome, detail: str) -> None:
    """Write down how a try ended, unless a later one has begun meanwhile."""
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(pk=delivery.notice_id)
        # A lease that ran out made the notice uncertain; the try itself knows better.
        if notice.state in {NoticeState.SENDING, NoticeState.UNCERTAIN} and notice.deliveries.last() == delivery:
            end(notice, delivery, outcome, detail)


def end(notice: Notice, delivery: Delivery, outcome: Outcome, detail: str) -> None:
    """Give a locked notice the state that the outcome of its last try leads to."""
    delivery.ended_at, delivery.outcome, delivery.detail = clock.real(), outcome, detail
    delivery.save(update_fields=["ended_at", "outcome", "detail"])
    if outcome == Outcome.SENT:
        _sent(notice, delivery)
    elif outcome == Outcome.UNCERTAIN:
        _close(notice, NoticeState.UNCERTAIN)
        append("notice.uncertain", at=clock.now(), actor="system", subject=notice.journal_subject, facts={})
    elif outcome == Outcome.PERMANENT or (outcome == Outcome.TEMPORARY and delivery.number % TEMPORARY_TRIES == 0):
        fail(notice, cause=outcome.value)
    else:
        notice.state, notice.leased_until = NoticeState.RELEASED, None
        notice.not_before = clock.real() + wait(outcome, delivery.number)
        notice.save(update_fields=["state", "leased_until", "not_before"])


def fail(notice: Notice, *, cause: str) -> None:
    """Give up on a locked notice until a person takes it in hand."""
    _close(notice, NoticeState.FAILED)
    append("notice.failed", at=clock.now(), actor="system", subject=notice.journal_subject, facts={"cause": cause})


def returned(notice: Notice, delivery: Delivery, outcome: Outcome, detail: str) -> None:
    """What a locked notice's server accepted came back: that try failed after all, and the notice with it."""
    delivery.outcome, delivery.detail = outcome, detail
    delivery.save(update_fields=["outcome", "detail"])
    fail(notice, cause=outcome.value)


def _sent(notice: Notice, delivery: Delivery) -> None:
    notice.sent_at = now = clock.now()
    _close(notice, NoticeState.SENT)
    facts = {"message_id": delivery.message_id, "letter": notice.letter.sha256 if notice.letter else ""}
    append("notice.sent", at=now, actor="system", subject=notice.journal_subject, facts=facts)


def _close(notice: Notice, state: NoticeState) -> None:
    notice.state, notice.leased_until, notice.not_before = state, None, None
    if KINDS[notice.kind].ephemeral:
        notice.context = {}  # a secret is not kept
    notice.save(update_fields=["state", "leased_until", "not_before", "sent_at", "context"])
