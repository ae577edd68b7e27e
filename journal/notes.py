"""Signed checkpoints as text: C2SP tlog-checkpoint in a C2SP signed-note, with Ed25519."""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from journal import keys

MAX_NOTE = 16_384
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_DASH = "\u2014 "


class BadNote(ValueError):
    """The text is no checkpoint, or no key that we know has signed it."""


@dataclass(frozen=True)
class Tree:
    """What a checkpoint states: the register's name, the number of its entries, the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three signed lines."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def sign(tree: Tree, key: Ed25519PrivateKey) -> str:
    """The note: the three lines, a blank one, and the signature under the origin's name."""
    signature = keys.key_id(tree.origin, key.public_key()) + key.sign(tree.text.encode())
    return f"{tree.text}\n{_DASH}{tree.origin} {b64encode(signature).decode()}\n"


def read(note: str) -> Tree:
    """What a note states, whoever signed it. Raises BadNote."""
    text, _ = _parts(note)
    lines = text.split("\n")
    if len(lines) != 4 or not lines[0] or lines[3]:
        raise BadNote("A checkpoint has three lines.")
    if not _SIZE.fullmatch(lines[1]):
        raise BadNote("The size is no number, or too great.")
    root = strict_b64(lines[2])
    if len(root) != 32:
        raise BadNote("The root has not 32 bytes.")
    return Tree(lines[0], int(lines[1]), root)


def verify(note: str, key: Ed25519PublicKey) -> Tree:
    """What a note states, once ``key`` is known to have signed it under its origin's name. Raises BadNote."""
    tree = read(note)
    text, signatures = _parts(note)
    wanted = keys.key_id(tree.origin, key)
    mine = [value[4:] for name, value in signatures if name == tree.origin and value[:4] == wanted]
    if not mine:
        raise BadNote("The key has not signed.")
    for signature in mine:
        try:
            key.verify(signature, text.encode())
        except InvalidSignature as error:
            raise BadNote("The signature is wrong.") from error
    return tree


def strict_b64(text: str) -> bytes:
    """Base64 that has one text only: no stray characters, no idle bits. Raises BadNote."""
    try:
        value = b64decode(text, validate=True)
    except ValueError as error:
        raise BadNote("Not base64.") from error
    if b64encode(value).decode() != text:
        raise BadNote("Not canonical base64.")
    return value


def _parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The signed text, and (name, id and signature) of each signature line."""
    if len(note) > MAX_NOTE or any(character < " " and character != "\n" for character in note):
        raise BadNote("Too long, or control characters.")
    text, blank, tail = note.rpartition("\n\n")
    lines = tail.split("\n")
    if not blank or len(lines) < 2 or lines[-1] or len(lines) > 17:
        raise BadNote("No blank line, or no signature line.")
    signatures = []
    for line in lines[:-1]:
        name, space, value = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not name or not space:
            raise BadNote("Not a signature line.")
        signatures.append((name, strict_b64(value)))
    return text + "\n", signatures
