"""The candidate's page of their interview."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from evaluations import choosing, interviews
from journal import clock
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.evaluations.test_choosing import before, choose, drawn, free, own, page_of
from tests.factories import evaluations

pytestmark = pytest.mark.django_db


@pytest.fixture
def posting() -> Posting:
    """Two invited, two slots free, the choice open."""
    posting = drawn(2)
    choosing.open_choice(posting=posting, by=cast.hr())
    return posting


def test_page_says_when_and_where_and_offers_what_is_free(posting: Posting) -> None:
    client, url = page_of()
    page = client.get(url).content.decode()
    assert page.count('type="radio"') == 2
    for slot in free(posting):
        assert f'value="{slot.public_id}"' in page
    assert f'datetime="{own().starts_at.astimezone(clock.zone()).isoformat()}"' in page
    assert "heure de Casablanca (UTC+1" in page


def test_page_costs_as_many_queries_with_two_slots_and_with_twenty(
    posting: Posting, django_assert_max_num_queries: object
) -> None:
    client, url = page_of()
    with django_assert_max_num_queries(14) as few:  # type: ignore[operator]
        client.get(url)
    for n in range(18):
        at = clock.now() + timedelta(days=9, hours=n)
        interviews.add_slot(posting=posting, starts_at=at, minutes=30, place="Salle", by=cast.hr())
    with django_assert_max_num_queries(14) as many:  # type: ignore[operator]
        client.get(url)
    assert len(few) == len(many)


def test_nobody_else_finds_the_page(posting: Posting) -> None:
    url = page_of()[1]
    for person in (cast.candidate(9), cast.hr(), cast.juror(), cast.authority(), cast.auditor()):
        assert cast.signed_in(person).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_page_is_not_there_before_the_invitation() -> None:
    evaluations.skills_closed(1)
    client, url = page_of()
    assert client.get(url).status_code == 404
    assert client.post(url, {"slot": uuid4()}).status_code == 404
    assert client.get(url.rstrip("/") + ".ics").status_code == 404


def test_choosing_on_the_page_then_sending_it_again(posting: Posting) -> None:
    client, url = page_of()
    wanted = free(posting)[1]
    for _twice in range(2):
        answer = client.post(url, {"slot": wanted.public_id})
        assert (answer.status_code, answer.headers["Location"]) == (302, url)
    assert own().starts_at == wanted.starts_at
    assert Notice.objects.filter(kind="interview_invitation", recipient=cast.candidate()).count() == 2


def test_the_slower_candidate_is_told_and_sees_what_is_left(posting: Posting) -> None:
    wanted, other = free(posting)
    choose(wanted, 2)
    client, url = page_of()
    answer = client.post(url, {"slot": wanted.public_id})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ce créneau vient d’être pris" in page
    assert f'value="{other.public_id}"' in page
    assert f'value="{wanted.public_id}"' not in page
    assert own().sequence == 0


@pytest.mark.parametrize("slot", ["", "pas-un-créneau", "0" * 400])
def test_no_choice_or_nonsense_asks_again(posting: Posting, slot: str) -> None:
    client, url = page_of()
    answer = client.post(url, {"slot": slot})
    assert answer.status_code == 422
    assert 'href="#id_slot"' in answer.content.decode()


def test_unknown_slot_is_a_conflict(posting: Posting) -> None:
    client, url = page_of()
    assert client.post(url, {"slot": uuid4()}).status_code == 409


def test_too_late_to_choose_is_said(posting: Posting) -> None:
    wanted = free(posting)[1]
    before(own())
    client, url = page_of()
    assert "Il est maintenant ferme" in client.get(url).content.decode()
    answer = client.post(url, {"slot": wanted.public_id})
    assert (answer.status_code, own().sequence) == (409, 0)
    assert "ne peut plus être pris" in answer.content.decode()


def test_saying_that_none_suits_on_the_page(posting: Posting) -> None:
    client, url = page_of()
    assert client.post(url, {"reason": "Je suis <b>hospitalisée</b>."}).status_code == 302
    page = client.get(url).content.decode()
    assert "Je suis &lt;b&gt;hospitalisée&lt;/b&gt;." in page
    refused = client.post(url, {"reason": "x" * 1001})
    assert refused.status_code == 422
    assert "x" * 1001 in refused.content.decode()
    assert client.post(url, {"reason": " "}).status_code == 422


def test_the_calendar_file_follows_the_interview(posting: Posting) -> None:
    client, url = page_of()
    choose(free(posting)[0])
    answer = client.get(url.rstrip("/") + ".ics")
    calendar = Calendar.from_ical(answer.content)
    event = calendar.walk("VEVENT")[0]
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert (calendar["METHOD"], event["SEQUENCE"], event.decoded("DTSTART")) == ("PUBLISH", 1, own().starts_at)


def test_the_page_of_an_interview_that_is_past_offers_nothing(posting: Posting) -> None:
    clock.move_to(own().ends_at, by="test", stopped=True)
    client, url = page_of()
    page = client.get(url).content.decode()
    assert "n’est plus à venir" in page
    assert "<textarea" not in page
    assert 'type="radio"' not in page


def test_hr_opens_and_ends_the_choice_with_a_button(posting: Posting) -> None:
    client, url = cast.signed_in(cast.hr()), reverse("evaluations:choice", args=[posting.slug])
    assert client.post(url, {"close": "1"}).status_code == 302
    assert not choosing.choice_is_open(posting)
    assert client.post(url, {"open": "1"}).status_code == 302
    assert choosing.choice_is_open(posting)
    assert cast.signed_in(cast.candidate()).post(url, {"close": "1"}).status_code == 403


def test_the_invitation_leads_to_the_page(posting: Posting) -> None:
    client, url = page_of()
    notice = Notice.objects.get(kind="interview_invitation", recipient=cast.candidate())
    assert notice.campaign in url
    assert client.get(url).status_code == 200
