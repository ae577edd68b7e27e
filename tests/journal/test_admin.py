"""The journal in the admin: HR and the auditor read it, nobody writes it."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from journal import checkpoint, clock
from journal.admin import EstimatingPaginator
from journal.append import append
from journal.models import Checkpoint, Entry
from tests import cast
from tests.journal.records import write

pytestmark = pytest.mark.django_db
LIST = "admin:journal_entry_changelist"


@pytest.mark.parametrize("person", [cast.hr, cast.auditor])
def test_readers_see_entries_and_checkpoints(person: Callable[[], User]) -> None:
    (entry,) = write()
    checkpoint.seal()
    client = cast.signed_in(person())
    listed = client.get(reverse(LIST))
    assert listed.status_code == 200
    assert "Candidature déposée" in listed.content.decode()
    detail = client.get(reverse("admin:journal_entry_change", args=[entry.pk]))
    assert entry.leaf_hash in detail.content.decode()
    assert client.get(reverse("admin:journal_checkpoint_changelist")).status_code == 200
    sealed = client.get(reverse("admin:journal_checkpoint_change", args=[Checkpoint.objects.get().pk]))
    assert Checkpoint.objects.get().root_hex in sealed.content.decode()


@pytest.mark.parametrize("person", [cast.candidate, cast.juror, cast.authority, cast.administrator])
def test_others_see_nothing(person: Callable[[], User]) -> None:
    (entry,) = write()
    client = cast.signed_in(person())
    for address in (reverse(LIST), reverse("admin:journal_entry_change", args=[entry.pk])):
        assert client.get(address).status_code in {302, 403, 404}


def test_nobody_adds_changes_or_deletes() -> None:
    (entry,) = write()
    client = cast.signed_in(cast.hr())
    for name, arguments in (("add", []), ("delete", [entry.pk])):
        assert client.get(reverse(f"admin:journal_entry_{name}", args=arguments)).status_code == 403
    assert client.post(reverse("admin:journal_entry_change", args=[entry.pk]), {"actor": "x"}).status_code == 403
    entry.refresh_from_db()
    assert entry.actor == "user:3f1c"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=application:PMP", 1),
        ("q=application.sub", 1),
        ("q=user:3f1c", 1),
        ("q=nobody", 0),
        ("kind=application.submitted", 1),
    ],
)
def test_entries_are_found_by_subject_kind_and_author(query: str, found: int) -> None:
    write()
    response = cast.signed_in(cast.auditor()).get(f"{reverse(LIST)}?{query}")
    assert response.context["cl"].result_count == found


def test_a_short_list_is_counted_exactly() -> None:
    write(3)
    assert EstimatingPaginator(Entry.objects.order_by("id"), 100).count == Entry.objects.count() == 4


def _sheet_sealed() -> Entry:
    with transaction.atomic():
        facts = {"stage": "skills", "marks": {"droit-public": Decimal("13.5")}}
        return append("sheet.sealed", at=clock.now(), actor="user:1", subject="application:K7Q2-M9XD", facts=facts)


def test_marks_are_for_the_auditor_and_never_for_hr() -> None:
    address = reverse("admin:journal_entry_change", args=[_sheet_sealed().pk])
    audited = cast.signed_in(cast.auditor()).get(address).content.decode()
    seen = cast.signed_in(cast.hr()).get(address).content.decode()
    assert "13.5" in audited
    assert "Grille de notation scellée" in seen
    assert [
        text for text in ("13.5", "droit-public", Entry.objects.get(kind="sheet.sealed").leaf_hash) if text in seen
    ] == []


@pytest.mark.parametrize("query", ["facts__marks__droit-public=13.5", "body__contains=13.5", "facts__has_key=marks"])
def test_a_query_tells_nothing_of_the_facts(query: str) -> None:
    _sheet_sealed()
    assert cast.signed_in(cast.hr()).get(f"{reverse(LIST)}?{query}").status_code == 400
