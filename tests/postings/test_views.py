"""The notice as the public reads it."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from journal import clock
from postings import presentation
from postings.deadline import extend
from postings.loader import load
from postings.models import DocumentRequirement, Posting
from tests import cast
from tests.postings.conftest import FOLDER

pytestmark = pytest.mark.django_db
At = Callable[[str], datetime]
PAGE = "/avis/secretaire-general/"
NBSP = "\u00a0"


class _Paragraphs(HTMLParser):
    """The paragraphs of the element that carries ``data-notice``."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = self.paragraph = False
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = self.inside or "data-notice" in dict(attrs)
        self.paragraph = self.inside and tag == "p"
        if self.paragraph:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "div"
        self.paragraph = False

    def handle_data(self, data: str) -> None:
        if self.paragraph:
            self.found[-1] += data


def _page(client: Client) -> str:
    response = client.get(PAGE)
    assert response.status_code == 200
    return response.content.decode()


def _words(html: str) -> str:
    """What the page says, on one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)).replace(NBSP, " "))


def test_page_gives_the_notice_word_for_word(client: Client, posting: Posting) -> None:
    reader = _Paragraphs()
    reader.feed(_page(client))
    assert "\n".join(reader.found) == (FOLDER / "notice.txt").read_text(encoding="utf-8")


def test_notice_text_is_the_notice_to_the_byte(client: Client, posting: Posting) -> None:
    response = client.get(reverse("postings:notice_text", args=[posting.slug]))
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content == (FOLDER / "notice.txt").read_bytes()


def test_page_quotes_the_sentence_behind_each_criterion(client: Client, posting: Posting) -> None:
    said = unescape(_page(client))
    missing = [
        c.code for c in posting.criteria.all() if f"«{NBSP}{c.quotation}{NBSP}»" not in said or c.label not in said
    ]
    assert missing == []


def test_page_says_the_deadline_in_words_with_its_zone(client: Client, posting: Posting) -> None:
    assert "avant le jeudi 30 octobre 2025 à 16 h 30, heure du Maroc (UTC+1)" in _words(_page(client))


def test_page_lists_what_to_send_and_what_is_asked(client: Client, posting: Posting) -> None:
    said = unescape(_page(client))
    wanted = [*posting.requirements.values_list("label", flat=True), *posting.questions.values_list("text", flat=True)]
    assert [text for text in wanted if text not in said] == []


def test_page_calls_to_apply_while_open(client: Client, posting: Posting, at: At) -> None:
    at("2025-10-30 16:29:59.999")
    assert f'href="{reverse("applications:overview", args=[posting.slug])}"' in _page(client)


def test_page_says_closed_from_the_deadline_on(client: Client, posting: Posting, at: At) -> None:
    at("2025-10-30 16:30")
    page = _page(client)
    assert reverse("applications:overview", args=[posting.slug]) not in page
    assert "La date limite est passée. Plus aucune candidature n’est reçue." in _words(page)


def test_page_says_when_it_will_open(client: Client, posting: Posting, at: At) -> None:
    at("2025-09-30 12:00")
    page = _page(client)
    assert reverse("applications:overview", args=[posting.slug]) not in page
    assert "ouvre le mercredi 1er octobre 2025 à 9 h 00" in _words(page)


def test_page_publishes_extensions_with_their_reason(client: Client, posting: Posting) -> None:
    extend(posting=posting, closes_at=posting.closes_at + timedelta(days=1), reason="Panne <nationale>.", by=cast.hr())
    said = _words(_page(client))
    assert "Du jeudi 30 octobre 2025 à 16 h 30 au vendredi 31 octobre 2025 à 16 h 30" in said
    assert "Motif : Panne <nationale>." in said


def test_page_carries_a_job_posting(client: Client, posting: Posting) -> None:
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', _page(client), re.DOTALL)
    assert block is not None
    data = json.loads(block[1])
    assert (data["@type"], data["title"]) == ("JobPosting", "Secrétaire Général du P.M.P")
    assert (data["validThrough"], data["datePosted"]) == ("2025-10-30T16:30:00+01:00", "2025-10-29")
    assert data["employmentType"] == "FULL_TIME"
    assert data["jobLocation"]["address"] == {
        "@type": "PostalAddress",
        "addressLocality": "Rabat",
        "addressCountry": "MA",
    }
    assert unescape(re.sub(r"</?p>", "", data["description"])) == posting.notice_text.replace("\n", "")


def test_nothing_in_a_job_posting_ends_its_block() -> None:
    value = {"title": "</script><script>alert(1)</script> & <!--"}
    block = str(presentation.as_json_ld(value))
    assert block.count("<") == 2
    assert json.loads(block.removeprefix('<script type="application/ld+json">').removesuffix("</script>")) == value


def test_page_costs_the_same_whatever_it_lists(client: Client, posting: Posting) -> None:
    twin = Posting.objects.get(pk=posting.pk)
    twin.pk, twin.slug, twin.published_at = None, "twin", None
    twin.save()
    for number in range(20):
        DocumentRequirement.objects.create(posting=twin, code=f"piece-{number}", label="Pièce", position=number)
    Posting.objects.filter(pk=twin.pk).update(published_at=clock.now())
    with CaptureQueriesContext(connection) as ours:
        _page(client)
    with CaptureQueriesContext(connection) as theirs:
        assert client.get(reverse("postings:detail", args=["twin"])).status_code == 200
    assert len(theirs) == len(ours)
    assert len(ours) <= 10


def test_unpublished_posting_is_not_to_be_seen(client: Client) -> None:
    load(FOLDER)
    names = ("detail", "notice_text", "deadline_ics")
    assert {client.get(reverse(f"postings:{name}", args=["secretaire-general"])).status_code for name in names} == {404}


def test_home_is_the_one_notice(client: Client, posting: Posting) -> None:
    assert client.get("/").headers["Location"] == PAGE


def test_home_without_a_notice_says_so(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "Aucun avis n’est publié" in _words(response.content.decode())


def test_home_lists_several_notices(client: Client, posting: Posting) -> None:
    twin = Posting.objects.get(pk=posting.pk)
    twin.pk, twin.slug, twin.title = None, "directeur", "Directeur"
    twin.save()
    page = client.get("/").content.decode()
    assert [reverse("postings:detail", args=[slug]) in page for slug in ("directeur", "secretaire-general")] == [
        True,
        True,
    ]


def test_calendar_file_ends_at_the_deadline(client: Client, posting: Posting) -> None:
    response = client.get(reverse("postings:deadline_ics", args=[posting.slug]))
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(response.content)
    (event,) = calendar.walk("VEVENT")
    assert event.end.astimezone(UTC) == datetime(2025, 10, 30, 15, 30, tzinfo=UTC)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Africa/Casablanca"]
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [timedelta(days=-2), timedelta(hours=-3)]


def test_extended_deadline_moves_the_same_event(client: Client, posting: Posting) -> None:
    address = reverse("postings:deadline_ics", args=[posting.slug])
    (before,) = Calendar.from_ical(client.get(address).content).walk("VEVENT")
    extend(posting=posting, closes_at=posting.closes_at + timedelta(days=1), reason="Panne.", by=cast.hr())
    (after,) = Calendar.from_ical(client.get(address).content).walk("VEVENT")
    assert (before["UID"], before["SEQUENCE"], after["UID"], after["SEQUENCE"]) == (after["UID"], 0, before["UID"], 1)
    assert after.end - before.end == timedelta(days=1)


def test_privacy_page_names_the_law_the_rights_and_how_long(client: Client, posting: Posting) -> None:
    said = _words(client.get(reverse("postings:privacy")).content.decode())
    kept = f"{posting.retention_days} jours après la décision"
    assert [word for word in ("loi 09-08", "CNDP", "rectifier", kept) if word not in said] == []


@pytest.mark.parametrize(("moment", "offset"), [("2025-10-30", "UTC+1"), ("2025-03-10", "UTC+0")])
def test_offset_is_that_of_the_day_itself(moment: str, offset: str) -> None:
    assert presentation.utc_offset(datetime.fromisoformat(moment).replace(tzinfo=UTC), "Africa/Casablanca") == offset
