"""Proofs that an entry stands in the journal, for anyone to check; ``docs/journal.md`` has the format.

``script/verify`` checks the same without a line of this code.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils.translation import gettext as _

from journal import keys, merkle, notes, tree
from journal.append import canonical
from journal.checkpoint import latest
from journal.models import Checkpoint, Entry, Leaf

FORMAT = "pmp-journal-proof"
VERSION = 1
#: A proof is a few kilobytes; a file above this is not one.
MAX_BYTES = 65_536

_FIELDS = {
    "format": str,
    "version": int,
    "origin": str,
    "entry": str,
    "index": int,
    "size": int,
    "proof": list,
    "checkpoint": str,
    "key": str,
}
_ENTRY_FIELDS = {"kind", "at", "actor", "subject", "facts"}
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


class NotSealedYet(Exception):
    """The entry has no leaf yet: the next sealing gives it one, within seconds."""


@dataclass(frozen=True)
class Verdict:
    """What a check found. ``code`` is for programs, ``sentence`` for people, ``details`` what the proof states."""

    ok: bool
    code: str
    sentence: str
    details: dict[str, Any] = field(default_factory=dict)


def prove(entry: Entry) -> dict[str, Any]:
    """The proof that ``entry`` stands under the latest checkpoint, as plain JSON. Raises NotSealedYet."""
    leaf = Leaf.objects.filter(entry=entry).first()
    checkpoint = latest()
    if leaf is None or checkpoint is None or checkpoint.size <= leaf.index:
        raise NotSealedYet
    path = tree.prove(merkle.inclusion_ranges(leaf.index, checkpoint.size))
    origin = notes.read(checkpoint.note).origin
    return {
        "format": FORMAT,
        "version": VERSION,
        "origin": origin,
        "entry": entry.body,
        "index": leaf.index,
        "size": checkpoint.size,
        "proof": [value.hex() for value in path],
        "checkpoint": checkpoint.note,
        "key": keys.verifier(origin, keys.public_key()),
    }


def consistency(old: Checkpoint, new: Checkpoint) -> list[bytes]:
    """The proof that ``new`` only adds to ``old``. Raises ValueError when ``new`` is the smaller one."""
    return tree.prove(merkle.consistency_ranges(old.size, new.size))


def prove_consistency(old: Checkpoint, new: Checkpoint) -> dict[str, Any]:
    """The same with both signed notes, as plain JSON for anyone who kept the old one. Raises ValueError."""
    origin = notes.read(new.note).origin
    return {
        "format": "pmp-journal-consistency",
        "version": VERSION,
        "origin": origin,
        "old": old.note,
        "new": new.note,
        "proof": [value.hex() for value in consistency(old, new)],
        "key": keys.verifier(origin, keys.public_key()),
    }


def dump(proof: dict[str, Any]) -> str:
    """The proof as the text of a file."""
    return json.dumps(proof, ensure_ascii=False, indent=1) + "\n"


def load(text: str | bytes) -> Any:
    """The JSON value in a file, or None when there is none. A name that stands twice makes it none."""
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=_once) if len(text) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        return None


def verify(proof: object, *, key: Ed25519PublicKey | None = None) -> Verdict:
    """Check a proof against ``key``, this register's own when none is given. Never raises on what it is given.

    It reads no row of the database: what is proved, the signed checkpoint proves, wherever the file comes from.
    """
    stated = _stated(proof)
    if stated is None or not isinstance(proof, dict):
        return _verdict("malformed")
    key = key or keys.public_key()
    if proof["key"] != keys.verifier(proof["origin"], key):
        return _verdict("other_key", stated)
    try:
        signed = notes.verify(proof["checkpoint"], key)
    except notes.BadNote:
        return _verdict("bad_signature", stated)
    if (proof["origin"], proof["size"]) != (signed.origin, signed.size):
        return _verdict("other_checkpoint", stated)
    leaf = merkle.leaf_hash(proof["entry"].encode())
    path = [bytes.fromhex(value) for value in proof["proof"]]
    if not merkle.verify_inclusion(leaf, proof["index"], signed.size, path, signed.root):
        return _verdict("not_included", stated)
    return _verdict("ok", stated | {"root": signed.root.hex(), "leaf": leaf.hex()})


def verify_here(proof: object) -> Verdict:
    """:func:`verify`, and that the proof's checkpoint is one that this register keeps and publishes."""
    verdict = verify(proof)
    if not verdict.ok:
        return verdict
    root = bytes.fromhex(verdict.details["root"])
    if not Checkpoint.objects.filter(size=verdict.details["size"], root=root).exists():
        return _verdict("not_published", verdict.details)
    return verdict


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A name stands twice.")
    return found


def _stated(proof: object) -> dict[str, Any] | None:
    """What a well-formed proof says of itself, not yet believed; None when it is malformed."""
    if not isinstance(proof, dict) or {name: type(value) for name, value in proof.items()} != _FIELDS:
        return None
    if (proof["format"], proof["version"]) != (FORMAT, VERSION):
        return None
    if not all(isinstance(value, str) and _HASH.fullmatch(value) for value in proof["proof"]):
        return None
    try:
        entry = json.loads(proof["entry"])
        proof["entry"].encode()
        proof["origin"].encode()
        proof["checkpoint"].encode()
        if set(entry) != _ENTRY_FIELDS or canonical(entry) != proof["entry"]:
            return None
        at = datetime.fromisoformat(entry["at"])
    except (ValueError, TypeError, RecursionError):
        return None
    return entry | {"at": at, "index": proof["index"], "size": proof["size"], "origin": proof["origin"]}


def _verdict(code: str, details: dict[str, Any] | None = None) -> Verdict:
    sentences = {
        "ok": _("Cette inscription figure bien dans le registre, à cette place et dans ces termes."),
        "malformed": _("Ce document n’est pas une preuve du registre, ou il est abîmé."),
        "bad_signature": _("L’empreinte n’est pas signée par la clé du registre."),
        "other_checkpoint": _("La preuve annonce un autre registre ou une autre taille que l’empreinte signée."),
        "other_key": _("La preuve annonce une autre clé que celle du registre."),
        "not_published": _(
            "L’empreinte est signée par la clé du registre, mais le registre ne la connaît pas : "
            "gardez cette preuve et signalez-la."
        ),
        "not_included": _("L’inscription ne figure pas dans le registre à cette place et dans ces termes."),
    }
    return Verdict(code == "ok", code, sentences[code], details or {})
