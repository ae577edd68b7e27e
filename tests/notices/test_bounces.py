"""What comes back finds its notice, by whichever door; what is forged or crooked does no harm."""

import imaplib
import mailbox
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from journal.models import Entry
from notices import bounces, delivery, dsn, erasure, tasks
from notices.models import Bounce, Notice, NoticeState, Outcome
from tests import cast
from tests.cast import signed_in
from tests.factories.notices import owed
from tests.notices.conftest import Server
from tests.notices.imap import Mailbox

pytestmark = pytest.mark.django_db


def sent(server: Server, kind: str = "decision") -> Notice:
    """A notice that the server accepted."""
    notice = owed(kind)
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.RELEASED, released_at=notice.created_at)
    assert delivery.deliver_due() == {"sent": 1}
    notice.refresh_from_db()
    return notice


def report(
    message: EmailMessage, *, action: str = "failed", status: str = "5.1.1", to: str = "", said: str = "550 Unknown"
) -> bytes:
    """What a relay writes about a message that it had accepted (RFC 3464)."""
    whole = MIMEMultipart("report", **{"report-type": "delivery-status"})
    whole["Subject"], whole["From"] = "Undelivered Mail Returned to Sender", "MAILER-DAEMON@relay.example"
    whole.attach(MIMEText("Your message could not be delivered.\n"))
    fate = MIMEBase("message", "delivery-status")
    fields = f"Final-Recipient: rfc822; {to or message['To']}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {said}"
    fate._payload = [_block("Reporting-MTA: dns; relay.example"), _block(fields)]  # type: ignore[attr-defined]
    whole.attach(fate)
    whole.attach(MIMEText(f"Message-ID: {message['Message-ID']}\nSubject: x\n", "rfc822-headers"))
    return whole.as_bytes()


def _block(fields: str) -> Any:
    part = EmailMessage()
    for line in fields.split("\n"):
        name, _, value = line.partition(": ")
        part[name] = value
    return part


def state(notice: Notice) -> str:
    notice.refresh_from_db()
    return notice.state


@pytest.mark.parametrize(("status", "outcome"), [("5.1.1", Outcome.PERMANENT), ("4.4.7", Outcome.TEMPORARY)])
def test_a_failure_makes_the_notice_a_failed_one_and_says_why(server: Server, status: str, outcome: Outcome) -> None:
    notice = sent(server)
    bounce = bounces.receive(raw=report(server.accepted[0], status=status), source="file")
    assert (state(notice), bounce.applied, bounce.notice) == (NoticeState.FAILED, True, notice)
    tried = notice.deliveries.get()
    assert (tried.outcome, tried.detail) == (outcome, f"Revenu : {status} smtp; 550 Unknown")
    page = signed_in(cast.hr()).get(f"/rh/notices/notice/{notice.pk}/change/").content.decode()
    assert "550 Unknown" in page
    assert Entry.objects.get(kind="notice.failed").facts == {"cause": outcome.value}
    assert delivery.deliver_due() == {}


def test_the_letter_stays_in_the_candidates_space(server: Server) -> None:
    notice = sent(server)
    bounces.receive(raw=report(server.accepted[0]), source="file")
    assert signed_in(cast.candidate(1)).get(reverse("notices:letter", args=[notice.public_id])).status_code == 200


def test_the_same_report_twice_is_one_and_a_resent_notice_is_not_undone_by_it(server: Server) -> None:
    notice, raw = sent(server), b""
    raw = report(server.accepted[0])
    bounces.receive(raw=raw, source="file")
    delivery.resend(notice=notice, by=cast.hr(), reason="Boîte rétablie")
    delivery.deliver_due()
    bounces.receive(raw=raw, source="imap")
    assert (state(notice), Bounce.objects.count(), Entry.objects.filter(kind="bounce.received").count()) == (
        NoticeState.SENT,
        1,
        1,
    )


@pytest.mark.parametrize(
    "changes",
    [{"action": "delayed", "status": "4.4.1"}, {"action": "delivered", "status": "2.0.0"}, {"to": "other@example.org"}],
)
def test_a_delay_a_success_or_another_address_change_nothing_and_are_kept(
    server: Server, changes: dict[str, str]
) -> None:
    notice = sent(server)
    bounce = bounces.receive(raw=report(server.accepted[0], **changes), source="file")
    assert (state(notice), bounce.applied, bounce.notice) == (NoticeState.SENT, False, notice)


def test_a_failure_settles_an_uncertain_notice(server: Server) -> None:
    notice = owed()
    server.manner = "drop after data"
    delivery.deliver_due()
    bounces.receive(raw=report(server.accepted[0]), source="file")
    assert state(notice) == NoticeState.FAILED


HOSTILE = {
    "empty": b"",
    "binary": bytes(range(256)) * 40,
    "holiday": b"Subject: Absence\r\nFrom: a@b.example\r\n\r\nDe retour \x00 lundi.",
    "nested": b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3000)),
    "charset": b"Subject: =?nonsense?Q?=FF?=\nContent-Type: text/plain; charset=nonsense\n\n\xff\xfe",
    "no blocks": b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n\n--x--",
    "script": b"Subject: <script>alert(1)</script>\n\n<img src=x onerror=alert(1)> \xe2\x80\xae",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_crooked_message_is_kept_for_hr_and_harms_nothing(server: Server, raw: bytes) -> None:
    notice = sent(server)
    bounce = bounces.receive(raw=raw, source="webhook")
    assert (state(notice), bounce.notice, bounce.applied) == (NoticeState.SENT, None, False)
    page = signed_in(cast.hr()).get("/rh/notices/bounce/")
    assert (page.status_code, "<script>alert" in page.content.decode()) == (200, False)


def test_words_of_a_report_are_short_and_plain(server: Server) -> None:
    sent(server)
    bounce = bounces.receive(raw=report(server.accepted[0], said="x\u202e" + "y" * 5000), source="file")
    assert (len(bounce.detail) <= 300, "\u202e" in bounce.detail) == (True, False)


def test_too_big_a_message_is_not_taken_apart(server: Server) -> None:
    notice = sent(server)
    bounces.receive(raw=report(server.accepted[0]) + b"x" * dsn.MOST, source="file")
    assert state(notice) == NoticeState.SENT


def test_a_maildir_is_read_once(server: Server, settings: LazySettings, tmp_path: Path) -> None:
    notice, box = sent(server), mailbox.Maildir(tmp_path / "box")
    box.add(report(server.accepted[0]))
    box.add(HOSTILE["holiday"])
    settings.PMP_BOUNCES_URL = f"maildir://{tmp_path}/box"
    tasks.read_bounces()
    tasks.read_bounces()
    assert (state(notice), Bounce.objects.count()) == (NoticeState.FAILED, 2)
    assert [message.get_flags() for message in box] == ["S", "S"]


def test_a_mailbox_is_read_over_imap(server: Server, settings: LazySettings, capsys: Any) -> None:
    notice = sent(server)
    box = Mailbox(report(server.accepted[0]), HOSTILE["holiday"])
    settings.PMP_BOUNCES_URL = box.url
    call_command("bounces")
    call_command("bounces")
    assert capsys.readouterr().out == "2 messages read.\n0 messages read.\n"
    assert (state(notice), box.seen) == (NoticeState.FAILED, {1, 2})
    box.password = "another"
    with pytest.raises(imaplib.IMAP4.error):
        call_command("bounces")


def test_a_relay_brings_a_report_by_its_secret(server: Server, settings: LazySettings) -> None:
    notice = sent(server)
    raw, address, client = report(server.accepted[0]), reverse("notices:bounce"), Client(enforce_csrf_checks=True)

    def brought(secret: str, content: bytes = raw) -> int:
        answer = client.post(
            address, content, content_type="message/rfc822", headers={"Authorization": f"Bearer {secret}"}
        )
        return answer.status_code

    assert brought("") == 404
    settings.PMP_BOUNCES_SECRET = "agreed"
    assert [brought("guessed"), brought("agréé"), brought("agreed", b"x" * (dsn.MOST + 1))] == [403, 403, 413]
    assert (Bounce.objects.count(), brought("agreed"), state(notice)) == (0, 204, NoticeState.FAILED)


def test_hr_marks_what_it_has_seen_and_its_words_are_wiped() -> None:
    bounce = bounces.receive(raw=HOSTILE["holiday"], source="file")
    assert "De retour" in bounce.words
    with pytest.raises(PermissionDenied):
        bounces.settle(bounce=bounce, by=cast.auditor())
    chosen = {"action": "settle_selected", "_selected_action": [bounce.pk]}
    signed_in(cast.hr()).post("/rh/notices/bounce/", chosen)
    bounce.refresh_from_db()
    assert (bounce.words, bounce.settled_by) == ("", cast.hr())
    assert Entry.objects.filter(kind="bounce.settled").count() == 1


def test_erasing_a_file_takes_the_words_of_its_bounces(server: Server) -> None:
    notice = sent(server)
    bounce = bounces.receive(raw=report(server.accepted[0], said=f"{notice.address} unknown"), source="file")
    erasure.scrub_about(subject=notice.subject)
    bounce.refresh_from_db()
    assert bounce.detail == ""
