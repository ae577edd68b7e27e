"""One stored letter a notice, tagged, drawn without a network; and a message that says it whole."""

import html
import io
import threading
from pathlib import Path

import pikepdf
import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.db import connection

from notices import letters
from notices.kinds import KINDS, LABELS
from notices.mailer import DiskBackend, build, message_id
from notices.models import Letter, Notice
from pmp_recruit.templatetags.french import size
from tests.factories.notices import CONTEXTS, DOSSIER, owed

pytestmark = pytest.mark.django_db
LETTERS = sorted(kind for kind, rule in KINDS.items() if rule.letter)
OUTCOMES = ("retained", "reserve", "not_retained", "inadmissible", "not_shortlisted")


def text_of(notice: Notice, subtype: str = "plain") -> str:
    message = build(notice).message()
    part = next(p for p in message.walk() if p.get_content_type() == f"text/{subtype}")
    return str(part.get_payload(decode=True), "utf-8")


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_is_tagged_titled_and_in_french(kind: str) -> None:
    with pikepdf.open(io.BytesIO(letters.render(owed(kind)))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"
        assert DOSSIER in str(pdf.docinfo.Title)
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


def test_a_letter_is_drawn_once_and_reused() -> None:
    notice = owed("receipt")
    first = letters.render(notice)
    again = Notice.objects.get(pk=notice.pk)
    assert (letters.render(again), Letter.objects.count()) == (first, 1)
    assert build(again).attachments[0].content == first


def test_a_letter_changed_on_disk_is_not_sent() -> None:
    notice = owed("receipt")
    path = Path(letters.stored(notice).file.path)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ValueError, match="not the one"):
        letters.render(notice)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a.css",
        "file:///etc/passwd",
        "https://letters.invalid/static/../settings.py",
        "data:text/css,",
    ],
)
def test_a_letter_fetches_nothing_but_our_static_files(url: str) -> None:
    with pytest.raises(Exception, match=r"may not fetch|No static file|outside|is located"):
        letters.StaticOnly().fetch(url)


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_draw_at_once_keep_one_letter() -> None:
    notice, drawn = owed("receipt"), []

    def draw() -> None:
        drawn.append(letters.render(Notice.objects.get(pk=notice.pk)))
        connection.close()

    threads = [threading.Thread(target=draw) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_speaks_in_plain_text_and_html(kind: str) -> None:
    notice = owed(kind)
    message = build(notice)
    assert message.subject.startswith("[RÉPÉTITION] ")
    assert "\n" not in message.subject
    assert "&#x27;" not in message.subject + message.body
    assert "[RÉPÉTITION]" in message.body
    assert text_of(notice, "html").count("<h1>") == 1
    assert kind in LABELS


def test_what_a_person_wrote_is_escaped_in_html_alone() -> None:
    notice = owed("deadline_extended", reason="Panne <b>& retard</b> d'une heure")
    assert "Panne <b>& retard</b> d'une heure" in text_of(notice)
    assert "Panne &lt;b&gt;&amp; retard&lt;/b&gt;" in text_of(notice, "html")


def test_a_line_break_in_a_field_reaches_no_header() -> None:
    message = build(owed("withdrawn", dossier="K7Q2\r\nBcc: tout@exemple.example")).message()
    assert (message["Bcc"], message["To"]) == (None, "candidat1@exemple.example")


def test_a_message_names_itself_and_asks_for_no_automatic_answer(settings: LazySettings) -> None:
    notice = owed()
    message = build(notice).message()
    assert message["Message-ID"] == message_id(notice) == message_id(Notice.objects.get(pk=notice.pk))
    assert (message["Auto-Submitted"], message["Reply-To"]) == ("auto-generated", settings.PMP_CONTACT_EMAIL)


@pytest.mark.parametrize("subtype", ["plain", "html"])
def test_the_receipt_names_each_document_with_its_hash(subtype: str) -> None:
    notice = owed("receipt", manifest_sha256="a" * 64, entry_hash="b" * 64, entry_page="/registre/7-abc/")
    body = html.unescape(text_of(notice, subtype))
    assert "16\u00a0h\u00a029\u00a0min\u00a059,999\u00a0s" in body
    told = [DOSSIER, "a" * 64, "b" * 64, "/registre/7-abc/"]
    for document in notice.context["documents"]:
        told += [document["name"], document["sha256"], size(document["size"])]
    assert [words for words in told if words not in body] == []


def test_each_outcome_is_said_in_its_own_words() -> None:
    bodies = {text_of(owed("decision", outcome=outcome, key=outcome)).split("\n")[4] for outcome in OUTCOMES}
    assert len(bodies) == len(OUTCOMES)
    assert "rang 2 de la liste complémentaire" in text_of(owed("decision", outcome="reserve", key="again"))


def test_the_disk_keeps_a_private_file_per_message(settings: LazySettings, tmp_path: Path) -> None:
    settings.PMP_MAIL_DIR = tmp_path / "mail"
    DiskBackend().send_messages(
        [EmailMessage("Un", "1", to=["a@b.example"]), EmailMessage("Deux", "2", to=["a@b.example"])]
    )
    files = sorted(settings.PMP_MAIL_DIR.iterdir())
    assert [oct(file.stat().st_mode & 0o777) for file in files] == ["0o600", "0o600"]
    assert [b"Subject: Un" in files[0].read_bytes(), b"Subject: Deux" in files[1].read_bytes()] == [True, True]


def test_the_contexts_of_the_tests_are_whole() -> None:
    assert set(CONTEXTS) == set(KINDS) == set(LABELS)
