"""The paper of the authority's decision."""

import hashlib
import json

import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from evaluations import act_of_decision, decisions
from evaluations.models import ActOfDecision, Ruling
from journal.models import Entry
from tests import cast
from tests.factories import late_stages

pytestmark = pytest.mark.django_db


def words(content: bytes) -> str:
    pages = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pages).split())


def paper(client: Client, ruling: Ruling) -> bytes:
    answer = client.get(reverse("evaluations:act_of_decision", args=[ruling.posting.slug]))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    return answer.content


def test_the_paper_says_who_is_retained_who_follows_and_what_was_seen() -> None:
    ruling = late_stages.decided(4)
    told = words(paper(cast.signed_in(cast.authority()), ruling))
    ranked = list(ruling.decisions.select_related("application").order_by("application__ranked__rank"))
    for decision in ranked[:3]:
        assert decision.application.full_name in told
    # Whoever is not retained stands under a number; their reasons are their own.
    last = ranked[3]
    assert last.outcome == "not_retained"
    assert last.application.dossier_code in told
    assert last.application.full_name not in told
    assert last.reasons not in told
    assert ruling.posting.deliberation.final_sha256[:16] in told
    assert "suit l’ordre proposé par le jury" in told
    assert str(cast.authority()) in told


def test_the_paper_is_drawn_once_and_its_hash_is_in_the_journal() -> None:
    ruling = late_stages.decided(2)
    first = paper(cast.signed_in(cast.hr()), ruling)
    assert paper(cast.signed_in(cast.auditor()), ruling) == first
    (entry,) = Entry.objects.filter(kind="decision.issued")
    assert json.loads(entry.body)["facts"] == {"sha256": hashlib.sha256(first).hexdigest()}
    act_of_decision.issue(ruling=ruling)
    assert Entry.objects.filter(kind="decision.issued").count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        ActOfDecision.objects.update(sha256="0" * 64)


def test_a_departure_is_on_the_paper_with_its_reasons() -> None:
    posting = late_stages.prepared(late_stages.deliberated(2).posting)
    first, second = late_stages.in_jury_order(posting)
    swapped = [
        decisions.Choice(first.dossier, "reserve", first.reasons, 1),
        decisions.Choice(second.dossier, "retained", second.reasons),
    ]
    with pytest.raises(ValidationError):
        decisions.decide(posting=posting, choices=swapped, by=cast.authority())
    why = "Expérience plus étendue de la gestion budgétaire."
    ruling = decisions.decide(posting=posting, choices=swapped, by=cast.authority(), departure=why)
    assert why in words(act_of_decision.read(act_of_decision.issue(ruling=ruling)))
