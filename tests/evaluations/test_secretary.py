"""The jury's secretary convenes; no file, mark, letter or reference is on their pages."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from evaluations import panels, results
from notices import outbox
from postings import deadline
from postings.models import Posting
from tests import cast
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db
HOME = "/evaluation/secretariat/"


def test_the_secretary_lands_on_the_campaigns_and_composes_the_jury(posting: Posting) -> None:
    client = cast.signed_in(cast.secretary())
    assert client.get("/compte/").headers["Location"] == HOME
    page = client.get(HOME).content.decode()
    assert (posting.title in page, "Le jury est à composer" in page) == (True, True)
    panels.compose(posting=posting, members=evaluations.seats(), by=cast.secretary())
    assert "Le jury est à composer" not in client.get(HOME).content.decode()


def test_the_campaigns_page_shows_them_the_jury_and_the_interviews_alone() -> None:
    posting = late_stages.decided(2).posting
    shown = {
        who: cast.signed_in(user).get(reverse("evaluations:campaign", args=[posting.slug])).content.decode()
        for who, user in (("hr", cast.officer()), ("secretary", cast.secretary()))
    }
    for heading in ("Références professionnelles", "Les notifications", "Lettres de décision"):
        assert (heading in shown["hr"], heading in shown["secretary"]) == (True, False)
    assert "Entretiens" in shown["secretary"]
    assert "/rh/" not in shown["secretary"]


def test_the_secretary_closes_no_stage_and_an_officer_approves_nothing_and_moves_no_deadline() -> None:
    posting = late_stages.decided(2).posting
    with pytest.raises(PermissionDenied):
        results.close_skills(posting=posting, by=cast.secretary())
    for who in (cast.officer(), cast.secretary()):
        with pytest.raises(PermissionDenied):
            outbox.approve_all(campaign=posting.slug, kind="decision", by=who)
        with pytest.raises(PermissionDenied):
            deadline.extend(posting=posting, closes_at=posting.closes_at, reason="x", by=who)
    page = cast.signed_in(cast.officer()).get(reverse("evaluations:campaign", args=[posting.slug])).content.decode()
    assert ("d’être approuvées par la personne responsable" in page, ">Approuver" in page) == (True, False)
