"""Four eyes: HR prepares the decision, the authority amends or signs it."""

import dataclasses

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from applications.models import Application
from evaluations import decisions, preparation
from evaluations.models import DecisionDraft, Ruling
from journal.models import Entry
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.evaluations.test_authority_pages import typed
from tests.factories import late_stages

pytestmark = pytest.mark.django_db


@pytest.fixture
def posting() -> Posting:
    """The minutes are signed, nothing is prepared."""
    return late_stages.signed(late_stages.closed(2)).posting


def test_hr_alone_prepares_and_decides_nothing_by_it(posting: Posting) -> None:
    choices = late_stages.in_jury_order(posting)
    for person in (cast.authority(), cast.juror(1), cast.auditor(), cast.candidate(1)):
        with pytest.raises(PermissionDenied):
            preparation.prepare(posting=posting, choices=choices, by=person)
    with pytest.raises(ValidationError, match="pas encore préparé"):
        decisions.decide(posting=posting, choices=choices, by=cast.authority())
    with pytest.raises(ValidationError):
        preparation.prepare(posting=posting, choices=choices[1:], by=cast.hr())
    preparation.prepare(posting=posting, choices=choices, by=cast.hr())
    with pytest.raises(PermissionDenied):
        decisions.decide(posting=posting, choices=choices, by=cast.hr())
    assert (Ruling.objects.count(), Notice.objects.filter(kind="decision").count()) == (0, 0)
    assert set(Application.objects.values_list("state", flat=True)) == {"interviewed"}
    assert Entry.objects.get(kind="decision.prepared").actor == cast.hr().actor


def test_nothing_is_prepared_before_the_minutes_are_signed() -> None:
    posting = late_stages.closed(1).posting
    with pytest.raises(ValidationError):
        preparation.prepare(posting=posting, choices=late_stages.in_jury_order(posting), by=cast.hr())
    page = cast.signed_in(cast.hr()).get(reverse("evaluations:prepare", args=[posting.slug]))
    assert page.status_code == 404


@pytest.mark.parametrize("amended", [False, True])
def test_the_record_tells_who_prepared_who_signed_and_whether_it_was_amended(posting: Posting, amended: bool) -> None:
    choices = late_stages.in_jury_order(posting)
    preparation.prepare(posting=posting, choices=choices, by=cast.hr())
    if amended:
        choices = [dataclasses.replace(choices[0], reasons="D'autres mots."), choices[1]]
    ruling = decisions.decide(posting=posting, choices=choices, by=cast.authority())
    assert (ruling.prepared_by, ruling.by, ruling.amended) == (cast.hr(), cast.authority(), amended)
    facts = Entry.objects.get(kind="decision.taken").facts
    assert (facts["prepared_by"], facts["amended"]) == (cast.hr().actor, amended)
    with pytest.raises(decisions.AlreadyDecided):
        preparation.prepare(posting=posting, choices=choices, by=cast.hr())


def test_what_hr_typed_is_what_the_authority_finds(posting: Posting) -> None:
    officer, president = cast.signed_in(cast.hr()), cast.signed_in(cast.authority())
    prepare = reverse("evaluations:prepare", args=[posting.slug])
    decide = reverse("evaluations:decide", args=[posting.slug])
    assert prepare in officer.get(reverse("evaluations:campaign", args=[posting.slug])).content.decode()
    assert "préparent la décision" in president.get(decide).content.decode()
    assert officer.post(prepare, {}).status_code == 422
    assert officer.post(prepare, typed(posting)).status_code == 302
    assert DecisionDraft.objects.get().by == cast.hr()
    found = president.get(decide).content.decode()
    for choice in late_stages.in_jury_order(posting):
        assert choice.reasons in found
    assert cast.hr().full_name in found
