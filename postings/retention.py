"""How long each kind of data is kept once it isn't needed, by the posting's own periods."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from postings.models import Posting

#: Each kind that has a period, in days; what it runs from stands beside it in :mod:`evaluations.erasure`.
KINDS: dict[str, Promise] = {
    "drafts": _("brouillons jamais déposés"),
    "rejected": _("dossiers non retenus, irrecevables ou retirés"),
    "retained": _("dossiers retenus ou en liste complémentaire"),
    "references": _("réponses des référents"),
    "notices": _("messages envoyés (les lettres suivent leur dossier)"),
    "equality": _("réponses sur l’égalité"),
}
#: What stands for good, as public records (loi 69-99 on archives), and why no period runs.
FOR_GOOD: tuple[Promise, ...] = (
    _("procès-verbal, décision et leurs motifs"),
    _("notes, totaux et rangs, sous le numéro du dossier"),
    _("registre, avec qui a ouvert quelle pièce et quand, sous des numéros"),
    _("registre des incidents, qui ne nomme aucun candidat"),
)
#: What a recourse may need: kept through its period at least.
CONTESTED = ("rejected", "retained", "references", "notices")


def days(posting: Posting, kind: str) -> int:
    """The days that the kind is kept; the posting's general period where it says nothing of it."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a kind of data with a period.")
    return int(posting.retention.get(kind, posting.retention_days))


def holds(retention: Mapping[str, Any], *, objection_days: int) -> bool:
    """Whether the periods are whole days above none, of known kinds, and outlast the time of a recourse where one may come."""
    known = all(kind in KINDS and type(value) is int and value > 0 for kind, value in retention.items())
    return known and all(retention[kind] >= objection_days for kind in CONTESTED if kind in retention)
