"""A person sees where they are signed in, and ends it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import devices
from accounts.models import Session
from accounts.sessions import list_sessions
from journal.models import Entry
from tests import cast

pytestmark = pytest.mark.django_db
ACCOUNT = "/compte/gerer/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"


def key_of(browser: Client) -> str:
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def mark_of(browser: Client) -> str:
    user = cast.candidate()
    return next(one.mark for one in list_sessions(user=user, current=key_of(browser)) if one.current)


def is_signed_in(browser: Client) -> bool:
    return browser.get(ACCOUNT).status_code == 200


def test_sessions_are_listed_without_their_keys() -> None:
    here, there = cast.signed_in(cast.candidate()), cast.signed_in(cast.candidate())
    cast.signed_in(cast.candidate(2))
    page = here.get(ACCOUNT).content.decode()
    assert (page.count("Connecté le"), key_of(here) in page, key_of(there) in page) == (2, False, False)


def test_one_session_is_ended_and_no_other() -> None:
    here, there, third = (cast.signed_in(cast.candidate()) for _ in range(3))
    assert here.post(f"/compte/appareils/{mark_of(there)}/fermer/").status_code == 302
    assert (is_signed_in(here), is_signed_in(there), is_signed_in(third)) == (True, False, True)
    assert Entry.objects.get(kind="account.sessions_ended").facts == {"count": 1}


def test_all_others_are_ended() -> None:
    here, there, other = *(cast.signed_in(cast.candidate()) for _ in range(2)), cast.signed_in(cast.candidate(2))
    here.post("/compte/appareils/fermer/")
    assert (is_signed_in(here), is_signed_in(there), is_signed_in(other)) == (True, False, True)
    page = here.post("/compte/appareils/fermer/", follow=True).content.decode()
    assert "Aucun autre appareil" in page


def test_another_persons_session_does_not_exist() -> None:
    mine, theirs = cast.signed_in(cast.candidate(2)), cast.signed_in(cast.candidate())
    assert mine.post(f"/compte/appareils/{mark_of(theirs)}/fermer/").status_code == 404
    assert is_signed_in(theirs)


def test_a_session_knows_its_browser_and_keeps_no_more() -> None:
    browser = Client(HTTP_USER_AGENT=FIREFOX)
    cast.candidate()
    browser.post("/repetition/jouer/", {"part": "candidat"})
    browser.force_login(cast.candidate(), backend=cast.BACKEND)
    row = Session.objects.get(session_key=key_of(browser))
    assert (row.user, FIREFOX in str(row.get_decoded())) == (cast.candidate(), False)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox sous Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/128.0 Mobile Safari/537.36", "Chrome sous Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) Version/17.5 Mobile/15E148 Safari/604.1", "Safari sous iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/128.0 Safari/537.36 Edg/128.0", "Edge sous Windows"),
        ("curl/8", "Navigateur non reconnu"),
        ("", "Navigateur non reconnu"),
        ("<script>Linux" * 500, "Linux"),
    ],
)
def test_a_browser_is_told_in_words(agent: str, words: str) -> None:
    assert devices.words(agent) == words


def test_last_use_is_noted_now_and_then() -> None:
    browser = cast.signed_in(cast.candidate())
    rows = Session.objects.filter(session_key=key_of(browser))
    old = timezone.now() - timedelta(hours=1)
    rows.update(seen_at=old)
    browser.get(ACCOUNT)
    seen = rows.get().seen_at
    assert seen is not None
    assert seen > old + timedelta(minutes=59)
    browser.get(ACCOUNT)
    assert rows.get().seen_at == seen


def test_an_account_that_goes_takes_its_sessions_along() -> None:
    browser = cast.signed_in(cast.candidate())
    cast.candidate().delete()
    assert (Session.objects.count(), is_signed_in(browser)) == (0, False)
