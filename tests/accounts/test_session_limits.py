"""The sessions of those who work here end; what they were sending waits for them, and for nobody else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Session, User
from accounts.session_store import SIGNED_IN
from accounts.views_kept_words import SESSION as KEPT
from evaluations.models import Exercise
from postings.models import Posting
from tests import cast

pytestmark = pytest.mark.django_db
RESUME = "/compte/reprendre/"


def left_alone(client: Client, minutes: int) -> Client:
    """As if its last request were that long ago."""
    key = client.session.session_key
    assert Session.objects.filter(pk=key).update(seen_at=timezone.now() - timedelta(minutes=minutes)) == 1
    return client


def signed_in_since(user: User, hours: float) -> Client:
    client = cast.signed_in(user)
    session = client.session
    session[SIGNED_IN] = timezone.now().timestamp() - hours * 3600
    session.save()
    return client


@pytest.mark.parametrize(
    "who", [cast.hr, cast.officer, cast.secretary, cast.auditor, cast.administrator, cast.juror, cast.authority]
)
def test_whoever_works_here_is_signed_out_after_half_an_hour_without_a_request(who) -> None:  # type: ignore[no-untyped-def]
    client = left_alone(cast.signed_in(who()), 29)
    assert client.get("/compte/gerer/").status_code == 200
    ended = left_alone(client, 31).get("/compte/gerer/", follow=True)
    assert ended.redirect_chain[0][0] == "/connexion/?next=/compte/gerer/"
    assert "après 30 minutes sans activité" in ended.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_candidate_who_thinks_for_an_hour_stays() -> None:
    client = left_alone(cast.signed_in(cast.candidate()), 61)
    assert client.get("/compte/gerer/").status_code == 200


def test_a_days_work_ends_however_busy() -> None:
    assert signed_in_since(cast.hr(), 9.9).get("/compte/gerer/").status_code == 200
    assert signed_in_since(cast.hr(), 10.1).get("/compte/gerer/").status_code == 302


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in() -> None:
    client = left_alone(cast.signed_in(cast.juror()), 20)
    client.get("/evaluation/jury/", headers={"HX-Request": "true"})
    seen = Session.objects.get(user=cast.juror()).seen_at
    assert seen is not None
    assert timezone.now() - seen > timedelta(minutes=19)
    assert left_alone(client, 31).get("/evaluation/jury/", headers={"HX-Request": "true"}).status_code == 401


def test_what_saves_by_itself_is_told_to_keep_its_words() -> None:
    client = left_alone(cast.signed_in(cast.juror()), 31)
    answer = client.post(
        "/evaluation/jury/dossiers/AAAA-AAAA/competences/enregistrer/", {"value_1": "12"}, headers={"X-Autosave": "1"}
    )
    assert answer.status_code == 401


def test_what_was_being_sent_waits_and_is_sent_by_its_author(posting: Posting) -> None:
    address = f"/evaluation/campagne/{posting.slug}/epreuve/"
    typed = {"title": "Note de synthèse", "instructions": "Trois heures.", "code": "123456"}
    client = left_alone(cast.signed_in(cast.secretary()), 31)
    refused = client.post(address, typed)
    assert refused.headers["Location"] == f"/connexion/?next={RESUME}"
    assert not Exercise.objects.exists()
    client.force_login(cast.secretary(), backend=cast.BACKEND)
    assert client.get(RESUME).headers["Location"].startswith("/compte/second-facteur/")
    _prove(client, cast.secretary())
    page = client.get(RESUME).content.decode()
    assert ("Note de synthèse" in page, f'action="{address}"' in page, "123456" in page) == (True, True, False)
    again = client.post(address, {name: value for name, value in typed.items() if name != "code"})
    assert (again.status_code, "Note de synthèse" in again.content.decode()) == (422, True)
    assert client.get(RESUME).headers["Location"] == "/compte/"


def test_another_person_finds_nothing_of_it(posting: Posting) -> None:
    client = left_alone(cast.signed_in(cast.officer()), 31)
    client.post(f"/evaluation/campagne/{posting.slug}/jury/", {"words": "Confidentiel."})
    client.force_login(cast.auditor(), backend=cast.BACKEND)
    _prove(client, cast.auditor())
    assert client.get(RESUME).headers["Location"] == "/compte/"
    client.force_login(cast.officer(), backend=cast.BACKEND)
    _prove(client, cast.officer())
    assert client.get(RESUME).headers["Location"] == "/compte/"


def test_one_may_give_it_up(posting: Posting) -> None:
    client = left_alone(cast.signed_in(cast.officer()), 31)
    client.post(f"/evaluation/campagne/{posting.slug}/jury/", {"words": "À reprendre."})
    client.force_login(cast.officer(), backend=cast.BACKEND)
    _prove(client, cast.officer())
    assert "À reprendre." in client.get(RESUME).content.decode()
    assert client.post(RESUME).headers["Location"] == "/compte/"
    assert client.get(RESUME).headers["Location"] == "/compte/"
    assert KEPT not in client.session


def test_a_public_page_opens_signed_out(posting: Posting) -> None:
    client = left_alone(cast.signed_in(cast.hr()), 31)
    page = client.get("/", follow=True)
    assert (page.status_code, "Se connecter" in page.content.decode()) == (200, True)


def _prove(client: Client, user: User) -> None:
    proved = cast.signed_in(user).session["second_factor"]
    session = client.session
    session["second_factor"] = proved
    session.save()
