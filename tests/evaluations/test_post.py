"""Letters that no mail brought are printed behind their address, posted, and written down."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from applications.models import Application
from journal import clock
from journal.models import Entry
from notices import outbox, postal
from notices.models import Notice, NoticeState
from notices.outbox import NoticeRefused
from postings.models import Posting
from tests import cast
from tests.factories import late_stages
from tests.pdfs import text_of_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def undelivered() -> tuple[Posting, list[Notice]]:
    """A campaign of which one decision failed to arrive and one may have."""
    posting = late_stages.decided(2).posting
    outbox.approve_all(campaign=posting.slug, kind="decision", by=cast.hr())
    outbox.release_due()
    letters = list(Notice.objects.filter(kind="decision").order_by("pk")[:2])
    for letter, state in zip(letters, (NoticeState.FAILED, NoticeState.UNCERTAIN), strict=True):
        Notice.objects.filter(pk=letter.pk).update(state=state)
    return posting, letters


def today() -> Any:
    return timezone.localdate(clock.now())


def test_a_letter_is_printed_behind_its_address(undelivered: tuple[Posting, list[Notice]]) -> None:
    posting, [letter, _] = undelivered
    file = Application.objects.get(dossier_code=letter.context["dossier"])
    browser = cast.signed_in(cast.hr())
    listed = browser.get(reverse("evaluations:post", args=[posting.slug])).content.decode()
    assert all(line in listed for line in (file.dossier_code, file.city))
    printed = browser.get(reverse("evaluations:post_letter", args=[posting.slug, letter.pk]))
    said = text_of_pdf(printed.content)
    assert [words in said for words in (file.full_name, file.city, "par la poste", "tribunal administratif")] == [
        True
    ] * 4


def test_hr_marks_ticked_letters_as_posted(undelivered: tuple[Posting, list[Notice]]) -> None:
    posting, letters = undelivered
    browser, address = cast.signed_in(cast.hr()), reverse("evaluations:post", args=[posting.slug])
    typed = {"letters": [letter.pk for letter in letters], "posted_on": today().isoformat(), "reference": "RR 12"}
    assert browser.post(address, typed).status_code == 302
    assert set(Notice.objects.filter(posted_on=today())) == set(letters)
    assert "Aucune lettre n’attend" in browser.get(address).content.decode()
    facts = [entry.facts for entry in Entry.objects.filter(kind="notice.posted")]
    assert facts == [{"on": today().isoformat()}] * 2
    assert {act.reason for act in letters[0].acts.filter(deed="posted")} == {"RR 12"}


def test_what_is_typed_wrong_comes_back(undelivered: tuple[Posting, list[Notice]]) -> None:
    posting, [letter, _] = undelivered
    browser, address = cast.signed_in(cast.hr()), reverse("evaluations:post", args=[posting.slug])
    tomorrow = (today() + timedelta(days=1)).isoformat()
    late = browser.post(address, {"letters": [letter.pk], "posted_on": tomorrow, "reference": "RR 13"})
    assert (late.status_code, "RR 13" in late.content.decode()) == (422, True)
    nothing = browser.post(address, {"posted_on": today().isoformat()})
    assert (nothing.status_code, "Cochez les lettres" in nothing.content.decode()) == (422, True)


def test_a_letter_is_posted_once_by_hr_and_only_if_its_mail_did_not_arrive(
    undelivered: tuple[Posting, list[Notice]],
) -> None:
    _, [letter, other] = undelivered
    with pytest.raises(PermissionDenied):
        postal.mark_posted(notice=letter, posted_on=today(), by=cast.auditor())
    with pytest.raises(ValidationError):
        postal.mark_posted(notice=letter, posted_on=today() - timedelta(days=400), by=cast.hr())
    postal.mark_posted(notice=letter, posted_on=today(), by=cast.hr())
    Notice.objects.filter(pk=other.pk).update(state=NoticeState.SENT, sent_at=clock.now())
    for gone in (letter, other):
        with pytest.raises(NoticeRefused):
            postal.mark_posted(notice=gone, posted_on=today(), by=cast.hr())


def test_the_list_costs_the_same_whatever_its_length(
    undelivered: tuple[Posting, list[Notice]], django_assert_max_num_queries: Any
) -> None:
    posting, _ = undelivered
    browser = cast.signed_in(cast.hr())
    with django_assert_max_num_queries(16):
        browser.get(reverse("evaluations:post", args=[posting.slug]))
