"""Sealing: every committed entry gets one leaf, and the root that is signed is the root of the entries."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from journal import checkpoint, keys, merkle, notes, proofs, tasks, tree
from journal.models import Checkpoint, Entry, Heartbeat, Leaf, Node, Unsealed
from tests.journal.records import bodies, write

pytestmark = pytest.mark.django_db


def test_seal_signs_the_root_of_all_entries_each_time() -> None:
    for n in (1, 2, 4, 8, 1, 15):
        write(n)
        sealed = checkpoint.seal()
        assert sealed is not None
        assert (sealed.size, bytes(sealed.root)) == (Entry.objects.count(), merkle.root(bodies()))
    assert Unsealed.objects.count() == 0
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(Entry.objects.count()))


def test_seal_gives_leaves_in_the_order_of_ids() -> None:
    write(5)
    checkpoint.seal()
    by_leaf = list(Leaf.objects.order_by("index").values_list("entry_id", flat=True))
    assert by_leaf == sorted(by_leaf)


def test_seal_has_nothing_to_do_twice() -> None:
    write()
    assert checkpoint.seal() is not None
    assert checkpoint.seal() is None
    assert Checkpoint.objects.count() == 1


def test_seal_stores_every_full_subtree_once() -> None:
    write(20)
    checkpoint.seal()
    size = Entry.objects.count()
    expected = {(level, i) for level in range(1, 6) for i in range(size >> level)}
    assert set(Node.objects.values_list("level", "index")) == expected


def test_a_long_backlog_is_worked_off_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "BATCH", 3)
    write(7)
    sizes = []
    while sealed := checkpoint.seal():
        sizes.append(sealed.size)
    assert sizes == [3, 6, 8]  # the clock's own entry is one of them
    assert bytes(Checkpoint.objects.get(size=8).root) == merkle.root(bodies())


def test_checkpoint_is_a_signed_note_of_three_lines() -> None:
    write()
    sealed = checkpoint.seal()
    assert sealed is not None
    text, _, signature = sealed.note.partition("\n\n")
    assert text.split("\n")[:2] == ["pmp-recruit.example/registre", str(sealed.size)]
    assert len(text.split("\n")) == 3
    assert signature.startswith("\u2014 pmp-recruit.example/registre ")
    assert notes.verify(sealed.note, keys.public_key()) == notes.Tree(
        "pmp-recruit.example/registre", sealed.size, bytes(sealed.root)
    )


def test_proofs_and_sealing_read_few_rows_of_a_large_tree() -> None:
    write(300)
    checkpoint.seal()
    entry = Entry.objects.order_by("id")[137]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert proofs.verify(proofs.prove(entry)).ok
    assert len(queries) <= 4
    read = tree.subtrees(c for r in merkle.inclusion_ranges(137, 301) for c in merkle.cover(*r))
    assert len(read) <= 2 * 9


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_late_gets_the_next_leaf() -> None:
    """A lower id than what is sealed already: a transaction that took its time."""
    checkpoint.seal()
    (late,) = write()
    Unsealed.objects.filter(entry=late).delete()  # not committed yet, for all that the sealer sees
    (early,) = write()
    checkpoint.seal()
    with transaction.atomic():
        Unsealed.objects.create(entry=late)
    sealed = checkpoint.seal()
    assert sealed is not None
    assert (early.leaf.index, late.leaf.index) == (sealed.size - 2, sealed.size - 1)
    assert bytes(sealed.root) == merkle.root(bodies())


def test_the_seal_task_seals() -> None:
    write()
    tasks.seal()
    assert Unsealed.objects.count() == 0


def test_the_beat_task_leaves_one_heartbeat_in_real_time() -> None:
    tasks.beat()
    first = Heartbeat.objects.get()
    tasks.beat()
    second = Heartbeat.objects.get()
    assert (first.name, second.name) == ("beat", "beat")
    assert second.at > first.at
    assert first.at.year > 2025  # not the rehearsal's clock
