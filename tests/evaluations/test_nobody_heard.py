"""A campaign that nobody gets through still ends: with minutes, a decision, and a letter for each."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from evaluations.models import Deliberation
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.evaluations.test_signatures import Mailbox, code_of
from tests.factories import applications, evaluations, late_stages

pytestmark = pytest.mark.django_db


def deliberate_and_decide(posting: Posting, mailbox: Mailbox) -> None:
    """Through the pages of the chair, of HR and of the authority."""
    chair, authority = cast.signed_in(cast.juror(1)), cast.signed_in(cast.authority())
    present = {"present": [member.pk for member in late_stages.members(posting)]}
    _pressed(chair, reverse("evaluations:deliberation", args=[posting.slug]), present)
    closing = {"outcome": "Personne n'a pu être entendu.", "step": "close"}
    _pressed(chair, reverse("evaluations:close_deliberation", args=[posting.slug]), closing)
    late_stages.signed(Deliberation.objects.get(posting=posting))
    prepared = reverse("evaluations:prepare", args=[posting.slug])
    _pressed(cast.signed_in(cast.hr()), prepared, {"departure": ""})
    decide = reverse("evaluations:decide", args=[posting.slug])
    assert authority.post(decide, {"departure": "", "step": "check"}).status_code == 200
    _pressed(authority, decide, {"departure": "", "step": "decide", "code": code_of(mailbox)})


def _pressed(browser: Client, address: str, data: dict[str, object]) -> None:
    assert browser.post(address, data).status_code == 302


def outcomes() -> list[str]:
    return [notice.context["outcome"] for notice in Notice.objects.filter(kind="decision")]


def test_nobody_admissible_is_decided_too(mailbox: Mailbox) -> None:
    posting = applications.open_posting()
    evaluations.composed(posting)
    file = applications.submitted(posting, cast.candidate(1))
    posting = applications.close(posting)
    applications.found_inadmissible(file, ground="incomplete", reason="Le diplôme manque.")
    hr, close = cast.signed_in(cast.hr()), reverse("evaluations:close_skills", args=[posting.slug])
    assert close in hr.get(reverse("evaluations:campaign", args=[posting.slug])).content.decode()
    _pressed(hr, close, {})
    deliberate_and_decide(posting, mailbox)
    assert outcomes() == ["inadmissible"]


def test_nobody_shortlisted_is_decided_too(mailbox: Mailbox) -> None:
    posting = evaluations.skills_closed(2, marking=lambda _sheet, _place: Decimal(3))
    deliberate_and_decide(posting, mailbox)
    assert outcomes() == ["not_shortlisted", "not_shortlisted"]
