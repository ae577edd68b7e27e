"""The public address of one entry: short enough to be typed from paper, and of no use to who has not seen the paper."""

import hmac
from hashlib import sha256

from django.urls import reverse

from journal.models import Entry

#: Hexadecimal figures, 64 bits: nobody finds an address by trying.
CHECK_FIGURES = 16


def check_of(entry: Entry) -> str:
    """What only a holder of the entry's text, or of a paper that bears its address, knows.

    Not the leaf's hash: proofs of neighbours and of consistency carry that one to anyone.
    """
    return sha256(b"entry page\n" + entry.body.encode()).hexdigest()[:CHECK_FIGURES]


def path_of(entry: Entry) -> str:
    """The path of the page that says whether the entry stands in the journal."""
    return reverse("journal:entry", args=[entry.pk, check_of(entry)])


def is_address_of(entry: Entry, check: str) -> bool:
    """Whether ``check``, as someone typed it, is this entry's."""
    return hmac.compare_digest(check_of(entry).encode(), check.lower().encode())
