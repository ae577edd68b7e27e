"""Which of the things that tell who a candidate is stand in what was read, however they are written."""

import re
import unicodedata
from collections.abc import Mapping

from django.utils.text import slugify

from postings.models import Posting
from tests.blind.crawler import Fetched
from tests.blind.people import needles

#: Letters that Unicode doesn't take apart, and the apostrophes and dashes that typography exchanges.
_SAME = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ß": "ss", "’": "'", "‘": "'", "‑": "-", "–": "-"})


def plain(text: str) -> str:
    """``text`` without case, accents and apostrophes, its words apart as in a sentence: an address joins them by hyphens."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_SAME))
    return re.sub(r"[\s_+-]+", " ", "".join(c for c in apart if c != "'" and not unicodedata.combining(c)))


def leaks(texts: Mapping[str, str], posting: Posting) -> set[tuple[str, str]]:
    """Where each thing that tells of a candidate of the posting was found: pairs of an address and what it is."""
    names = [(name, value) for file in posting.applications.all() for name, value in needles(file).items()]
    wanted = [(name, plain(value).strip()) for name, value in names]
    assert len(wanted) > 40 * posting.applications.count()
    assert all(len(value) >= 6 for _name, value in wanted)
    # As an address would write a name: slugify leaves out the letters that it can't spell (« œdipine », « dipine »).
    wanted += [
        (name, slug) for name, value in names if name.endswith(" name") and len(slug := plain(slugify(value))) >= 6
    ]
    told = {where: plain(f"{where}\n{text}") for where, text in texts.items()}
    return {(where, name) for where, text in told.items() for name, value in wanted if value in text}


def texts(pages: Mapping[str, Fetched]) -> dict[str, str]:
    return {address: fetched.text for address, fetched in pages.items()}
