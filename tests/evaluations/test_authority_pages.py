"""The authority's pages, and HR's approval of the letters."""

from typing import Any

import pytest
from django.urls import reverse

from evaluations.models import Decision, Ruling
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.evaluations.test_signatures import Mailbox, code_of
from tests.factories import late_stages

pytestmark = pytest.mark.django_db


def typed(posting: Posting, **changes: str) -> dict[str, str]:
    """The form as the authority fills it in the jury's order."""
    values = {"departure": ""}
    for choice in late_stages.in_jury_order(posting):
        values[f"outcome_{choice.dossier}"] = choice.outcome
        values[f"rank_{choice.dossier}"] = str(choice.rank or "")
        values[f"reasons_{choice.dossier}"] = choice.reasons
    return {**values, **changes}


def test_the_authority_sees_nothing_before_the_deliberation_is_closed() -> None:
    posting = late_stages.in_session(1)
    client = cast.signed_in(cast.authority())
    page = client.get(reverse("evaluations:authority")).content.decode()
    assert f'href="{reverse("evaluations:decide", args=[posting.slug])}"' not in page
    assert "Aucune décision n’est attendue" in page
    assert client.get(reverse("evaluations:decide", args=[posting.slug])).status_code == 404


def test_the_authority_reads_checks_and_signs_with_a_fresh_code(mailbox: Mailbox) -> None:
    posting = late_stages.deliberated(3).posting
    client, url = cast.signed_in(cast.authority()), reverse("evaluations:decide", args=[posting.slug])
    assert posting.title in client.get(reverse("evaluations:authority")).content.decode()
    assert client.get(url).status_code == 200
    form = typed(posting)
    confirm = client.post(url, {**form, "step": "check"})
    assert (confirm.status_code, Ruling.objects.count()) == (200, 0)
    for choice in late_stages.in_jury_order(posting):
        assert confirm.content.decode().count(choice.reasons) == 2  # in the letter's line, and kept for the next step
    back = client.post(url, {**form, "step": "edit"})
    assert form[f"reasons_{late_stages.in_jury_order(posting)[0].dossier}"] in back.content.decode()
    signed = {**form, "step": "decide", "code": code_of(mailbox)}
    wrong = client.post(url, {**signed, "code": "no"})
    assert (wrong.status_code, Ruling.objects.count()) == (422, 0)
    assert client.post(url, signed).status_code == 302
    assert client.post(url, signed).status_code == 409
    assert Decision.objects.count() == 3
    assert "Décision prise" in client.get(url).content.decode()


def test_a_departure_without_words_comes_back_with_all_that_was_typed() -> None:
    posting = late_stages.deliberated(2).posting
    first, second = late_stages.in_jury_order(posting)
    swapped = {
        f"outcome_{first.dossier}": "reserve",
        f"rank_{first.dossier}": "1",
        f"outcome_{second.dossier}": "retained",
        f"rank_{second.dossier}": "",
    }
    client, url = cast.signed_in(cast.authority()), reverse("evaluations:decide", args=[posting.slug])
    page = client.post(url, {**typed(posting, **swapped), "step": "check"})
    assert (page.status_code, first.reasons in page.content.decode()) == (422, True)
    assert 'href="#id_departure"' in page.content.decode()
    empty = client.post(url, {"step": "check"})
    assert empty.status_code == 422


def test_hr_approves_the_letters_from_the_campaigns_page() -> None:
    posting = late_stages.decided(2).posting
    client = cast.signed_in(cast.hr())
    page = client.get(reverse("evaluations:campaign", args=[posting.slug]))
    assert reverse("evaluations:approve_letters", args=[posting.slug]) in page.content.decode()
    assert client.post(reverse("evaluations:approve_letters", args=[posting.slug])).status_code == 302
    assert set(Notice.objects.filter(kind="decision").values_list("state", flat=True)) == {"approved"}


@pytest.mark.parametrize("person", [cast.candidate, cast.juror, cast.hr, cast.auditor, cast.administrator])
def test_only_the_authority_enters_its_pages(posting: Posting, person: Any) -> None:
    client = cast.signed_in(person())
    assert client.get(reverse("evaluations:authority")).status_code == 403
    assert client.post(reverse("evaluations:decide", args=[posting.slug])).status_code == 403


@pytest.mark.parametrize("person", [cast.candidate, cast.juror, cast.authority, cast.auditor, cast.administrator])
def test_only_hr_approves_letters(posting: Posting, person: Any) -> None:
    page = cast.signed_in(person()).post(reverse("evaluations:approve_letters", args=[posting.slug]))
    assert page.status_code == 403
