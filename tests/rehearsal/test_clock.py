"""The banner that only a rehearsal has, and its clock."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from journal import clock
from journal.models import Entry
from postings.models import Posting
from rehearsal import cast as stage
from tests import cast

pytestmark = pytest.mark.django_db
At = Callable[..., datetime]
NOTICE = "/avis/secretaire-general/"
EVE = datetime(2025, 10, 29, 9, 0, tzinfo=UTC)


def _said(client: Client, address: str) -> str:
    html = client.get(address).content.decode()
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def _move(client: Client, step: str, back: str = NOTICE) -> str:
    response = client.post(reverse("rehearsal:clock"), {"step": step, "next": back})
    assert response.status_code == 302
    return response.headers["Location"]


def test_every_page_says_that_it_is_a_rehearsal(client: Client, posting: Posting, hr_client: Client) -> None:
    words = "Répétition — aucune valeur officielle Horloge de référence : mercredi 29 octobre 2025, 10:00:00"
    said = [_said(client, NOTICE), _said(client, "/donnees-personnelles/"), _said(hr_client, reverse("admin:index"))]
    assert [words in text for text in said] == [True, True, True]


def test_stopped_clock_is_not_made_to_tick(client: Client, posting: Posting, at: At) -> None:
    assert "data-rehearsal-clock" not in client.get(NOTICE).content.decode()
    at("2025-10-29 10:00", running=True)
    assert 'data-rehearsal-clock="10:00:0' in client.get(NOTICE).content.decode()


def test_no_banner_outside_a_rehearsal(client: Client, posting: Posting, settings: LazySettings) -> None:
    settings.PMP_REHEARSAL = False
    assert "pmp-rehearsal" not in client.get(NOTICE).content.decode()


def test_only_hr_is_offered_the_clock(client: Client, posting: Posting, hr_client: Client) -> None:
    address = reverse("rehearsal:clock")
    offered = [address in page.content.decode() for page in (client.get(NOTICE), hr_client.get(NOTICE))]
    assert offered == [False, True]


def test_brink_is_thirty_seconds_before_the_deadline(hr_client: Client, posting: Posting) -> None:
    assert "à 16 h 29 min 30 s" in _said(hr_client, NOTICE)
    assert _move(hr_client, "brink") == NOTICE
    assert clock.now() == posting.closes_at - timedelta(seconds=30)


def test_brink_is_offered_only_while_it_is_ahead(hr_client: Client, posting: Posting) -> None:
    _move(hr_client, "brink")
    assert 'value="brink"' not in hr_client.get(NOTICE).content.decode()
    before = clock.now()
    _move(hr_client, "brink")
    assert "L'horloge ne recule pas." in _said(hr_client, NOTICE)
    assert clock.now() == before


@pytest.mark.parametrize(("step", "passed"), [("hour", timedelta(hours=1)), ("day", timedelta(days=1))])
def test_clock_moves_on_and_the_journal_tells(hr_client: Client, step: str, passed: timedelta) -> None:
    _move(hr_client, step)
    assert clock.now() == EVE + passed
    entry = Entry.objects.filter(kind="clock.moved").latest("id")
    assert (entry.at, entry.actor) == (EVE, stage.enter(stage.HR).actor)


def test_running_clock_runs_on_after_a_move(hr_client: Client, at: At) -> None:
    at("2025-10-29 10:00", running=True)
    _move(hr_client, "hour")
    assert not clock.is_stopped()


def test_unknown_step_moves_nothing(hr_client: Client) -> None:
    _move(hr_client, "year")
    assert clock.now() == EVE


def test_clock_leads_back_to_our_own_pages_only(hr_client: Client) -> None:
    assert _move(hr_client, "hour", back="https://elsewhere.example/") == reverse("rehearsal:home")


@pytest.mark.parametrize("who", [cast.candidate, cast.juror, cast.authority, cast.auditor, cast.administrator])
def test_others_may_not_move_the_clock(posting: Posting, who: Callable[[], User]) -> None:
    response = cast.signed_in(who()).post(reverse("rehearsal:clock"), {"step": "hour"})
    assert response.status_code == 403
    assert clock.now() == EVE


def test_stranger_may_not_move_the_clock(client: Client, posting: Posting) -> None:
    assert client.post(reverse("rehearsal:clock"), {"step": "hour"}).status_code == 403


def test_clock_is_not_moved_by_a_link(hr_client: Client) -> None:
    assert hr_client.get(reverse("rehearsal:clock"), {"step": "hour"}).status_code == 405


@pytest.mark.parametrize("name", ["home", "mailbox", "play", "clock"])
def test_nothing_of_it_exists_outside_a_rehearsal(hr_client: Client, settings: LazySettings, name: str) -> None:
    settings.PMP_REHEARSAL = False
    method = hr_client.post if name in ("play", "clock") else hr_client.get
    assert method(reverse(f"rehearsal:{name}"), {"step": "hour", "part": "rh"}).status_code == 404
