"""What is kept long enough, kind by kind and posting by posting: what is due and when, and its erasure with a certificate.

Nothing of a posting goes while one of its recourses waits for an answer: another's file may be what it is judged by.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise

from applications.closing import list_hash
from applications.models import Application, EqualityAnswer, Erasure, ErasureCause, Objection, PurgeCertificate
from applications.states import UNSUBMITTED, State
from evaluations.models import ReferenceRequest, Ruling
from journal import clock
from journal.append import append, canonical
from notices import erasure as messages
from postings.models import Posting
from postings.retention import KINDS, days

#: The kinds that are whole files, by what became of them.
FILES = ("drafts", "rejected", "retained")
_RETAINED = frozenset({State.RETAINED, State.RESERVE, State.RENOUNCED})


@dataclass(frozen=True)
class Line:
    """One kind of data of one posting: how much there is, and when it may go (None while the procedure isn't over)."""

    posting: Posting
    kind: str
    count: int
    due_at: datetime | None
    held: bool

    @property
    def label(self) -> Promise:
        return KINDS[self.kind]

    @property
    def days(self) -> int:
        return days(self.posting, self.kind)

    def is_due(self, at: datetime) -> bool:
        return self.count > 0 and not self.held and self.due_at is not None and self.due_at <= at


def kind_of(state: str) -> str:
    """Which kind of data a file is, by its state."""
    if state in UNSUBMITTED:
        return "drafts"
    return "retained" if state in _RETAINED else "rejected"


def due_at(posting: Posting, kind: str, ruled_at: datetime | None) -> datetime | None:
    """When the kind may go; None while what its period runs from hasn't come.

    From the closing of intake for what was never submitted and for the urn, from the authority's decision for the rest; from
    its cancellation, whichever it is, for a posting that was cancelled.
    """
    decided = posting.cancelled_at or ruled_at
    start = (posting.closed_at or posting.cancelled_at) if kind in ("drafts", "equality") else decided
    return start + timedelta(days=days(posting, kind)) if start else None


def contested() -> set[int]:
    """The postings with a recourse that waits for its answer."""
    return set(Objection.objects.filter(answered_at=None).values_list("application__posting", flat=True))


def _answered(postings: Iterable[int] | None = None) -> QuerySet[ReferenceRequest]:
    """The requests that hold words: a referee's, or HR's to them."""
    rows = ReferenceRequest.objects.exclude(answers={}, words="")
    return rows if postings is None else rows.filter(referee__application__posting__in=postings)


def _counts() -> dict[tuple[int, str], int]:
    """How much there is of each kind in each posting, in a constant number of queries."""
    found: dict[tuple[int, str], int] = Counter()
    files = Application.objects.filter(erasure=None).order_by().values_list("posting", "state").annotate(Count("pk"))
    for posting, state, count in files:
        found[posting, kind_of(state)] += count
    referees = _answered().order_by().values_list("referee__application__posting").annotate(Count("pk"))
    slips = EqualityAnswer.objects.order_by().values_list("posting").annotate(Count("pk"))
    found.update({(posting, "references"): count for posting, count in referees})
    found.update({(posting, "equality"): count for posting, count in slips})
    by_slug = messages.counts_by_campaign()
    slugs = Posting.objects.filter(slug__in=by_slug).values_list("pk", "slug")
    found.update({(pk, "notices"): by_slug[slug] for pk, slug in slugs})
    return found


def plan() -> list[Line]:
    """Every kind of every published posting, due or not, the oldest deadline first."""
    counts, held = _counts(), contested()
    ruled = dict(Ruling.objects.values_list("posting", "at"))
    postings = Posting.objects.filter(published_at__isnull=False).order_by("closes_at", "pk")
    return [
        Line(p, kind, counts.get((p.pk, kind), 0), due_at(p, kind, ruled.get(p.pk)), p.pk in held)
        for p in postings
        for kind in KINDS
    ]


def _empty_references(posting: Posting) -> int:
    return _answered([posting.pk]).update(answers={}, words="")


def _empty_urn(posting: Posting) -> int:
    return EqualityAnswer.objects.filter(posting=posting).delete()[0]


#: How each kind that isn't a file goes, and how much went.
_PURGES: dict[str, Callable[[Posting], int]] = {
    "references": _empty_references,
    "notices": lambda posting: messages.scrub_campaign(campaign=posting.slug),
    "equality": _empty_urn,
}


def purge_due(accounts: int = 0) -> PurgeCertificate | None:
    """Erase every kind that is due but for the files, which went one by one, and certify both; None when nothing went.

    The files are those erased since the last certificate: a run that was cut short is certified by the next.
    """
    with transaction.atomic():
        # One purge at a time; nobody who submits or deletes nothing waits for it.
        list(Posting.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
        at = clock.now()
        due = [line for line in plan() if line.kind in _PURGES and line.is_due(at)]
        rows = _files_since_the_last()
        for line in due:
            count = _PURGES[line.kind](line.posting)
            rows.append({"posting": line.posting.slug, "kind": line.kind, "count": count, "due_at": line.due_at})
        return _certify(rows, accounts, at) if rows or accounts else None


def _files_since_the_last() -> list[dict[str, Any]]:
    last = PurgeCertificate.objects.order_by("-pk").values_list("entry_id", flat=True).first() or 0
    gone = Erasure.objects.filter(cause=ErasureCause.RETENTION, entry_id__gt=last).select_related(
        "application__posting"
    )
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for erasure in gone:
        file = erasure.application
        found[file.posting.slug, kind_of(file.state)].append(file.dossier_code)
    return [
        {"posting": slug, "kind": kind, "count": len(codes), "dossiers_sha256": list_hash(codes)}
        for (slug, kind), codes in sorted(found.items())
    ]


def _certify(rows: list[dict[str, Any]], accounts: int, at: datetime) -> PurgeCertificate:
    """The certificate names nobody; its hash, and how much went, are in the register."""
    told = canonical({"at": at, "purged": rows, "accounts": accounts})
    digest = sha256(told.encode()).hexdigest()
    counts = {f"{row['posting']}/{row['kind']}": row["count"] for row in rows}
    facts = {"counts": counts, "accounts": accounts, "sha256": digest}
    entry = append("data.purged", at=at, actor="system", subject="retention", facts=facts)
    return PurgeCertificate.objects.create(at=at, content=told, sha256=digest, entry=entry)


def due_files(at: datetime) -> QuerySet[Application]:
    """The files whose time is up, of postings that no recourse holds."""
    due = Q(pk__in=[])
    for line in plan():
        if line.kind in FILES and line.is_due(at):
            due |= Q(posting=line.posting, state__in=[state for state in State if kind_of(state) == line.kind])
    return Application.objects.filter(due, erasure=None).select_related("posting", "candidate").order_by("pk")
