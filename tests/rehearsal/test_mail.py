"""The mail that a rehearsal keeps, read in the browser."""

from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.test import Client
from django.urls import reverse

from notices.delivery import deliver_due
from notices.mailer import DiskBackend
from notices.outbox import enqueue

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 not much"
HTML = "<html><head><title>x</title></head><body><script>alert(1)</script><p>Bonjour <b>Safae</b></p></body></html>"


@pytest.fixture(autouse=True)
def _own_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.PMP_MAIL_DIR = tmp_path / "mail"
    settings.EMAIL_BACKEND = "notices.mailer.DiskBackend"


def _send(to: str = "safae@repetition.example", subject: str = "Votre dossier n° 1") -> str:
    """Keep one message, and give its name."""
    mail = EmailMultiAlternatives(subject, "Bonjour Safae,\nlisez https://pmp.example/suite\n", "rh@pmp.example", [to])
    mail.attach_alternative(HTML, "text/html")
    mail.attach("recepisse.pdf", PDF, "application/pdf")
    mail.attach("échéance.ics", "BEGIN:VCALENDAR\r\n", "text/calendar")
    before = set(_names())
    DiskBackend().send_messages([mail])
    (name,) = set(_names()) - before
    return name


def _names() -> list[str]:
    return sorted(path.name for path in Path(settings.PMP_MAIL_DIR).glob("*.eml"))


def _get(client: Client, view: str, *args: object) -> str:
    response = client.get(reverse(f"rehearsal:{view}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_mailbox_is_empty_at_first(client: Client) -> None:
    assert "Aucun message pour l’instant" in _get(client, "mailbox")


def test_mailbox_lists_the_newest_first(client: Client) -> None:
    _send(subject="Premier")
    _send(subject="Second")
    page = _get(client, "mailbox")
    assert 0 < page.index("Second") < page.index("Premier")


def test_mailbox_filters_by_recipient(client: Client) -> None:
    _send(to="a@repetition.example", subject="Pour A")
    _send(to="b@repetition.example", subject="Pour B")
    page = client.get(reverse("rehearsal:mailbox"), {"a": "B@repetition.example"}).content.decode()
    assert ["Pour A" in page, "Pour B" in page] == [False, True]
    assert '<option value="a@repetition.example">' in page


def test_mailbox_tells_when_by_the_clock_of_record(client: Client) -> None:
    with transaction.atomic():
        enqueue(key="signin:1", kind="signin_code", to="safae@repetition.example", context={"code": "ABC-123"})
    assert deliver_due()["sent"] == 1
    assert '<time datetime="2025-10-29T10:00:00+01:00">' in _get(client, "mailbox").split("<tbody>")[1]


def test_message_shows_its_headers_text_and_enclosures(client: Client) -> None:
    page = _get(client, "message", _send())
    wanted = ["Votre dossier n° 1", "safae@repetition.example", "Bonjour Safae,", "recepisse.pdf", "échéance.ics"]
    assert [word for word in wanted if word not in page] == []
    assert '<a href="https://pmp.example/suite"' in page
    assert "alert(1)" not in page


def test_message_html_runs_nothing(client: Client) -> None:
    response = client.get(reverse("rehearsal:message_html", args=[_send()]))
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert '<head><base target="_top">' in response.content.decode()


def test_enclosures_come_back_as_they_left(client: Client) -> None:
    name = _send()
    pdf, ics = (client.get(reverse("rehearsal:enclosure", args=[name, number])) for number in (1, 2))
    assert (pdf.content, pdf.headers["Content-Type"]) == (PDF, "application/pdf")
    assert pdf.headers["Content-Disposition"] == 'inline; filename="recepisse.pdf"'
    assert ics.content.startswith(b"BEGIN:VCALENDAR")
    assert ics.headers["Content-Disposition"].startswith("attachment; ")


@pytest.mark.parametrize("name", ["absent.eml", "..%2Fdb.sqlite3", "%2e%2e", "x.txt"])
def test_mailbox_leads_to_no_other_file(client: Client, name: str) -> None:
    _send()
    assert client.get(f"/repetition/courrier/{name}/").status_code == 404


def test_enclosure_that_is_not_there_is_not_found(client: Client) -> None:
    name = _send()
    codes = [client.get(reverse("rehearsal:enclosure", args=[name, number])).status_code for number in (0, 3)]
    assert codes == [404, 404]


def test_mail_is_not_to_be_read_outside_a_rehearsal(client: Client, settings: LazySettings) -> None:
    name = _send()
    settings.PMP_REHEARSAL = False
    addresses = [
        reverse("rehearsal:message", args=[name]),
        reverse("rehearsal:message_html", args=[name]),
        reverse("rehearsal:enclosure", args=[name, 1]),
    ]
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
