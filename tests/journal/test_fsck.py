"""fsck finds whatever someone with the whole database in hand has changed."""

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from journal import checkpoint, fsck, notes
from journal.models import Checkpoint, Entry, Leaf, Node, Unsealed
from tests.flush import triggers_off
from tests.journal.records import write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _journal() -> None:
    write(9)
    checkpoint.seal()
    write(3)
    checkpoint.seal()
    write(2)


def _codes() -> list[str]:
    return sorted({problem.code for problem in fsck.check()})


def _first() -> Entry:
    entry = Entry.objects.order_by("id").first()
    assert entry is not None
    return entry


def _change_text() -> None:
    entry = _first()
    Entry.objects.filter(pk=entry.pk).update(body=entry.body.replace("test", "tess"))


def _change_column() -> None:
    Entry.objects.filter(pk=_first().pk).update(actor="user:other")


def _change_facts() -> None:
    Entry.objects.filter(unsealed__isnull=False).update(facts={"manifest": "0"})


def _swap_leaf() -> None:
    Leaf.objects.filter(index=2).update(hash=bytes(32))


def _lose_leaf() -> None:
    Leaf.objects.filter(index=4).delete()


def _change_node() -> None:
    Node.objects.filter(level=2, index=1).update(hash=bytes(32))


def _lose_node() -> None:
    Node.objects.filter(level=1, index=0).delete()


def _add_node() -> None:
    Node.objects.create(level=9, index=9, hash=bytes(32))


def _change_root() -> None:
    Checkpoint.objects.filter(size=10).update(root=bytes(32))


def _forge_note() -> None:
    whole = Checkpoint.objects.get(size=10)
    stated = notes.read(whole.note)
    note = whole.note.replace(stated.text, notes.Tree(stated.origin, 10, bytes(32)).text)
    Checkpoint.objects.filter(size=10).update(note=note)


def _swap_notes() -> None:
    Checkpoint.objects.filter(size=10).update(note=Checkpoint.objects.get(size=13).note)


def _lose_last_checkpoint() -> None:
    Checkpoint.objects.filter(size=13).delete()


def _promise_too_much() -> None:
    Checkpoint.objects.create(size=99, root=bytes(32), note="", at="2025-10-30T00:00Z")


def _forget_waiting() -> None:
    Unsealed.objects.all().delete()


def _wait_twice() -> None:
    Unsealed.objects.create(entry=_first())


FRAUDS: dict[Callable[[], None], list[str]] = {
    _change_text: ["columns", "leaf", "node", "root"],
    _change_column: ["columns"],
    _change_facts: ["columns"],
    _swap_leaf: ["leaf"],
    _change_node: ["node"],
    _lose_node: ["node", "nodes"],
    _add_node: ["nodes"],
    _change_root: ["note", "root"],
    _forge_note: ["signature"],
    _swap_notes: ["note"],
    _lose_last_checkpoint: ["unsigned"],
    _promise_too_much: ["checkpoint", "unsigned"],
    _forget_waiting: ["lost"],
    _wait_twice: ["twice"],
}


def test_a_sound_journal_has_no_problem() -> None:
    assert fsck.check() == []
    call_command("fsck")


@pytest.mark.parametrize("fraud", FRAUDS, ids=lambda fraud: fraud.__name__.strip("_"))
def test_fsck_finds_what_was_changed(fraud: Callable[[], None]) -> None:
    with triggers_off():
        fraud()
    assert _codes() == FRAUDS[fraud]
    with pytest.raises(CommandError, match="anomalie"):
        call_command("fsck")


def test_fsck_finds_a_leaf_that_was_taken_away() -> None:
    with triggers_off():
        _lose_leaf()
    assert {"index", "node", "root", "lost"} <= set(_codes())


def test_fsck_finds_a_guard_that_was_taken_away() -> None:
    on = " ON journal_leaf" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER journal_leaf_refuse_update{on}")
    assert _codes() == ["guard"]
