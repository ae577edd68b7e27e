"""Checks the whole journal against itself, and repairs nothing.

Every root is computed again from the entries' own texts, in one pass and in little memory. Since each checkpoint's
root is held against the same run of leaves, checkpoints that all pass are consistent with one another.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection, transaction

from journal import keys, merkle, notes, tree, triggers
from journal.append import body_of
from journal.models import Checkpoint, Entry, Leaf, Node, Unsealed

CHUNK = 1_000
APPEND_ONLY = (Entry, Leaf, Node, Checkpoint)


class Problem(NamedTuple):
    """Something that should be impossible: a code, where, and what it means."""

    code: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} [{self.code}]"


@dataclass
class _Growing:
    """The tree computed again from the entries, so far."""

    edge: list[bytes]
    size: int = 0

    @property
    def root(self) -> bytes:
        return merkle.fold(self.edge)


def check() -> list[Problem]:
    """Every problem of the journal, as it stands at one instant; an empty list is a sound journal."""
    with _one_snapshot():
        return list(chain(_guards(), _leaves_and_checkpoints(), _counts(), _unsealed()))


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """The sealer goes on meanwhile. (SQLite's transaction keeps it waiting; a caller's own is taken as it is.)"""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _guards() -> Iterator[Problem]:
    for model in APPEND_ONLY:
        for name in triggers.missing(model._meta.db_table):
            yield Problem("guard", name, "the trigger that refuses changes is missing or switched off")


def _leaves_and_checkpoints() -> Iterator[Problem]:
    growing = _Growing([])
    checkpoints = Checkpoint.objects.order_by("size").iterator(CHUNK)
    due = next(checkpoints, None)
    key = keys.public_key()
    rows = Leaf.objects.select_related("entry").order_by("index").iterator(CHUNK)
    while leaves := list(islice(rows, CHUNK)):
        computed: dict[merkle.Coordinate, bytes] = {}
        for leaf in leaves:
            yield from _leaf(leaf, growing.size)
            value = merkle.leaf_hash(leaf.entry.body.encode())
            for level, index, node in merkle.add_leaf(growing.edge, growing.size, value):
                computed[level, index] = node
            growing.size += 1
            while due is not None and due.size <= growing.size:
                yield from _checkpoint(due, growing, key)
                due = next(checkpoints, None)
        yield from _nodes(computed)
    while due is not None:
        yield Problem("checkpoint", f"checkpoint {due.size}", f"states more leaves than there are ({growing.size})")
        due = next(checkpoints, None)


def _leaf(leaf: Leaf, expected: int) -> Iterator[Problem]:
    where, entry = f"leaf {leaf.index}", leaf.entry
    if leaf.index != expected:
        yield Problem("index", where, f"stands where leaf {expected} should")
    if bytes(leaf.hash) != merkle.leaf_hash(entry.body.encode()):
        yield Problem("leaf", where, f"is not the hash of entry {entry.pk}")
    yield from _columns(entry)


def _columns(entry: Entry) -> Iterator[Problem]:
    try:
        body = body_of(kind=entry.kind, at=entry.at, actor=entry.actor, subject=entry.subject, facts=entry.facts)
    except (TypeError, ValueError):
        body = ""
    if body != entry.body:
        yield Problem("columns", f"entry {entry.pk}", "the columns do not say what the canonical text says")


def _nodes(computed: dict[merkle.Coordinate, bytes]) -> Iterator[Problem]:
    stored = tree.subtrees(computed)
    for coordinate, value in computed.items():
        if stored.get(coordinate) != value:
            what = "is not the root of its subtree" if coordinate in stored else "is missing"
            yield Problem("node", "node {}/{}".format(*coordinate), what)


def _checkpoint(checkpoint: Checkpoint, growing: _Growing, key: Ed25519PublicKey) -> Iterator[Problem]:
    where = f"checkpoint {checkpoint.size}"
    if checkpoint.size != growing.size or bytes(checkpoint.root) != growing.root:
        yield Problem("root", where, "its root is not the root of the entries")
    try:
        stated = notes.verify(checkpoint.note, key)
    except notes.BadNote as error:
        yield Problem("signature", where, f"its note is not signed by the register's key: {error}")
        return
    if (stated.size, stated.root) != (checkpoint.size, bytes(checkpoint.root)):
        yield Problem("note", where, "its signed note states another size or root")


def _counts() -> Iterator[Problem]:
    size, nodes = tree.size(), Node.objects.count()
    expected = sum(size >> level for level in range(1, size.bit_length()))
    if nodes != expected:
        yield Problem("nodes", "the tree", f"{nodes} nodes where {expected} belong")
    last = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    if last != size:
        yield Problem("unsigned", "the tree", f"{size} leaves, but the last checkpoint states {last}")


def _unsealed() -> Iterator[Problem]:
    for pk in Unsealed.objects.filter(entry__leaf__isnull=False).values_list("pk", flat=True).iterator(CHUNK):
        yield Problem("twice", f"entry {pk}", "waits for a leaf that it has")
    for entry in Entry.objects.filter(leaf__isnull=True).select_related("unsealed").iterator(CHUNK):
        yield from _columns(entry)
        if not hasattr(entry, "unsealed"):
            yield Problem("lost", f"entry {entry.pk}", "has no leaf, and the sealer does not know of it")
