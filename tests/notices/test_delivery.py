"""Each notice leaves once, or somebody is told that nobody knows."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.exceptions import PermissionDenied
from django.db import connection

from journal import clock
from journal.models import Entry
from notices import delivery
from notices.failures import TEMPORARY_TRIES
from notices.models import Delivery, Notice, NoticeState, Outcome
from notices.outbox import NoticeRefused
from notices.tasks import deliver_due
from tests import cast
from tests.factories.notices import owed
from tests.notices.conftest import Server, free_port

pytestmark = pytest.mark.django_db


def due_again(notice: Notice) -> None:
    Notice.objects.filter(pk=notice.pk).update(not_before=None)


def last_outcome(notice: Notice) -> str:
    last = notice.deliveries.last()
    assert last is not None
    return last.outcome


def state(notice: Notice) -> str:
    notice.refresh_from_db()
    return notice.state


def test_a_notice_is_sent_once(server: Server) -> None:
    notice = owed()
    deliver_due()
    deliver_due()
    assert (state(notice), len(server.accepted), notice.deliveries.count()) == (NoticeState.SENT, 1, 1)
    assert notice.sent_at == clock.now()
    assert Entry.objects.filter(kind="notice.sent", subject=notice.journal_subject).count() == 1


def test_a_batch_goes_over_one_connection_oldest_first(server: Server) -> None:
    for n in range(5):
        owed(key=f"n:{n}", to=cast.candidate(n + 1))
    assert delivery.deliver_due() == {"sent": 5}
    assert [message["To"] for message in server.accepted] == [f"candidat{n}@exemple.example" for n in range(1, 6)]


def test_a_refused_address_fails_at_once_and_the_next_still_leaves(server: Server) -> None:
    refused = owed()
    server.manner = "no such address"
    delivery.deliver_due()
    server.manner = "accept"
    other = owed()
    delivery.deliver_due()
    assert (state(refused), last_outcome(refused)) == (NoticeState.FAILED, Outcome.PERMANENT)
    assert state(other) == NoticeState.SENT
    assert refused.address not in (refused.deliveries.get().detail)
    assert Entry.objects.get(kind="notice.failed").facts == {"cause": "permanent"}


def test_a_refused_message_fails(server: Server) -> None:
    notice = owed()
    server.manner = "refuse the message"
    delivery.deliver_due()
    assert (state(notice), last_outcome(notice)) == (NoticeState.FAILED, Outcome.PERMANENT)


def test_a_passing_refusal_waits_then_gives_up(server: Server) -> None:
    notice = owed()
    server.manner = "greylist"
    delivery.deliver_due()
    assert (state(notice), last_outcome(notice)) == (NoticeState.RELEASED, Outcome.TEMPORARY)
    assert notice.not_before is not None
    assert timedelta(seconds=20) < notice.not_before - clock.real() < timedelta(seconds=40)
    assert delivery.deliver_due() == {}
    for _ in range(TEMPORARY_TRIES - 1):
        due_again(notice)
        delivery.deliver_due()
    assert (state(notice), notice.deliveries.count()) == (NoticeState.FAILED, TEMPORARY_TRIES)


def test_a_server_out_of_reach_is_our_fault_and_never_gives_up(server: Server, settings: LazySettings) -> None:
    notices = [owed(), owed()]
    settings.EMAIL_PORT = free_port()
    assert delivery.deliver_due() == {"technical": 1}
    first = notices[0]
    for _ in range(TEMPORARY_TRIES + 1):
        due_again(first)
        delivery.deliver(first.pk)
    assert (state(first), last_outcome(first)) == (NoticeState.RELEASED, Outcome.TECHNICAL)


@pytest.mark.parametrize("manner", ["drop after data", "silent after data"])
def test_a_dialogue_broken_after_the_message_is_uncertain_and_not_taken_up_again(server: Server, manner: str) -> None:
    notice = owed()
    server.manner = manner
    delivery.deliver_due()
    server.manner = "accept"
    delivery.deliver_due()
    assert (state(notice), last_outcome(notice)) == (NoticeState.UNCERTAIN, Outcome.UNCERTAIN)
    assert notice.deliveries.count() == 1


def test_hr_sends_an_uncertain_notice_again_under_the_same_message_id(server: Server) -> None:
    notice = owed()
    server.manner = "drop after data"
    delivery.deliver_due()
    server.manner = "accept"
    delivery.resend(notice=notice, by=cast.hr(), reason="Le serveur n'a rien reçu.")
    delivery.deliver_due()
    assert state(notice) == NoticeState.SENT
    first, second = server.accepted
    assert first["Message-ID"] == second["Message-ID"]
    assert notice.acts.get().reason == "Le serveur n'a rien reçu."


def test_hr_confirms_an_uncertain_notice(server: Server) -> None:
    notice = owed()
    server.manner = "drop after data"
    delivery.deliver_due()
    delivery.confirm(notice=notice, by=cast.hr(), reason="Reçu, dit le candidat.")
    assert (state(notice), len(server.accepted)) == (NoticeState.SENT, 1)


def test_only_hr_sends_again_and_only_what_did_not_leave(server: Server) -> None:
    notice = owed()
    with pytest.raises(PermissionDenied):
        delivery.resend(notice=notice, by=cast.auditor(), reason="x")
    with pytest.raises(NoticeRefused):
        delivery.resend(notice=notice, by=cast.hr(), reason="x")
    with pytest.raises(NoticeRefused):
        delivery.confirm(notice=notice, by=cast.hr(), reason="x")


def test_a_claim_that_ran_out_before_the_dialogue_begins_again(server: Server) -> None:
    notice = owed()
    Notice.objects.filter(pk=notice.pk).update(leased_until=clock.real() + timedelta(minutes=1))
    assert delivery.deliver_due() == {}
    Notice.objects.filter(pk=notice.pk).update(leased_until=clock.real() - timedelta(seconds=1))
    assert delivery.deliver_due() == {"sent": 1}


def test_a_letter_that_cannot_be_drawn_is_our_fault_and_waits(server: Server) -> None:
    broken = owed("interview_invitation", starts_at="not an instant")
    assert delivery.deliver_due() == {"technical": 1}
    assert (state(broken), last_outcome(broken)) == (NoticeState.RELEASED, Outcome.TECHNICAL)


def test_a_secret_is_wiped_once_sent_and_never_sent_late(server: Server) -> None:
    sent, late = owed("signin_code"), owed("signin_code")
    Notice.objects.filter(pk=late.pk).update(expires_at=clock.real() - timedelta(seconds=1))
    delivery.deliver_due()
    assert (state(sent), sent.context) == (NoticeState.SENT, {})
    assert (state(late), late.context) == (NoticeState.FAILED, {})
    assert len(server.accepted) == 1
    with pytest.raises(NoticeRefused):
        delivery.resend(notice=late, by=cast.hr(), reason="x")


@pytest.mark.django_db(transaction=True)
def test_many_workers_send_each_notice_once(server: Server) -> None:
    for n in range(12):
        owed(key=f"n:{n}")

    def work() -> None:
        delivery.deliver_due()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert Notice.objects.filter(state=NoticeState.SENT).count() == 12
    assert len({message["Message-ID"] for message in server.accepted}) == len(server.accepted) == 12


_WORKER = """
import os, django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
settings.EMAIL_BACKEND = "notices.mailer.SmtpBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", int(os.environ["TEST_SMTP"]), 30
settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
from notices import delivery
delivery.deliver_due()
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_dialogue_leaves_the_notice_uncertain(server: Server, settings: LazySettings) -> None:
    notice = owed()
    server.manner = "silent after data"
    environment = os.environ | {
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "TEST_SMTP": str(settings.EMAIL_PORT),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    worker = subprocess.Popen([sys.executable, "-c", _WORKER], env=environment)
    reached = threading.Event()
    for _ in range(300):
        if state(notice) == NoticeState.SENDING:
            reached.set()
            break
        threading.Event().wait(0.1)
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=10)
    assert reached.is_set()
    server.manner = "accept"
    assert delivery.deliver_due() == {}
    Notice.objects.filter(pk=notice.pk).update(leased_until=clock.real() - timedelta(seconds=1))
    assert delivery.deliver_due() == {}
    assert (state(notice), last_outcome(notice)) == (NoticeState.UNCERTAIN, Outcome.UNCERTAIN)
    assert Entry.objects.filter(kind="notice.uncertain").count() == 1


def test_a_line_that_the_server_lets_go_is_opened_anew_in_the_same_batch(server: Server) -> None:
    notices = [owed(key=f"n:{n}") for n in range(3)]
    server.manner = "one a line"
    assert delivery.deliver_due() == {"sent": 2, "technical": 1}
    due_again(notices[1])
    assert delivery.deliver_due() == {"sent": 1}
    assert len({message["Message-ID"] for message in server.accepted}) == len(server.accepted) == 3


def test_no_more_leave_in_a_minute_than_the_setting_says_but_codes_do(server: Server, settings: LazySettings) -> None:
    settings.PMP_MAIL_PER_MINUTE = 2
    for n in range(4):
        owed(key=f"n:{n}")
    assert delivery.deliver_due() == {"sent": 2}
    assert delivery.deliver_due() == {}
    owed("signin_code")
    assert delivery.deliver_due() == {"sent": 1}
    Delivery.objects.update(started_at=clock.real() - timedelta(seconds=61))
    assert delivery.deliver_due() == {"sent": 2}
