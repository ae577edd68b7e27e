"""The rows of a draft, posts held and referees: merged one by one, each told by a key that its page gave it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from django.utils.translation import gettext as _

from applications.merging import Kept, Seen
from applications.models import Application, CareerEntry, Referee

Row = CareerEntry | Referee
CAREER_ROW = ("title", "employer", "started", "ended", "duties")
REFEREE_ROW = ("name", "title", "organisation", "relationship", "email", "phone")


def key_of(row: Mapping[str, Any]) -> UUID:
    """A stored row's key, of its ``values``; rows older than keys are told by their number."""
    key: UUID = row["key"] or UUID(int=row["pk"])
    return key


def spare_keys(application: Application, prefix: str, taken: Iterable[UUID], count: int) -> list[UUID]:
    """The keys of empty rows: the same on each reading of the page, so that what a device kept finds its row again."""
    busy = set(taken)
    numbers = range(count + len(busy))
    keys = (uuid5(NAMESPACE_URL, f"{application.dossier_code}:{prefix}:{number}") for number in numbers)
    return [key for key in keys if key not in busy][:count]


class Rows:
    """The rows of one kind as they will stand; nothing is written before :meth:`write`."""

    def __init__(self, application: Application, model: type[Row], fields: Sequence[str], kept: Kept) -> None:
        self.application, self.model, self.fields, self.kept = application, model, fields, kept
        stored = model._default_manager.filter(application=application)
        self.stored: dict[str, Any] = {str(row.key or UUID(int=row.pk)): row for row in stored}
        self.was = {key: self._values(row) for key, row in self.stored.items()}
        self.standing: dict[str, Any] = dict(self.stored)

    def _values(self, row: Row) -> dict[str, Any]:
        return {name: getattr(row, name) for name in self.fields}

    def merge(self, given: Sequence[Mapping[str, Any]], seen: Seen | None) -> None:
        """Take what was typed in each row; rows that the page showed and no longer has are removed."""
        present: set[str] = set()
        for values in given:
            key = str(values.get("key") or uuid4())
            key = str(uuid4()) if key in present else key
            present.add(key)
            self._take(key, {name: values[name] for name in self.fields if name in values}, seen)
        for key in self.stored.keys() - present:
            self._remove(key, seen)

    def _take(self, key: str, values: Mapping[str, Any], seen: Seen | None) -> None:
        row = self.stored.get(key)
        if row is None:
            unchanged = seen is not None and all(
                seen.untouched(f"{key}.{name}", value) for name, value in values.items()
            )
            if unchanged:  # nothing was typed in it, or another page removed it
                return
            row = self.standing[key] = self.model(application=self.application, key=UUID(key))
            seen = None
        for name, value in values.items():
            if self.kept.take(f"{key}.{name}", value, getattr(row, name), seen):
                setattr(row, name, value)

    def _remove(self, key: str, seen: Seen | None) -> None:
        if seen is not None and not seen.has_row(key):
            return  # another page added it
        if seen is None or all(seen.expects(f"{key}.{name}", value) for name, value in self.was[key].items()):
            self.empty(key)
            return
        self.kept.faults[key] = _("Une ligne a été modifiée ailleurs entre-temps : elle n’a pas été retirée.")

    def empty(self, key: str) -> None:
        """Leave nothing of a row, which removes it."""
        row, blank = self.standing[key], self.model()
        for name in self.fields:
            setattr(row, name, getattr(blank, name))

    def give_back(self, key: str, name: str, fault: str = "") -> None:
        """Leave a field of a row as it is stored."""
        default = getattr(self.model(), name)
        setattr(self.standing[key], name, self.was.get(key, {}).get(name, default))
        self.kept.give_back(f"{key}.{name}", fault)

    def filled(self) -> dict[str, Any]:
        """The rows that say something, by key."""
        return {key: row for key, row in self.standing.items() if any(self._values(row).values())}

    def write(self) -> bool:
        """Store what differs, in three queries at most; whether anything did."""
        filled = self.filled()
        for row in filled.values():
            row.full_clean(exclude=["application"], validate_unique=False, validate_constraints=False)
        gone = [row.pk for key, row in self.stored.items() if key not in filled]
        new = [row for key, row in filled.items() if key not in self.stored]
        changed = [row for key, row in filled.items() if key in self.was and self._values(row) != self.was[key]]
        if gone:
            self.model._default_manager.filter(pk__in=gone).delete()
        if changed:
            self.model._default_manager.bulk_update(changed, list(self.fields))
        if new:
            self.model._default_manager.bulk_create(new)
        return bool(gone or new or changed)


def mend_dates(rows: Rows) -> None:
    """Two pages may each have changed one end of a post: dates that don't go together both stay as they were."""
    for key, row in rows.filled().items():
        if row.started and row.ended and row.ended < row.started:
            rows.give_back(key, "started")
            rows.give_back(key, "ended", _("La fin précède le début : vérifiez les deux dates."))


def mend_addresses(rows: Rows, own_email: str) -> None:
    """Addresses that are not each another person's all stay as they were: which is wrong isn't known here."""
    filled = rows.filled()
    faults = referee_faults([{"email": row.email} for row in filled.values()], own_email)
    if not faults:
        return
    for place, key in enumerate(filled):
        if place in faults or f"{key}.email" in rows.kept.changed:
            rows.give_back(key, "email", faults.get(place, ""))


def referee_faults(referees: Sequence[Mapping[str, Any]], own_email: str) -> dict[int, str]:
    """What is wrong with the referees' addresses, by their place in the list."""
    faults: dict[int, str] = {}
    seen = {own_email.casefold()}
    for place, referee in enumerate(referees):
        email = str(referee.get("email") or "").casefold()
        if email == own_email.casefold():
            faults[place] = _("Indiquez l’adresse de votre référent, non la vôtre.")
        elif email and email in seen:
            faults[place] = _("Cette adresse est déjà celle d’un autre référent.")
        seen.add(email)
    return faults
