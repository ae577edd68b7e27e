"""What a Prometheus reads, and who may."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.models import LateAttempt
from journal import checkpoint, clock, heart
from journal.models import CheckResult
from notices.models import Notice, NoticeState
from pmp_recruit.metrics import requests, text
from pmp_recruit.metrics.requests import BUCKETS, Counts
from postings.models import Posting
from tests import cast
from tests.conftest import MoveClock
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db
TOKEN = "x" * 40
#: A sample's line: name, labels, value (the format's own grammar, without timestamps).
SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)*)\})? (\S+)')


def read(client: Client) -> dict[str, float]:
    """Every sample by its name and labels, those of the process left out."""
    answer = client.get("/metrics")
    assert (answer.status_code, answer["Content-Type"]) == (200, text.CONTENT_TYPE)
    found: dict[str, float] = {}
    for line in answer.content.decode().splitlines():
        if not line.startswith("#"):
            matched = SAMPLE.fullmatch(line)
            assert matched, line
            labels = ",".join(re.findall(r'(?:^|,)((?!process=)[a-z_]+="[^"]*")', matched[2] or ""))
            key = f"{matched[1]}{{{labels}}}" if labels else matched[1]
            found[key] = found.get(key, 0) + float(matched[3])
    return found


def test_metrics_are_for_the_machine_itself_and_not_through_a_proxy(client: Client) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404


def test_metrics_with_a_token_are_for_who_says_it(client: Client, settings: LazySettings) -> None:
    settings.PMP_METRICS_TOKEN = TOKEN
    for said in (None, "Bearer", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer é"):
        headers = {"Authorization": said} if said else {}
        assert client.get("/metrics", headers=headers).status_code == 404, said
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, REMOTE_ADDR="192.0.2.7")
    assert answer.status_code == 200


def test_requests_are_counted_by_view_and_status_never_by_path(client: Client) -> None:
    before = read(client)
    for _ in range(3):
        client.get("/healthz")
    client.get("/avis/quelqu-un/")
    client.get("/nulle-part")
    after = read(client)

    def more(method: str, view: str, status: int) -> float:
        key = f'pmp_requests_total{{method="{method}",view="{view}",status="{status}"}}'
        return after[key] - before.get(key, 0)

    assert [more("GET", "healthz", 200), more("GET", "postings:detail", 404), more("GET", "-", 404)] == [3, 1, 1]
    assert not [key for key in after if "quelqu-un" in key or "nulle" in key]


def test_durations_are_a_histogram_that_adds_up() -> None:
    counts = Counts()
    for seconds in (0.001, 0.005, 0.3, 60.0):
        counts.observe(method="GET", view="a", status=200, seconds=seconds)
    counts.write()
    known = json.loads((requests.folder() / f"{counts.process}.json").read_text())
    family = text.Family("x", "histogram", "…")
    requests._histogram(family, known["durations"]["a"])
    told = {(name, labels.get("le", "")): value for name, labels, value in family.samples}
    assert (told["x_bucket", "0.005"], told["x_bucket", "0.5"], told["x_bucket", "10.0"]) == (2, 3, 3)
    assert (told["x_bucket", "+Inf"], told["x_count", ""]) == (4, 4)
    assert told["x_sum", ""] == pytest.approx(60.306)
    assert len(family.samples) == len(BUCKETS) + 3


def test_one_scrape_answers_for_every_process_that_shares_the_folder(client: Client) -> None:
    before = read(client)
    neighbour = Counts()
    neighbour.observe(method="GET", view="healthz", status=200, seconds=0.01)
    neighbour.write()
    client.get("/healthz")
    key = 'pmp_requests_total{method="GET",view="healthz",status="200"}'
    assert read(client)[key] - before.get(key, 0) == 2
    text_ = client.get("/metrics").content.decode()
    assert len(set(re.findall(r'view="healthz",status="200",process="([^"]+)"', text_))) >= 2


def test_labels_are_escaped() -> None:
    family = text.Family("x", "gauge", "two\nlines").add(1, of='a"b\\c\nd')
    assert text.write([family]) == '# HELP x two lines\n# TYPE x gauge\nx{of="a\\"b\\\\c\\nd"} 1\n'


def test_gauges_tell_what_waits_and_since_when(client: Client, posting: Posting, at: MoveClock) -> None:
    file = factory.submitted(posting, cast.candidate(1))
    LateAttempt.objects.create(application=file, at=clock.now(), closes_at=posting.closes_at)
    heart.beat("mailer")
    told = read(client)
    waiting = told["pmp_journal_unsealed"]
    assert waiting > 0
    assert told["pmp_journal_entries"] == waiting
    assert told['pmp_notices{state="released"}'] == Notice.objects.filter(state=NoticeState.RELEASED).count() > 0
    assert (told["pmp_closings_due"], told["pmp_late_attempts"]) == (0, 1)
    assert 0 <= told['pmp_heartbeat_age_seconds{name="mailer"}'] < 30
    assert told["pmp_files_free_bytes"] > 0
    checkpoint.seal()
    at("2025-10-30 16:32")
    told = read(client)
    assert (told["pmp_closings_due"], told["pmp_closing_oldest_due_seconds"]) == (1, 120)
    released = Notice.objects.filter(state=NoticeState.RELEASED).earliest("released_at").released_at
    assert released is not None
    assert told["pmp_notice_oldest_undelivered_seconds"] == (clock.now() - released).total_seconds()
    assert told["pmp_journal_checkpoint_age_seconds"] >= timedelta(hours=30).total_seconds()
    assert {key: value for key, value in told.items() if key.startswith("pmp_gauge_broken") and value} == {}


def test_a_failed_check_shows(client: Client) -> None:
    CheckResult.objects.create(name="a", at=clock.real(), holds=False, count=2, found=["x", "y"])
    CheckResult.objects.create(name="b", at=clock.real(), holds=True)
    told = read(client)
    assert (told['pmp_invariant_holds{check="a"}'], told['pmp_invariant_holds{check="b"}']) == (0, 1)


def test_metrics_cost_the_same_whatever_the_number_of_rows(client: Client, posting: Posting) -> None:
    from_few, from_many = [], []
    for kept, files in ((from_few, (1,)), (from_many, (2, 3, 4))):
        for n in files:
            factory.submitted(posting, cast.candidate(n))
        with CaptureQueriesContext(connection) as queries:
            read(client)
        kept.append(len(queries))
    assert from_few == from_many
