"""Sealing: entries become leaves of the tree, and the tree's root is signed."""

from collections.abc import Sequence

from django.conf import settings
from django.db import connection, transaction

from journal import clock, keys, merkle, notes, tree
from journal.models import Checkpoint, Entry, Leaf, Node, Unsealed

#: The most entries that one call seals: a long backlog is worked off in short transactions.
BATCH = 5_000
#: The sealers' own advisory lock on PostgreSQL; the number means nothing.
_LOCK = 0x7265_6769_7374


def seal() -> Checkpoint | None:
    """Give waiting entries their leaves, in the order of their ids, and sign the new root.

    One sealer at a time; writers are never made to wait. An entry whose transaction commits late, after entries
    with higher ids were sealed, gets the next leaf: the order of leaves is the order of sealing. None when no entry
    waits. Raises ImproperlyConfigured when the signing key is missing.
    """
    key = keys.signing_key()
    with transaction.atomic():
        _one_at_a_time()
        waiting = list(Entry.objects.filter(unsealed__isnull=False).order_by("unsealed__pk")[:BATCH])
        if not waiting:
            return None
        stated = _grow(waiting)
        Unsealed.objects.filter(pk__in=[entry.pk for entry in waiting]).delete()
        return Checkpoint.objects.create(
            size=stated.size, root=stated.root, note=notes.sign(stated, key), at=clock.now()
        )


def latest() -> Checkpoint | None:
    """The last checkpoint, which states the most."""
    return Checkpoint.objects.order_by("-size").first()


def _grow(entries: Sequence[Entry]) -> notes.Tree:
    """Add a leaf for each entry, and the full subtrees that they complete."""
    start = tree.size()
    edge = tree.edge(start)
    leaves, nodes = [], []
    for index, entry in enumerate(entries, start):
        value = merkle.leaf_hash(entry.body.encode())
        leaves.append(Leaf(index=index, entry=entry, hash=value))
        nodes += [Node(level=up, index=at, hash=of) for up, at, of in merkle.add_leaf(edge, index, value)]
    Leaf.objects.bulk_create(leaves, batch_size=1_000)
    Node.objects.bulk_create(nodes, batch_size=1_000)
    return notes.Tree(settings.PMP_JOURNAL_ORIGIN, start + len(leaves), merkle.fold(edge))


def _one_at_a_time() -> None:
    """Wait for the other sealer, if there is one. SQLite's transaction is IMMEDIATE: it has waited already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
