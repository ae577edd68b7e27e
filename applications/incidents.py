"""The incident register: what disturbed a campaign, told once and for good. A correction is a row of its own, beside the first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from applications.models import Incident
from journal import clock
from journal.append import append, canonical, salted
from journal.merkle import leaf_hash
from postings.locks import hold_exclusive
from postings.models import DeadlineExtension, Posting

WORDS = ("what", "affected", "done")


@dataclass(frozen=True)
class Told:
    """One incident as it stands: its latest row, and the rows that it corrected, the first one first."""

    row: Incident
    before: list[Incident]


def incidents(posting: Posting) -> list[Told]:
    """The incidents of a posting, in the order in which they began, each with what it corrected; in one query."""
    rows = list(posting.incidents.select_related("by", "extension", "entry").order_by("began_at", "pk"))
    by_pk = {row.pk: row for row in rows}
    corrected = {row.corrects_id for row in rows if row.corrects_id}
    return [Told(row, _before(row, by_pk)) for row in rows if row.pk not in corrected]


def _before(row: Incident, by_pk: dict[int, Incident]) -> list[Incident]:
    chain: list[Incident] = []
    while row.corrects_id:
        row = by_pk[row.corrects_id]
        chain.insert(0, row)
    return chain


def facts_of(incident: Incident) -> dict[str, Any]:
    """What the hash in the register is of, for who checks it."""
    names = ("began_at", "ended_at", *WORDS)
    return {**{name: getattr(incident, name) for name in names}, "extension": incident.extension_id}


def digest(incident: Incident) -> str:
    """The salted hash of an incident's words, as the register keeps it."""
    return salted(canonical(facts_of(incident)), incident.salt.bytes)


def record(
    *,
    posting: Posting,
    began_at: datetime,
    what: str,
    affected: str,
    done: str,
    by: User,
    ended_at: datetime | None = None,
    extension: DeadlineExtension | None = None,
    corrects: Incident | None = None,
) -> Incident:
    """Record an incident, or what corrects one. The same words twice, one after the other, are once.

    The words name nobody: they stand for good; the register keeps their salted hash. Raises PermissionDenied unless ``by``
    is HR, ValidationError by field without words, for an incident to come or that ends before it begins, for an extension
    of another posting, and where the row to correct was corrected already.
    """
    if not is_hr(by):
        raise PermissionDenied
    incident = Incident(
        posting=posting,
        began_at=began_at,
        ended_at=ended_at,
        what=what.strip(),
        affected=affected.strip(),
        done=done.strip(),
        extension=extension,
        corrects=corrects,
        by=by,
    )
    with transaction.atomic():
        hold_exclusive(posting, cancelled_too=True)
        last = posting.incidents.order_by("pk").last()
        if last is not None and facts_of(last) == facts_of(incident) and last.corrects_id == incident.corrects_id:
            return last
        incident.at = clock.now()
        _check(incident)
        facts = {"sha256": digest(incident), "corrects": _entry_hash(corrects) if corrects else None}
        incident.entry = append(
            "incident.recorded", at=incident.at, actor=by.actor, subject=posting.subject, facts=facts
        )
        incident.save()
    return incident


def _entry_hash(incident: Incident) -> str:
    return leaf_hash(incident.entry.body.encode()).hex()


def _check(incident: Incident) -> None:
    faults: dict[str, str] = {
        name: _("Quelques mots sont nécessaires ici, fût-ce « rien » ou « personne ».")
        for name in WORDS
        if not getattr(incident, name)
    }
    if not incident.posting.published_at:
        raise ValidationError(_("L’avis n’est pas publié : sa campagne n’a pas commencé."))
    if incident.began_at > incident.at:
        faults["began_at"] = _("Un incident se constate : son début ne peut être à venir.")
    if incident.ended_at and not incident.began_at <= incident.ended_at <= incident.at:
        faults["ended_at"] = _("La fin suit le début, et ne peut être à venir.")
    if incident.extension and incident.extension.posting_id != incident.posting_id:
        faults["extension"] = _("Ce report est celui d’un autre avis.")
    if incident.corrects and incident.corrects.posting_id != incident.posting_id:
        raise ValidationError(_("Cet incident est celui d’un autre avis."))
    if incident.corrects and Incident.objects.filter(corrects=incident.corrects).exists():
        raise ValidationError(_("Cette ligne a déjà été corrigée : corrigez la plus récente."))
    if faults:
        raise ValidationError(faults)
