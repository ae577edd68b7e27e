"""What every answer carries."""

import json
import logging

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from pmp_recruit import middleware
from pmp_recruit.logs import CONFIG, LineFormatter
from postings.locks import PostingCancelled
from tests.cast import hr, signed_in

pytestmark = pytest.mark.django_db

FORMAT = CONFIG["formatters"]["lines"]["format"]


def test_every_answer_refuses_caches_embedding_and_powers(client: Client) -> None:
    for response in (client.get("/healthz"), client.get("/nowhere"), signed_in(hr()).get("/rh/")):
        assert "no-store" in response["Cache-Control"]
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert response["Permissions-Policy"].startswith("camera=()")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
        assert "default-src 'none'" in response["Content-Security-Policy"]


def test_request_log_names_the_view_and_not_the_path(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="pmp_recruit.request"):
        response = client.get("/healthz?nom=Bennis")
    (line,) = [r.getMessage() for r in caplog.records if r.name == "pmp_recruit.request"]
    assert line.startswith("GET healthz 200 ")
    assert len(response["X-Request-Id"]) == 12


def test_two_requests_have_two_ids(client: Client) -> None:
    assert client.get("/healthz")["X-Request-Id"] != client.get("/healthz")["X-Request-Id"]


def test_log_lines_hold_no_address_and_no_secret_link() -> None:
    secret = "hM3" * 15
    record = logging.LogRecord(
        "x", logging.INFO, "", 1, "Gone: /r/%s for %s", (secret, "salma.bennis@exemple.example"), None
    )
    line = LineFormatter(FORMAT).format(record)
    assert line.partition("] ")[2] == "Gone: /r/[…] for [adresse]"


def test_log_lines_keep_public_ids() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 1, "notice 5f0c9d3c-7a55-4d0f-8a10-1f2c3d4e5f60", (), None)
    assert LineFormatter(FORMAT).format(record).endswith("5f0c9d3c-7a55-4d0f-8a10-1f2c3d4e5f60")


def test_address_with_a_nul_is_a_bad_request(client: Client) -> None:
    for address in ("/?q=a%00b", "/avis/a%00b/", "/rh/%00"):
        response = client.get(address)
        assert response.status_code == 400, address
        assert "n’a pas pu être lue" in response.content.decode()


def test_body_that_no_form_sends_is_refused_unread(client: Client, settings: LazySettings) -> None:
    settings.PMP_MAX_BODY = 1_000
    response = client.post("/registre/verifier/", {"text": "x" * 1_001})
    assert response.status_code == 413
    assert "trop lourd" in response.content.decode()


def test_a_cancelled_posting_is_told_where_no_view_has_words_for_it(rf: RequestFactory) -> None:
    answering = middleware.cancelled(lambda request: HttpResponse())
    tell = answering.process_exception  # type: ignore[attr-defined]
    page = tell(rf.post("/"), PostingCancelled())
    saving = tell(rf.post("/", headers={"X-Autosave": "1"}), PostingCancelled())
    assert (page.status_code, "Cet avis est annulé" in page.content.decode()) == (409, True)
    assert (saving.status_code, "annulé" in json.loads(saving.content)["message"]) == (409, True)
    assert tell(rf.post("/"), ValueError()) is None
