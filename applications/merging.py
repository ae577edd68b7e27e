"""Several pages open on one draft: each remembers what it was drawn with, so that none overwrites another unseen.

A page sends, beside what was typed, the mark of what it had read in each field. A field that nobody else touched takes
what was typed; one that was not touched here keeps what another page saved; one changed on both sides is a conflict,
and keeps what is stored until the person has chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

BLANK = frozenset({""})


def plain(value: object) -> str:
    """A value as a browser would send it, so that what was sent and what is stored compare."""
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").strip()


def mark(value: object) -> str:
    """What a page remembers of a value: nothing of an empty one, else twelve digits of its hash."""
    text = plain(value)
    # A browser can send half a character (a lone surrogate), and it must not be an error here.
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12] if text else ""


@dataclass(frozen=True)
class Seen:
    """The marks of a page's fields, by name; a row's field is named ``<row's key>.<field>``.

    ``shown`` is what it was drawn with. ``owned`` is what may be stored without being another page's: words that it sent
    and had no answer to, and those that the person decided to replace.
    """

    shown: Mapping[str, frozenset[str]]
    owned: Mapping[str, frozenset[str]]

    def untouched(self, name: str, given: object) -> bool:
        """Whether the page sends what it was drawn with: nobody typed here."""
        return mark(given) in self.shown.get(name, BLANK)

    def expects(self, name: str, stored: object) -> bool:
        """Whether what is stored comes from no other page."""
        return self.untouched(name, stored) or mark(stored) in self.owned.get(name, ())

    def has_row(self, key: str) -> bool:
        """Whether the page showed that row, or sent it."""
        return any(name.startswith(f"{key}.") for name in [*self.shown, *self.owned])


@dataclass
class Kept:
    """What became of the values that were given.

    ``changed`` is what to store, ``conflicts`` what another page stored meanwhile, ``elsewhere`` the same where nobody typed here, ``faults`` what values that are right
    one by one have wrong together, ``settled`` the marks of what now stands as it was typed, all by name; ``before`` is
    when the draft had last been saved, ``at`` when it is held now, ``written`` whether anything was.
    """

    before: datetime
    at: datetime
    written: bool = False
    changed: dict[str, Any] = field(default_factory=dict)
    conflicts: dict[str, Any] = field(default_factory=dict)
    elsewhere: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    settled: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, given: object, stored: object, seen: Seen | None) -> bool:
        """Judge one value; whether it is to be stored in place of ``stored``."""
        if mark(given) == mark(stored):
            self.settled[name] = mark(given)
            return False
        if seen is None or seen.expects(name, stored):
            self.changed[name] = given
            self.settled[name] = mark(given)
            return True
        (self.elsewhere if seen.untouched(name, given) else self.conflicts)[name] = stored
        return False

    def give_back(self, name: str, fault: str = "") -> None:
        """Store this value after all not, and say why if there is something to say."""
        self.changed.pop(name, None)
        self.settled.pop(name, None)
        if fault:
            self.faults[name] = fault
