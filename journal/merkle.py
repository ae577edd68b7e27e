"""The Merkle tree of RFC 9162 section 2.1, as pure functions: no Django, no database.

A leaf is SHA-256(0x00 || entry), a node SHA-256(0x01 || left || right); the first byte keeps a node from passing
for an entry. A tree of n leaves splits at the largest power of two smaller than n, so every subtree left of the
right edge is full, and once full it never changes: whoever keeps the full ones, coordinates (level, index), makes
any proof from O(log n) of them. ``root`` and the two ``*_proof`` functions do it from raw entries, ``prove`` from
any store.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

EMPTY_ROOT = sha256().digest()
HASH_BYTES = 32

#: Leaves [low, high), one subtree of the RFC's tree.
Range = tuple[int, int]
#: The full subtree over leaves [index * 2**level, (index + 1) * 2**level).
Coordinate = tuple[int, int]


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry's bytes as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def root(entries: Sequence[bytes]) -> bytes:
    """The root over raw entries; SHA-256 of nothing when there are none."""
    edge: list[bytes] = []
    for index, entry in enumerate(entries):
        add_leaf(edge, index, leaf_hash(entry))
    return fold(edge)


def inclusion_proof(entries: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of ``entries[index]``, from the leaf up. Raises ValueError when there is no such entry."""
    return prove(inclusion_ranges(index, len(entries)), _full_subtrees(entries))


def consistency_proof(entries: Sequence[bytes], old_size: int) -> list[bytes]:
    """That the tree of the first ``old_size`` entries is a beginning of the tree of all.

    Empty when there is nothing to show: old size 0, or all. Raises ValueError for a size outside of the tree.
    """
    return prove(consistency_ranges(old_size, len(entries)), _full_subtrees(entries))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``leaf``, the 32-byte *leaf hash* (not the entry), stands at ``index`` in the tree of that root.

    RFC 9162 section 2.1.3.2. A malformed argument is a proof that fails: False, never an exception.
    """
    if not (_sizes(index, size) and index < size and _hashes([leaf, root]) and _hashes(proof)):
        return False
    first, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            node = node_hash(sibling, node)
            first, last = _up_to_right_child(first, last)
        else:
            node = node_hash(node, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of ``new_root`` only adds to the tree of ``old_root``.

    RFC 9162 section 2.1.4.2. Equal sizes need equal roots and an empty proof; everything adds to the empty tree,
    whose root is known. A malformed argument is a proof that fails: False, never an exception.
    """
    if not (_sizes(old_size, new_size) and old_size <= new_size and _hashes([old_root, new_root]) and _hashes(proof)):
        return False
    if old_size == 0 or old_size == new_size:
        known = old_size > 0 or (old_root == EMPTY_ROOT and (new_size > 0 or new_root == EMPTY_ROOT))
        return known and not proof and (old_size < new_size or old_root == new_root)
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    first, last = old_size - 1, new_size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    if not path:
        return False
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            first, last = _up_to_right_child(first, last)
        else:
            new = node_hash(new, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The subtrees whose roots are the audit path of a leaf (section 2.1.3.1). Raises ValueError."""
    if not 0 <= index < size:
        raise ValueError(f"No leaf {index} in a tree of {size}.")
    low, high, ranges = 0, size, []
    while high - low > 1:
        middle = _split(low, high)
        if index < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    return ranges[::-1]


def consistency_ranges(old_size: int, new_size: int) -> list[Range]:
    """The subtrees whose roots are the consistency proof (section 2.1.4.1). Raises ValueError."""
    if not 0 <= old_size <= new_size:
        raise ValueError(f"A tree of {new_size} never had {old_size} leaves.")
    if old_size == 0:
        return []
    low, high, ranges = 0, new_size, []
    while old_size != high:
        middle = _split(low, high)
        if old_size <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    # The verifier knows the old root itself, so it is left out when it is a whole subtree.
    return [*([(low, high)] if low else []), *ranges[::-1]]


def cover(low: int, high: int) -> Iterator[Coordinate]:
    """The full subtrees that make up the subtree over [low, high), left to right."""
    while low < high:
        level = (high - low).bit_length() - 1
        yield level, low >> level
        low += 1 << level


def range_root(leaves: Range, node: Callable[[int, int], bytes]) -> bytes:
    """The root of a subtree of the RFC's tree, from the full subtrees that ``node(level, index)`` gives."""
    return fold([node(level, index) for level, index in cover(*leaves)])


def fold(edge: Sequence[bytes]) -> bytes:
    """The root over full subtrees that stand side by side, left to right: those of :func:`cover`."""
    if not edge:
        return EMPTY_ROOT
    *lefts, result = edge
    for left in reversed(lefts):
        result = node_hash(left, result)
    return result


def add_leaf(edge: list[bytes], index: int, leaf: bytes) -> list[tuple[int, int, bytes]]:
    """Add the leaf ``index`` to ``edge``, the full subtrees of the tree so far, in place.

    Returns the subtrees that it completes, each as (level, index, hash), from level 1 up.
    """
    completed, level, value = [], 0, leaf
    while index >> level & 1:
        value, level = node_hash(edge.pop(), value), level + 1
        completed.append((level, index >> level, value))
    edge.append(value)
    return completed


def prove(ranges: Iterable[Range], node: Callable[[int, int], bytes]) -> list[bytes]:
    """The hashes of a proof, from the full subtrees that ``node(level, index)`` gives."""
    return [range_root(leaves, node) for leaves in ranges]


def _full_subtrees(entries: Sequence[bytes]) -> Callable[[int, int], bytes]:
    levels = [[leaf_hash(entry) for entry in entries]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
    return lambda level, index: levels[level][index]


def _split(low: int, high: int) -> int:
    return low + (1 << (high - low - 1).bit_length() - 1)


def _up_to_right_child(first: int, last: int) -> tuple[int, int]:
    """Past the levels where the node is the lone right edge and has no sibling."""
    while first and not first & 1:
        first, last = first >> 1, last >> 1
    return first, last


def _sizes(*values: int) -> bool:
    return all(type(value) is int and value >= 0 for value in values)


def _hashes(values: Sequence[bytes]) -> bool:
    try:
        return all(isinstance(value, bytes) and len(value) == HASH_BYTES for value in values)
    except TypeError:
        return False
