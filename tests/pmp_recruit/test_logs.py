"""What the logs tell, and what they never do."""

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from applications.models import Application, Referee
from pmp_recruit import logs
from pmp_recruit.celery import app
from tests import cast
from tests.access.scene import set_scene
from tests.access.table import TABLE
from tests.access.test_addresses import close

Lines = Callable[[], list[str]]


class Kept(logging.Handler):
    """Keeps each line as a process would write it."""

    def __init__(self, style: str) -> None:
        super().__init__()
        described = dict(logs.CONFIG["formatters"][style])
        self.setFormatter(described.pop("()")(described.get("format")))
        self.addFilter(logs.WithoutPath())
        self.lines: SimpleQueue[str] = SimpleQueue()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.put(self.format(record))

    def all(self) -> list[str]:
        return [self.lines.get() for _ in range(self.lines.qsize())]


@contextmanager
def _listening(style: str) -> Iterator[Lines]:
    kept = Kept(style)
    root = logging.getLogger()
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.INFO)
    yield kept.all
    root.setLevel(level)
    root.removeHandler(kept)


@pytest.fixture
def written() -> Iterator[Lines]:
    """The lines written since the test began, or since it last asked, each a JSON object."""
    with _listening("json") as lines:
        yield lines


@pytest.fixture
def written_plainly() -> Iterator[Lines]:
    with _listening("lines") as lines:
        yield lines


def _personal() -> set[str]:
    """Every address, name and telephone of the campaign's people."""
    people = [word for user in User.objects.all() for word in (user.email, user.full_name)]
    referees = [word for row in Referee.objects.all() for word in (row.name, row.email)]
    files = [word for row in Application.objects.all() for word in (row.family_name, row.phone, row.national_id)]
    return {word for word in [*people, *referees, *files] if len(word) > 3}


@pytest.mark.django_db
@pytest.mark.usefixtures("mailbox")
def test_no_line_names_a_person_a_token_or_what_a_path_holds(written: Lines, written_plainly: Lines) -> None:
    """At every address of the site, by someone who passes and by someone who doesn't."""
    scene = set_scene()
    written(), written_plainly()
    secret = _personal()
    for name, line in TABLE.items():
        given = dict(line.kwargs(scene))
        secret |= {str(value) for value in given.values() if len(str(value)) > 5 and not str(value).isdigit()}
        for who in dict.fromkeys(("anonymous", *sorted(line.people)[-1:])):
            with transaction.atomic():
                ask = getattr(scene.browsers[who], line.method.lower())
                close(ask(reverse(name, kwargs=given), {"q": "salma.bennis@exemple.example", **line.data(scene)}))
                transaction.set_rollback(True)
    secret -= {"postings", "interview", "sceller"}  # an app, a stage and an act, of which views too have their names
    lines = [*written(), *written_plainly()]
    assert len(lines) > 3 * len(TABLE)
    assert {(word, text) for text in lines for word in secret if word in text} == set()


@pytest.mark.django_db
def test_a_refused_request_is_named_by_its_view(written: Lines, client: Client) -> None:
    client.get("/avis/une-personne-cherchee/")
    told = [json.loads(line) for line in written() if "Not Found" in line]
    assert [line["text"] for line in told] == ["Not Found: postings:detail"]


@pytest.mark.django_db
def test_a_json_line_has_its_fields_apart(written: Lines, client: Client) -> None:
    answer = client.get("/healthz")
    (line,) = [json.loads(text) for text in written() if "pmp_recruit.request" in text]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["at"])
    assert (line["level"], line["logger"], line["request"]) == ("INFO", "pmp_recruit.request", answer["X-Request-Id"])
    assert (line["method"], line["view"], line["status"]) == ("GET", "healthz", 200)
    assert 0 <= line["milliseconds"] < 60_000


@pytest.mark.django_db
def test_a_row_that_the_database_refused_is_not_told(written: Lines) -> None:
    cast.candidate(1)
    try:
        with transaction.atomic():
            User.objects.create(email="candidat1@exemple.example", full_name="Une Autre")
    except IntegrityError:
        logging.getLogger("pmp_recruit").exception("Refused")
    (line,) = [json.loads(text) for text in written() if "Refused" in text]
    assert "IntegrityError" in line["error"]
    assert "candidat1@exemple.example" not in line["error"]
    assert "(email)" not in line["error"]


def test_people_read_plain_lines_unless_a_machine_is_to(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.LOGGING["handlers"]["stderr"]["formatter"] == "lines"
    assert logs.config("json")["handlers"]["stderr"]["formatter"] == "json"


@app.task(name="tests.speak")
def speak() -> None:
    logging.getLogger("tests.speak").info("spoken")


@app.task(name="tests.ask_for_another")
def ask_for_another() -> None:
    speak.delay()


@pytest.fixture
def worker() -> Iterator[None]:
    """A real worker of both queues, on the tests' own broker, in a thread."""
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=20, loglevel="ERROR"):
        yield


def _until_spoken(written: Lines) -> str:
    kept: list[str] = []
    for _ in range(200):
        kept += [line for line in written() if "tests.speak" in line and "spoken" in line]
        if kept:
            return str(json.loads(kept[0])["request"])
        time.sleep(0.05)
    raise AssertionError("The worker said nothing.")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("task", [speak, ask_for_another])
def test_the_workers_lines_bear_the_request_that_asked(written: Lines, task: Any) -> None:
    token = logs.request_id.set("a1b2c3d4e5f6")
    task.delay()
    logs.request_id.reset(token)
    assert _until_spoken(written) == "a1b2c3d4e5f6"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("worker")
def test_a_task_that_no_request_asked_for_has_an_id_of_its_own(written: Lines) -> None:
    token = logs.request_id.set("-")
    asked = speak.delay()
    logs.request_id.reset(token)
    assert _until_spoken(written) == asked.id.replace("-", "")[:12]
