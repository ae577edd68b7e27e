"""The last hour of a draft, told by the server on every page that its owner sees."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from tests import cast
from tests.conftest import MoveClock
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db

FILE = ("", "identite/", "parcours/", "pieces/", "referents/", "questions/", "declaration/", "depot/", "suivi/")
OWN = [f"/candidature/{factory.SLUG}/{page}" for page in FILE]
ELSEWHERE = [f"/avis/{factory.SLUG}/", "/donnees-personnelles/", "/registre/", "/registre/verifier/", "/compte/"]
BANNER, HIDDEN = '<section class="pmp-last-hour"', '"/avis/secretaire-general/heure/" hidden>'


def banner(client: Client, address: str) -> str:
    """The banner's own HTML, with plain spaces; empty where there is none, or where it is hidden."""
    words = client.get(address, follow=True).content.decode().replace("\u00a0", " ")
    if BANNER not in words:
        return ""
    start = words.index(BANNER)
    section = words[start : words.index("</section>", start)]
    return "" if HIDDEN in section else section


@pytest.mark.parametrize("address", [*OWN, *ELSEWHERE])
def test_every_page_tells_the_owner_of_a_draft(at: MoveClock, address: str) -> None:
    factory.complete_draft(factory.open_posting(), cast.candidate())
    at("2025-10-30 15:42")
    words = banner(cast.signed_in(cast.candidate()), address)
    assert "Votre dossier n’est PAS déposé." in words
    assert "À 15 h 42, heure du serveur, il restait <strong>48 minutes</strong>." in words


@pytest.mark.parametrize("address", [*OWN, *ELSEWHERE, "/candidature/mes-donnees/", "/compte/gerer/", "/candidature/"])
def test_every_page_calls_the_draft_a_draft(address: str) -> None:
    factory.complete_draft(factory.open_posting(), cast.candidate())
    words = cast.signed_in(cast.candidate()).get(address, follow=True).content.decode()
    title = words[words.index("<title>") : words.index("</title>")]
    assert "brouillon non déposé" in title.lower()
    assert words.count("Brouillon — non déposée") == 1


def test_no_page_calls_a_submitted_file_a_draft() -> None:
    application = factory.submitted(factory.open_posting(), cast.candidate())
    client = cast.signed_in(application.candidate)
    pages = [client.get(address, follow=True).content.decode() for address in (OWN[0], *ELSEWHERE, "/compte/gerer/")]
    assert [page for page in pages if "rouillon — non déposée" in page or "rouillon non déposé" in page] == []


@pytest.mark.parametrize(
    ("moment", "shown"),
    [("15:29:59.999", False), ("15:30", True), ("16:29:59.999", True), ("16:30", False), ("16:31", False)],
)
def test_banner_stands_for_the_last_hour_and_no_longer(at: MoveClock, moment: str, shown: bool) -> None:
    factory.draft(factory.open_posting(), cast.candidate())
    at(f"2025-10-30 {moment}")
    client = cast.signed_in(cast.candidate())
    assert [bool(banner(client, address)) for address in (OWN[0], ELSEWHERE[0])] == [shown, shown]


def test_last_minute_is_told_as_less_than_one(at: MoveClock) -> None:
    factory.draft(factory.open_posting(), cast.candidate())
    at("2025-10-30 16:29:00.001")
    assert "<strong>moins d’une minute</strong>" in banner(cast.signed_in(cast.candidate()), OWN[0])


@pytest.mark.parametrize(
    ("full", "page", "href", "action"),
    [
        (False, "identite/", OWN[0], "Voir ce qui manque"),
        (True, "identite/", f"/candidature/{factory.SLUG}/depot/", "Relire et déposer"),
        (True, "", f"/candidature/{factory.SLUG}/depot/", "Relire et déposer"),
        (True, "depot/", "#deposer", "Aller au bouton de dépôt"),
    ],
)
def test_banner_leads_to_what_is_left_to_do(at: MoveClock, full: bool, page: str, href: str, action: str) -> None:
    posting = factory.open_posting()
    (factory.complete_draft if full else factory.draft)(posting, cast.candidate())
    at("2025-10-30 16:00")
    client = cast.signed_in(cast.candidate())
    words = banner(client, OWN[0] + page)
    assert f'href="{href}">{action}</a>' in words
    if href.startswith("#"):
        assert f'id="{href[1:]}"' in client.get(OWN[0] + page).content.decode()


def test_nobody_else_is_told(at: MoveClock) -> None:
    posting = factory.open_posting()
    factory.draft(posting, cast.candidate(1))
    factory.submitted(posting, cast.candidate(2))
    at("2025-10-30 16:00")
    people: list[User] = [cast.candidate(2), cast.candidate(3), cast.hr(), cast.juror(1)]
    for client in (Client(), *map(cast.signed_in, people)):
        assert banner(client, ELSEWHERE[0]) == ""
    assert banner(cast.signed_in(cast.candidate(2)), OWN[0]) == ""


def test_notice_costs_a_stranger_no_query_for_it() -> None:
    posting = factory.open_posting()
    factory.draft(posting, cast.candidate(1))

    def asked(client: Client) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(ELSEWHERE[0])
        return sum("applications_application" in query["sql"] for query in queries)

    assert [asked(client) for client in (Client(), cast.signed_in(cast.hr()), cast.signed_in(cast.candidate(1)))] == [
        0,
        0,
        1,
    ]


def test_hour_of_the_server_is_public_and_never_kept(at: MoveClock) -> None:
    factory.open_posting()
    at("2025-10-30 16:29:59.999")
    answer = Client().get(reverse("postings:hour", args=[factory.SLUG]))
    assert answer.json() == {"now": "2025-10-30T15:29:59.999000+00:00", "closes_at": "2025-10-30T15:30:00+00:00"}
    assert answer["Cache-Control"] == "no-store"
    assert Client().get(reverse("postings:hour", args=["inconnu"])).status_code == 404
