"""A submission that came too late: what its candidate is told, what HR sees, and that it is kept within bounds."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applications import closing
from applications.intake import ATTEMPTS_KEPT
from applications.models import Application, LateAttempt
from applications.views.too_late import lateness
from journal.models import Entry
from journal.words import words
from tests import cast
from tests.conftest import MoveClock
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db
REVIEW = f"/candidature/{factory.SLUG}/depot/"


@pytest.fixture
def draft() -> Application:
    return factory.complete_draft(factory.open_posting(), cast.candidate())


@pytest.fixture
def client(draft: Application) -> Client:
    return cast.signed_in(draft.candidate)


def said(client: Client) -> str:
    answer = client.post(REVIEW)
    assert answer.status_code == 409
    return answer.content.decode().replace("\u00a0", " ")


def test_page_says_when_how_late_what_it_means_and_whom_to_write_to(
    at: MoveClock, client: Client, draft: Application
) -> None:
    at("2025-10-30 16:30:03.417")
    page = said(client)
    for told in (
        "jeudi 30 octobre 2025 à 16 h 30 min 03,417 s",
        "jeudi 30 octobre 2025 à 16 h 30 min 00,000 s",
        "3,417 secondes",
        "votre candidature n’est pas déposée",
        "Le service des recrutements la voit",
        "écrire ne rend pas le dossier recevable",
        f'href="mailto:recrutement@pmp.example?subject=Dossier%20{draft.dossier_code}"',
        "<title>Brouillon non déposé — Dépôt refusé",
    ):
        assert told in page
    assert "data-deadline " not in page


@pytest.mark.parametrize(
    ("late", "told"),
    [
        (timedelta(0), "à l’instant même de la date limite"),
        (timedelta(microseconds=999), "à l’instant même de la date limite"),
        (timedelta(milliseconds=1), "0,001 seconde"),
        (timedelta(seconds=59, milliseconds=999), "59,999 secondes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=12, seconds=3), "12 minutes 3 secondes"),
        (timedelta(hours=2, seconds=59), "2 heures 59 secondes"),
        (timedelta(days=1, hours=3, minutes=9), "1 jour 3 heures"),
    ],
)
def test_lateness_is_told_in_words(late: timedelta, told: str) -> None:
    assert lateness(late) == told


def test_hr_finds_the_attempt_with_its_hour(at: MoveClock, client: Client, draft: Application) -> None:
    at("2025-10-30 16:30:03.417")
    said(client)
    factory.close(draft.posting)
    hr = cast.signed_in(cast.hr())
    found = hr.get(reverse("admin:applications_application_changelist"), {"tardive": "oui"}).content.decode()
    assert draft.dossier_code in found
    trace = hr.get(reverse("admin:applications_application_change", args=[draft.pk])).content.decode()
    assert "16 h 30 min 03,417 s" in trace.replace("\u00a0", " ")
    assert words("application.refused_late") in trace
    assert draft.family_name not in trace


def test_attempts_are_kept_one_by_one_up_to_twenty(at: MoveClock, client: Client) -> None:
    at("2025-10-30 16:30")
    for _n in range(ATTEMPTS_KEPT):
        assert "Votre tentative est enregistrée" in said(client)
    assert "Vos 20 premières tentatives sont enregistrées" in said(client)
    assert LateAttempt.objects.count() == ATTEMPTS_KEPT == 20
    assert Entry.objects.filter(kind="application.refused_late").count() == ATTEMPTS_KEPT


def test_a_new_deadline_has_attempts_of_its_own(at: MoveClock, client: Client, draft: Application) -> None:
    at("2025-10-30 16:30")
    for _n in range(ATTEMPTS_KEPT + 1):
        said(client)
    later = at("2025-10-31 12:00")
    at("2025-10-30 16:31")
    closing.extend_deadline(posting=draft.posting, closes_at=later, reason="Panne.", by=cast.hr(), incident=True)
    at("2025-10-31 12:00")
    assert "Votre tentative est enregistrée" in said(client)
    assert LateAttempt.objects.filter(closes_at=later).count() == 1


def test_lapsed_draft_is_told_the_same(at: MoveClock, client: Client, draft: Application) -> None:
    factory.close(draft.posting)
    at("2025-11-02 09:00")
    assert "2 jours 16 heures" in said(client)


def test_overview_tells_the_attempts(at: MoveClock, client: Client) -> None:
    at("2025-10-30 16:30:00.001")
    said(client)
    page = client.get(f"/candidature/{factory.SLUG}/").content.decode().replace("\u00a0", " ")
    assert "est arrivée le jeudi 30 octobre 2025 à 16 h 30 min 00,001 s" in page
    assert "Le service des recrutements voit ces tentatives" in page
