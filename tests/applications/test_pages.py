"""The candidate's pages: reached by their owner, in every state, at a constant number of queries."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from applications import documents, drafts, intake
from tests import cast
from tests.conftest import MoveClock
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db

STEPS = ("overview", "identity", "career", "documents", "referees", "answers", "declaration", "review", "follow")
AFTER = ("overview", "receipt", "receipt_pdf", "manifest", "follow", "withdraw")
ALL = sorted({*STEPS, *AFTER, "proof"})


def address(name: str) -> str:
    return reverse(f"applications:{name}", args=[factory.SLUG])


@pytest.mark.parametrize("name", STEPS)
def test_draft_page_says_that_nothing_is_submitted(name: str) -> None:
    application = factory.draft(factory.open_posting(), cast.candidate())
    page = cast.signed_in(application.candidate).get(address(name))
    assert page.status_code == 200
    words = page.content.decode()
    assert "Brouillon — non déposée" in words
    assert "<title>Brouillon non déposé — " in words
    assert application.dossier_code in words


@pytest.mark.parametrize("name", ["overview", "receipt", "follow", "withdraw"])
def test_submitted_page_says_so(name: str) -> None:
    application = factory.submitted(factory.open_posting(), cast.candidate())
    page = cast.signed_in(application.candidate).get(address(name))
    assert page.status_code == 200
    words = page.content.decode()
    assert "Déposée le" in words
    assert "candidature déposée" in words.split("</title>")[0]
    assert "Brouillon" not in words


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("stranger", [lambda: cast.candidate(2), cast.hr, cast.juror, cast.authority, cast.auditor])
def test_page_of_another_is_404(name: str, stranger: "type[User]") -> None:
    factory.draft(factory.open_posting(), cast.candidate(1))
    client = cast.signed_in(stranger())
    expected = 404
    if name == "overview":  # where a candidate begins: it shows nothing of another's file
        page = client.get(address(name))
        assert page.status_code in (200, 403)
        assert not page.context or "application" not in page.context
        return
    assert client.get(address(name)).status_code == expected


@pytest.mark.parametrize("name", ALL)
def test_page_asks_who_is_signed_out_to_sign_in(name: str) -> None:
    factory.open_posting()
    page = Client().get(address(name))
    assert page.status_code == 302
    assert page["Location"].startswith(reverse("account_request_login_code"))


def _queries(client: Client, name: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address(name)).status_code == 200
    return len(queries)


def test_pages_cost_the_same_number_of_queries_however_full_the_file_is() -> None:
    posting, candidate = factory.open_posting(), cast.candidate()
    client = cast.signed_in(candidate)
    application = factory.complete_draft(posting, candidate)
    before = {name: _queries(client, name) for name in STEPS}
    degrees = posting.requirements.get(code="diplomes")
    for n in range(4):
        upload = factory.upload(f"diplôme {n}")
        documents.attach(application=application, requirement=degrees, files=[upload], by=candidate)
    drafts.save_referees(
        application=application, referees=[factory.referee(n, candidate) for n in (1, 2, 3)], by=candidate
    )
    posts = [{"title": f"Poste {n}", "employer": "Ministère", "started": None, "ended": None} for n in range(8)]
    drafts.save_career(application=application, values={}, posts=posts, by=candidate)
    assert {name: _queries(client, name) for name in STEPS} == before


def test_mine_leads_to_the_only_file() -> None:
    application = factory.draft(factory.open_posting(), cast.candidate())
    page = cast.signed_in(application.candidate).get(reverse("applications:mine"))
    assert page.status_code == 302
    assert page["Location"] == address("overview")


def test_candidate_opens_a_draft_from_the_notice() -> None:
    posting, candidate = factory.open_posting(), cast.candidate()
    client = cast.signed_in(candidate)
    assert "Ouvrir mon brouillon" in client.get(address("overview")).content.decode()
    assert client.post(address("start")).status_code == 302
    assert client.post(address("start")).status_code == 302
    assert posting.applications.get().candidate == candidate


def test_start_after_the_deadline_is_refused(at: MoveClock) -> None:
    posting = factory.open_posting()
    at("2025-10-30 16:30")
    page = cast.signed_in(cast.candidate()).post(address("start"))
    assert page.status_code == 409
    assert posting.applications.count() == 0


def test_draft_is_read_only_after_the_deadline(at: MoveClock) -> None:
    application = factory.complete_draft(factory.open_posting(), cast.candidate())
    at("2025-10-30 16:30")
    client = cast.signed_in(application.candidate)
    page = client.post(address("identity"), {"family_name": "Trop Tard"})
    assert page.status_code == 409
    assert "Trop Tard" in page.content.decode()
    application.refresh_from_db()
    assert application.family_name != "Trop Tard"
    for name in ("identity", "career", "referees", "answers", "declaration"):
        assert "Enregistrer et continuer" not in client.get(address(name)).content.decode()


def test_withdrawn_file_says_so_everywhere() -> None:
    application = factory.submitted(factory.open_posting(), cast.candidate())
    intake.withdraw(application=application, by=application.candidate)
    client = cast.signed_in(application.candidate)
    for name in ("overview", "receipt", "follow"):
        assert "Retirée le" in client.get(address(name)).content.decode()
