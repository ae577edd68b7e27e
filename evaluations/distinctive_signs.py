"""What in a text would tell a marker whose it is (« rupture de l'anonymat »): found to warn its author, never to judge.

Pure: a text and a person in, what was found out. It looks through accents, case, hyphens, letters spelled apart
(« S a l m a », « S.A.L.M.A ») or backwards, and takes the names in any order. A warning costs a glance, a missed name may
cost the competition: it rather says too much.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

#: A name shorter than this is a word like any other.
NAME_LENGTH = 3
#: The end of a telephone number, the same with or without its prefix: Moroccan numbers have nine digits after it.
PHONE_DIGITS = 9
EXCERPT = 60


class SignKind(StrEnum):
    NAME = "name"
    INITIALS = "initials"
    EMAIL = "email"
    PHONE = "phone"
    NATIONAL_ID = "national_id"
    DOSSIER = "dossier"
    OTHER = "other"


@dataclass(frozen=True)
class Person:
    """What is known of the author."""

    given_names: str = ""
    family_name: str = ""
    email: str = ""
    phone: str = ""
    national_id: str = ""
    dossier: str = ""


@dataclass(frozen=True)
class Sign:
    """``excerpt`` as the author wrote it, from the character ``start`` on."""

    kind: SignKind
    excerpt: str
    start: int


@dataclass(frozen=True)
class _Folded:
    """A text without accents or case, each character with its place in the original."""

    text: str
    places: tuple[int, ...]


_EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+")
_DIGITS = re.compile(r"\+?\d(?:[\s.\-/()]*\d){8,14}")
_MOBILE = re.compile(r"^(?:00212|212|0)[5-7]\d{8}$")
#: Letters spelled apart: four at least, each alone, with one and the same sort of gap between.
_APART = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .\-_*]{1,3}[^\W\d_]){3,}(?![^\W_])")


def _fold_character(character: str) -> str:
    """Its letters alone, small, without accents; apostrophes and hyphens as spaces: never nothing."""
    if character in "'’‘ʼ`´-‐‑‒–—·":
        return " "
    plain = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return plain.casefold()


def _fold(text: str) -> _Folded:
    letters, places = [], []
    for place, character in enumerate(text):
        for letter in _fold_character(character):
            letters.append(letter)
            places.append(place)
    return _Folded("".join(letters), tuple(places))


def _parts(name: str) -> list[str]:
    """The words of a name that are long enough to tell: « El Amrani » gives « amrani », and « el amrani » as one."""
    words = _fold(name).text.split()
    whole = " ".join(words)
    return list(dict.fromkeys(part for part in (whole, *words) if len(part) >= NAME_LENGTH))


def _sign(kind: SignKind, text: str, places: tuple[int, ...], start: int, end: int) -> Sign:
    begin, last = places[start], places[end - 1] + 1
    return Sign(kind, text[begin:last][:EXCERPT], begin)


def _words(folded: _Folded, text: str, kind: SignKind, wanted: list[str]) -> Iterator[Sign]:
    for word in wanted:
        pattern = r"\s+".join(re.escape(part) for part in word.split())
        for found in re.finditer(rf"(?<!\w){pattern}(?!\w)", folded.text):
            yield _sign(kind, text, folded.places, *found.span())


def _names(folded: _Folded, text: str, person: Person) -> Iterator[Sign]:
    parts = [part for name in (person.family_name, person.given_names) for part in _parts(name)]
    yield from _words(folded, text, SignKind.NAME, parts)
    yield from _words(folded, text, SignKind.NAME, [part[::-1] for part in parts if len(part) > NAME_LENGTH])
    joined = {part.replace(" ", "") for part in parts if len(part) > NAME_LENGTH}
    whole = "".join(_fold(f"{person.given_names}{person.family_name}").text.split())
    for found in _APART.finditer(folded.text):
        squeezed = "".join(c for c in found.group() if c.isalpha())
        if squeezed and any(part in squeezed or part[::-1] in squeezed for part in joined | ({whole} - {""})):
            yield _sign(SignKind.NAME, text, folded.places, *found.span())
    run_together = [f"{a}{b}" for a in joined for b in joined if a != b]
    yield from _words(folded, text, SignKind.NAME, run_together)


def _initials(folded: _Folded, text: str, person: Person) -> Iterator[Sign]:
    """« S. B. », « B.S. »: with their points, or every pair of capitals would be one."""
    given, family = (_fold(name).text.split() for name in (person.given_names, person.family_name))
    if not given or not family:
        return
    first, last = given[0][0], family[-1][0]
    for pair in {(first, last), (last, first), (first, family[0][0]), (family[0][0], first)}:
        pattern = rf"(?<![\w.]){re.escape(pair[0])}\.\s?{re.escape(pair[1])}\.(?!\s?\w\.)"
        for found in re.finditer(pattern, folded.text):
            if text[folded.places[found.start()]].isupper():
                yield _sign(SignKind.INITIALS, text, folded.places, *found.span())


def _addresses(text: str, person: Person) -> Iterator[Sign]:
    own = person.email.casefold()
    for found in _EMAIL.finditer(text):
        written = re.sub(r"\s?(?:@|\(at\)|\[at\])\s?", "@", found.group()).casefold()
        kind = SignKind.EMAIL if own and own in written else SignKind.OTHER
        yield Sign(kind, found.group()[:EXCERPT], found.start())
    for found in _ADDRESS.finditer(text):
        yield Sign(SignKind.OTHER, found.group()[:EXCERPT], found.start())


def _numbers(text: str, person: Person) -> Iterator[Sign]:
    own = "".join(c for c in person.phone if c.isdigit())[-PHONE_DIGITS:]
    for found in _DIGITS.finditer(text):
        digits = "".join(c for c in found.group() if c.isdigit())
        if len(own) == PHONE_DIGITS and digits.endswith(own):
            yield Sign(SignKind.PHONE, found.group()[:EXCERPT], found.start())
        elif _MOBILE.match(digits):
            yield Sign(SignKind.OTHER, found.group()[:EXCERPT], found.start())


def _codes(folded: _Folded, text: str, person: Person) -> Iterator[Sign]:
    """Numbers that name the person, with or without the gaps between their parts."""
    for kind, code in ((SignKind.NATIONAL_ID, person.national_id), (SignKind.DOSSIER, person.dossier)):
        letters = [c for c in _fold(code).text if c.isalnum()]
        if len(letters) < 5:
            continue
        pattern = r"[\s.]{0,2}".join(re.escape(letter) for letter in letters)
        for found in re.finditer(rf"(?<!\w){pattern}(?!\w)", folded.text):
            yield _sign(kind, text, folded.places, *found.span())


def _apart(signs: list[Sign]) -> list[Sign]:
    """Each place told once: of two that overlap, the longer, which comes first."""
    kept: list[Sign] = []
    for sign in sorted(signs, key=lambda s: (s.start, -len(s.excerpt))):
        if not kept or sign.start >= kept[-1].start + len(kept[-1].excerpt):
            kept.append(sign)
    return kept


def find(text: str, person: Person) -> list[Sign]:
    """Every distinctive sign, in the order of the text."""
    folded = _fold(text)
    if not folded.text:
        return []
    return _apart(
        [
            *_names(folded, text, person),
            *_initials(folded, text, person),
            *_addresses(text, person),
            *_numbers(text, person),
            *_codes(folded, text, person),
        ]
    )
