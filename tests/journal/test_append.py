"""What the journal takes, and the one text that it makes of it."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.db import models, transaction
from hypothesis import given
from hypothesis import strategies as st

from journal import clock
from journal.append import append, canonical, salted
from journal.kinds import KINDS
from journal.models import Entry, Unsealed
from journal.words import WORDS

AT = datetime(2025, 10, 30, 15, 29, 59, 999000, tzinfo=UTC)


class Colour(models.TextChoices):
    GREEN = "green", "vert"


def _append(**changes: Any) -> Entry:
    given: dict[str, Any] = {"at": AT, "actor": "system", "subject": "posting:sg", "facts": {"count": 3}} | changes
    kind = given.pop("kind", "posting.closed")
    with transaction.atomic():
        return append(kind, **given)


@pytest.mark.django_db
def test_append_keeps_the_canonical_text_and_the_columns() -> None:
    entry = _append(facts={"b": Decimal("13.50"), "a": [AT, None, True, Colour.GREEN], "é": "« café »"})
    assert entry.body == (
        '{"actor":"system","at":"2025-10-30T15:29:59.999000Z","facts":{"a":["2025-10-30T15:29:59.999000Z",null,true,'
        '"green"],"b":"13.50","é":"« café »"},"kind":"posting.closed","subject":"posting:sg"}'
    )
    entry.refresh_from_db()
    assert entry.facts == {"a": ["2025-10-30T15:29:59.999000Z", None, True, "green"], "b": "13.50", "é": "« café »"}
    assert Unsealed.objects.filter(entry=entry).exists()


def test_canonical_writes_instants_in_utc() -> None:
    casablanca = AT.astimezone(timezone(timedelta(hours=1)))
    assert canonical(casablanca) == canonical(AT) == '"2025-10-30T15:29:59.999000Z"'


def test_canonical_does_not_normalise_text() -> None:
    assert canonical("é") != canonical("e\u0301")


def test_canonical_writes_a_decimal_without_an_exponent() -> None:
    assert canonical(Decimal("1E+2")) == '"100"'


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        {1, 2},
        frozenset(),
        b"bytes",
        date(2025, 10, 30),
        timedelta(1),
        object(),
        {1: "a"},
        {None: "a"},
        [{"a": 0.1}],
    ],
)
def test_canonical_refuses_what_has_no_one_text(value: object) -> None:
    with pytest.raises(TypeError):
        canonical({"value": value})


@pytest.mark.parametrize(
    "value",
    [datetime(2025, 10, 30), Decimal("NaN"), Decimal("Infinity"), "a\x00b", "\ud800", {"\x00": 1}],  # noqa: DTZ001
)
def test_canonical_refuses_what_no_database_keeps(value: object) -> None:
    with pytest.raises(ValueError, match="journal takes no"):
        canonical({"value": value})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(), lambda inner: st.dictionaries(st.sampled_from("abcé"), inner)
    )
)
def test_canonical_does_not_depend_on_the_order_of_names(value: Any) -> None:
    turned = dict(reversed(value.items())) if isinstance(value, dict) else value
    assert canonical(turned) == canonical(value)


@pytest.mark.django_db
def test_append_refuses_an_unknown_kind() -> None:
    with pytest.raises(ValueError, match="not a kind"):
        _append(kind="application.eaten")


@pytest.mark.django_db(transaction=True)
def test_append_refuses_to_stand_outside_of_a_transaction() -> None:
    with pytest.raises(ValueError, match="transaction"):
        append("posting.closed", at=AT, actor="system", subject="posting:sg", facts={})


@pytest.mark.django_db(transaction=True)
def test_an_entry_goes_with_the_transaction_of_its_act() -> None:
    before = Entry.objects.count()

    def fail() -> None:
        with transaction.atomic():
            append("posting.closed", at=clock.now(), actor="system", subject="posting:sg", facts={})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (Entry.objects.count(), Unsealed.objects.count()) == (before, before)


def test_salted_tells_nothing_without_its_salt() -> None:
    assert salted("référence", b"s" * 16) == salted("référence".encode(), b"s" * 16)
    assert salted("référence", b"s" * 16) != salted("référence", b"t" * 16)
    with pytest.raises(ValueError, match="16 bytes"):
        salted("référence", b"short")


def test_every_kind_has_its_french_words() -> None:
    assert set(WORDS) == set(KINDS)
