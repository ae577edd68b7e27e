"""The demonstration accounts, and taking a part by one click."""

from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluations.models import Panel
from journal.models import Entry
from postings.models import Posting
from rehearsal.cast import CAST, HR, JURORS, Part, enter
from tests import cast

pytestmark = pytest.mark.django_db


def _demo() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_demo_opens_every_account_once(posting: Posting) -> None:
    assert _demo() == _demo()
    accounts = User.objects.values_list("email", "full_name", "role")
    assert set(accounts) == {(part.email, part.full_name, part.role) for part in CAST}
    assert Entry.objects.filter(kind="account.created").count() == len(CAST)


def test_demo_composes_the_jury_once(posting: Posting) -> None:
    _demo()
    _demo()
    panel = Panel.objects.get(posting=posting)
    seats = panel.members.order_by("id").values_list("user__email", "chair", "outsider")
    assert list(seats) == [(part.email, part.chair, part.outsider) for part in JURORS]
    assert Entry.objects.filter(kind="panel.composed").count() == 1


def test_demo_before_a_notice_is_published_composes_no_jury(db: None) -> None:
    assert HR.email in _demo()
    assert not Panel.objects.exists()


def test_demo_refuses_outside_a_rehearsal(posting: Posting, settings: LazySettings) -> None:
    settings.PMP_REHEARSAL = False
    with pytest.raises(CommandError, match="seulement en répétition"):
        _demo()
    assert not User.objects.exists()


def test_people_of_the_cast_are_invented() -> None:
    assert {part.email.partition("@")[2] for part in CAST} == {"repetition.example"}
    assert [sum(part.chair for part in JURORS), len(JURORS)] == [1, 5]


@pytest.mark.parametrize("part", CAST, ids=lambda part: part.name)
def test_anyone_takes_a_part_by_one_click(client: Client, posting: Posting, part: Part) -> None:
    response = client.post(reverse("rehearsal:play"), {"part": part.name})
    assert response.headers["Location"] == reverse("accounts:home")
    assert client.session["_auth_user_id"] == str(User.objects.get(email=part.email).pk)


def test_part_changes_from_one_to_another(client: Client, posting: Posting) -> None:
    for part in CAST[:2]:
        client.post(reverse("rehearsal:play"), {"part": part.name})
    assert client.session["_auth_user_id"] == str(enter(CAST[1]).pk)


def test_nobody_outside_the_cast_can_be_played(client: Client, posting: Posting) -> None:
    person = cast.hr()
    codes = [client.post(reverse("rehearsal:play"), {"part": part}).status_code for part in (person.email, "", "admin")]
    assert codes == [404, 404, 404]
    assert "_auth_user_id" not in client.session


def test_role_page_offers_every_part_and_ten_steps(client: Client, posting: Posting) -> None:
    page = client.get(reverse("rehearsal:home")).content.decode()
    assert [part.name for part in CAST if f'value="{part.name}"' not in page] == []
    assert page.split('class="pmp-timeline pmp-road"')[1].count("<li>") >= 10
    assert reverse("applications:overview", args=[posting.slug]) in page


def test_role_page_stands_without_a_notice(client: Client, db: None) -> None:
    assert "Aucun avis n’est publié" in client.get(reverse("rehearsal:home")).content.decode()
