"""The doctor finds each thing that is wrong, says what to do, and changes nothing. Every server here is a real one."""

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from journal import checkpoint, clock, heart
from journal.append import append
from journal.models import CheckResult, Heartbeat
from pmp_recruit.celery import app
from pmp_recruit.checkups.registry import CHECKUPS
from pmp_recruit.checkups.verdict import run
from tests import certificates

pytestmark = pytest.mark.django_db


def examine(name: str) -> tuple[str, str]:
    """What one checkup finds: its state and its words."""
    (checkup,) = [checkup for checkup in CHECKUPS if checkup.__name__ == name]
    verdict = run(checkup)
    return verdict.state, " ".join(verdict.words)


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


# --- the command ------------------------------------------------------------------------------


def test_the_command_makes_every_checkup_and_exits_by_what_it_found() -> None:
    out = StringIO()
    with pytest.raises(CommandError, match=r"^1 of \d+ checkups fail"):  # no process runs here
        call_command("doctor", stdout=out)
    named = [line.split()[1] for line in out.getvalue().splitlines() if not line.startswith(" ")]
    assert named == [checkup.__name__ for checkup in CHECKUPS]
    call_command("doctor", "--only", "broker_carries_a_message", stdout=StringIO())
    with pytest.raises(CommandError, match="No checkup is called teeth"):
        call_command("doctor", "--only", "teeth")


def test_the_command_tells_a_machine_in_json() -> None:
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("doctor", "--json", "--only", "processes_are_alive", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["ok"], told["checks"][0]["state"], len(told["checks"][0]["words"])) == (False, "failed", 4)
    out = StringIO()
    call_command("doctor", "--json", "--invariants", stdout=out)
    assert json.loads(out.getvalue())["ok"] is True


def test_a_checkup_that_breaks_has_failed_and_its_words_are_not_told() -> None:
    def breaks() -> Iterator[str]:
        """It breaks."""
        raise KeyError("smtp://name:secret@host")

    verdict = run(breaks)
    assert (verdict.state, verdict.words) == ("failed", ["The checkup itself broke: KeyError."])


# --- settings and data ------------------------------------------------------------------------


def test_unsafe_settings_are_named_together(settings: LazySettings) -> None:
    assert examine("settings_are_safe")[0] == "skipped"
    settings.PRODUCTION, settings.PMP_BASE_URL, settings.ALLOWED_HOSTS = True, "http://pmp.example", ["*"]
    state, words = examine("settings_are_safe")
    assert state == "failed"
    for name in ("PMP_BASE_URL", "PMP_ALLOWED_HOSTS", "PMP_REHEARSAL", "Cookies"):
        assert name in words


def test_a_migration_that_waits_and_one_too_new_are_found() -> None:
    assert examine("migrations_are_applied") == ("ok", "")
    recorder = MigrationRecorder(connection)
    last = recorder.migration_qs.filter(app="notices").latest("id")
    recorder.record_unapplied(last.app, last.name)
    assert "1 migrations wait" in examine("migrations_are_applied")[1]
    recorder.record_applied(last.app, last.name)
    recorder.record_applied("notices", "9999_of_tomorrow")
    assert "newer than this code (notices.9999_of_tomorrow)" in examine("migrations_are_applied")[1]


def test_another_key_than_the_journals_is_found(settings: LazySettings) -> None:
    assert examine("journal_key_is_right")[0] == "skipped"
    append("clock.moved", at=clock.now(), actor="test", subject="clock", facts={})
    checkpoint.seal()
    assert examine("journal_key_is_right") == ("ok", "")
    other = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    settings.PMP_JOURNAL_KEY = other.decode()
    assert "signed by another key" in examine("journal_key_is_right")[1]
    settings.PMP_JOURNAL_KEY = "no key"
    assert "can't be read" in examine("journal_key_is_right")[1]


def test_a_journal_under_another_name_is_found(settings: LazySettings) -> None:
    append("clock.moved", at=clock.now(), actor="test", subject="clock", facts={})
    checkpoint.seal()
    settings.PMP_JOURNAL_ORIGIN = "elsewhere.example/registre"
    assert "another origin" in examine("journal_key_is_right")[1]


def test_a_broken_invariant_and_a_silent_watch_are_found() -> None:
    CheckResult.objects.create(name="a", at=clock.real(), holds=True)
    assert examine("invariants_hold") == ("ok", "")
    CheckResult.objects.create(name="b", at=clock.real(), holds=False, count=3)
    assert "b: 3 found" in examine("invariants_hold")[1]
    CheckResult.objects.update(at=clock.real() - timedelta(hours=4))
    assert "No check was made for three hours" in examine("invariants_hold")[1]


# --- clocks -----------------------------------------------------------------------------------


@contextmanager
def ntp(*, ahead: float = 0.0, stratum: int = 2, echo: bool = True) -> Iterator[str]:
    """A time server whose clock is ``ahead`` seconds fast; its address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))

        def answer() -> None:
            asked, address = line.recvfrom(512)
            now = time.time() + ahead + 2_208_988_800
            moment = struct.pack("!II", int(now) & 0xFFFFFFFF, int(now % 1 * 2**32))
            origin = asked[40:48] if echo else bytes(8)
            head = struct.pack("!BBbbII4s", 0x24, stratum, 4, -20, 0, 0, b"TEST")
            line.sendto(head + moment + origin + moment + moment, address)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"127.0.0.1:{line.getsockname()[1]}"
        thread.join(timeout=5)


@pytest.mark.parametrize(
    ("server", "state", "words"),
    [
        ({}, "ok", ""),
        ({"ahead": 90.0}, "failed", "behind the true time"),
        ({"ahead": -90.0}, "failed", "ahead of the true time"),
        ({"stratum": 0}, "failed", "doesn't keep time itself"),
        ({"echo": False}, "failed", "answers another question"),
    ],
)
def test_the_clock_is_held_against_a_time_server(
    settings: LazySettings, server: dict[str, Any], state: str, words: str
) -> None:
    with ntp(**server) as address:
        settings.PMP_NTP_SERVER = address
        found = examine("clock_agrees_with_ntp")
    assert found[0] == state
    assert words in found[1]


def test_a_time_server_that_is_not_there_is_a_failure(settings: LazySettings) -> None:
    assert examine("clock_agrees_with_ntp")[0] == "skipped"
    settings.PMP_NTP_SERVER = f"127.0.0.1:{free_port()}"
    assert "gives no time" in examine("clock_agrees_with_ntp")[1]


def test_the_database_and_this_machine_agree() -> None:
    assert examine("clock_agrees_with_the_database") == ("ok", "")


# --- mail -------------------------------------------------------------------------------------


@contextmanager
def smtp(*, tls: Path | None = None, word: str = "right") -> Iterator[int]:
    """A mail server that wants STARTTLS where it has a certificate, and a login; its port."""
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls / "site.pem", tls / "site.key")

    def login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password == word.encode(), handled=False)

    port = free_port()
    controller = Controller(
        Sink(),
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=bool(tls),
        authenticator=login,
        auth_require_tls=bool(tls),
        auth_exclude_mechanism=["LOGIN"],
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def mail_to(settings: LazySettings) -> Callable[..., None]:
    def configure(port: int, *, tls: bool = False, word: str = "right") -> None:
        settings.EMAIL_BACKEND = "notices.mailer.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "pmp", word
        settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = tls, False

    return configure


def test_a_mail_server_that_takes_the_password_is_well(mail_to: Callable[..., None], settings: LazySettings) -> None:
    with smtp() as port:
        mail_to(port)
        assert examine("server_takes_mail") == ("ok", "")
        mail_to(port, word="wrong")
        assert "refuses the name or the password" in examine("server_takes_mail")[1]
        mail_to(port, tls=True)
        assert "STARTTLS" in examine("server_takes_mail")[1]
        mail_to(port)
        settings.PRODUCTION = True
        assert "without TLS" in examine("server_takes_mail")[1]
    mail_to(free_port())
    assert "can't be reached" in examine("server_takes_mail")[1]


def test_a_mail_server_whose_certificate_nobody_vouches_for_is_found(
    mail_to: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates.make(tmp_path, days=90)
    with smtp(tls=tmp_path) as port:
        mail_to(port, tls=True)
        assert "no TLS that can be trusted" in examine("server_takes_mail")[1]
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        assert examine("server_takes_mail") == ("ok", "")


def test_mail_kept_on_disk_is_nobodys(mailbox: Callable[[], list[Any]]) -> None:
    assert examine("server_takes_mail")[0] == "skipped"
    assert mailbox() == []


def test_letters_are_drawn_with_their_fonts() -> None:
    assert examine("letters_can_be_drawn") == ("ok", "")


# --- certificates -----------------------------------------------------------------------------


@contextmanager
def https(folder: Path) -> Iterator[int]:
    """A server that says nothing but its certificate; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "site.pem", folder / "site.key")
    with socket.create_server(("127.0.0.1", 0)) as line:

        def greet() -> None:
            try:
                met, _address = line.accept()
                with context.wrap_socket(met, server_side=True) as spoken:
                    spoken.recv(1)
            except OSError:
                pass  # who came didn't trust us

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        yield line.getsockname()[1]
        thread.join(timeout=5)


@pytest.mark.parametrize(
    ("days", "trusted", "words"),
    [
        (90, True, ""),
        (5, True, "ends in 4 days"),
        (-3, True, "refused (certificate has expired)"),
        (90, False, "refused"),
    ],
)
def test_the_sites_certificate_is_looked_at(
    settings: LazySettings, tmp_path: Path, days: int, trusted: bool, words: str
) -> None:
    certificates.make(tmp_path, days=days)
    settings.PMP_CA_FILE = str(tmp_path / "authority.pem") if trusted else ""
    with https(tmp_path) as port:
        settings.PMP_BASE_URL = f"https://localhost:{port}"
        state, found = examine("site_certificate_is_valid")
    assert state == ("failed" if words else "ok")
    assert words in found


def test_a_site_that_nobody_reaches_is_found(settings: LazySettings) -> None:
    assert examine("site_certificate_is_valid")[0] == "skipped"
    settings.PMP_BASE_URL = f"https://localhost:{free_port()}"
    assert "can't be reached over TLS" in examine("site_certificate_is_valid")[1]


# --- services ---------------------------------------------------------------------------------


def test_the_broker_gives_back_what_it_was_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert examine("broker_carries_a_message") == ("ok", "")
    nowhere = f"redis+socket://{tmp_path}/nowhere.sock"
    monkeypatch.setattr(app.conf, "broker_write_url", nowhere)
    assert "carries nothing" in examine("broker_carries_a_message")[1]


def test_a_process_that_fell_silent_is_named() -> None:
    for name in ("worker", "mailer", "scheduler", "beat"):
        heart.beat(name)
    assert examine("processes_are_alive") == ("ok", "")
    Heartbeat.objects.filter(name="mailer").update(at=clock.real() - timedelta(seconds=61))
    state, words = examine("processes_are_alive")
    assert (state, words.startswith("The mailer was not seen")) == ("failed", True)


def test_the_storage_is_tried_and_left_as_it_was(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    assert examine("storage_keeps_and_gives_back") == ("ok", "")
    assert default_storage.listdir("doctor") == ([], [])
    (tmp_path / "taken").write_text("a file where a folder should be")
    settings.MEDIA_ROOT = tmp_path / "taken"
    assert "The storage refuses" in examine("storage_keeps_and_gives_back")[1]


@pytest.mark.parametrize(("answer", "state"), [(b"PONG\0", "ok"), (b"HTTP/1.1 400", "failed")])
def test_the_scanner_is_asked_whether_it_lives(settings: LazySettings, answer: bytes, state: str) -> None:
    assert examine("scanner_answers")[0] == "skipped"
    with socket.create_server(("127.0.0.1", 0)) as line:

        def reply() -> None:
            met, _address = line.accept()
            with met:
                met.recv(64)
                met.sendall(answer)

        threading.Thread(target=reply, daemon=True).start()
        settings.PMP_CLAMD = f"tcp://127.0.0.1:{line.getsockname()[1]}"
        assert examine("scanner_answers")[0] == state
    settings.PMP_CLAMD = f"tcp://127.0.0.1:{free_port()}"
    assert "doesn't answer" in examine("scanner_answers")[1]
