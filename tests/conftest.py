"""What every test may ask for: the clock of record, the mailbox, the real posting."""

from collections.abc import Callable, Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache

from journal import clock
from postings.lifecycle import publish
from postings.loader import DATA, load
from postings.models import Posting
from tests import flush  # noqa: F401 - lets a transactional test empty the append-only tables
from tests.chromium import browser  # noqa: F401 - a fixture

DEFAULT_MOMENT = "2025-10-29 10:00"
MoveClock = Callable[..., datetime]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.zone())


@pytest.fixture
def at() -> MoveClock:
    """``at("2025-10-30 16:29:59.999")`` sets the clock of record, in Casablanca; ``running=True`` lets it run on."""

    def move(text: str, *, running: bool = False) -> datetime:
        moment = _moment(text)
        clock.move_to(moment, by="test", stopped=not running)
        return moment

    return move


@pytest.fixture(autouse=True)
def _default_clock(request: pytest.FixtureRequest) -> None:
    """The clock of record stands at the eve of the deadline in every test that has a database."""
    marked = request.node.get_closest_marker("django_db") is not None
    if marked or {"db", "transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("_django_db_helper")
        clock.move_to(_moment(DEFAULT_MOMENT), by="test", stopped=True)


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Rate limits begin anew."""
    yield
    cache.clear()


@pytest.fixture
def mailbox(settings: LazySettings) -> Callable[[], list[EmailMessage]]:
    """``mailbox()`` gives the mails on disk that were written since the test began, oldest first.

    Django's test runner would keep them in memory: asking for this fixture sends them as a rehearsal does.
    """
    settings.EMAIL_BACKEND = "notices.mailer.DiskBackend"
    folder = Path(settings.PMP_MAIL_DIR)
    before = set(folder.rglob("*.eml"))

    def read() -> list[EmailMessage]:
        new = sorted(set(folder.rglob("*.eml")) - before, key=lambda path: (path.stat().st_mtime_ns, path.name))
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in new]

    return read


@pytest.fixture
def posting(_default_clock: None) -> Posting:
    """The real notice, loaded and published."""
    return publish(posting=load(DATA / "secretaire-general"), by=None)
