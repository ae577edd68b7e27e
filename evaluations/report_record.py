"""What the final report tells, gathered once and frozen when it is issued.

Candidates are numbers. Names stand for the jury, the authority and who was retained, as in the minutes and the decision,
which are kept for good. Words that have to go one day stay out: HR's to one candidate, what a candidate wrote.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Avg, Count, F, Max, Min, Q, QuerySet, Value
from django.db.models.functions import Concat

from applications.models import Application, LateAttempt, Objection, Screening
from evaluations.models import (
    ActOfDecision,
    Decision,
    DecisionOutcome,
    Deliberation,
    Interview,
    ReferencesConclusion,
    Renunciation,
    Replacement,
    Ruling,
    Score,
    Succession,
)
from journal.append import canonical
from journal.checkpoint import latest
from journal.models import Entry
from notices.models import Notice
from postings.models import Posting

Record = dict[str, Any]

#: The number of the file that a row is about.
_DOSSIER = F("application__dossier_code")
#: The entries that make the calendar of a procedure.
CALENDAR = (
    "posting.published", "application.submitted", "application.withdrawn", "application.refused_late",
    "posting.extended", "posting.closed", "application.admitted", "application.found_inadmissible", "piece.requested",
    "panel.composed", "panel.member_replaced", "exercise.sealed", "exercise.opened", "skills.assigned",
    "skills.closed", "interview.scheduled", "interview.missed", "application.interviewed", "reference.requested",
    "reference.answered", "reference.verified", "deliberation.opened", "deliberation.closed", "minutes.frozen",
    "decision.prepared", "decision.taken", "application.renounced", "application.called", "objection.lodged",
    "objection.answered",
)  # fmt: skip


def _subjects(posting: Posting) -> QuerySet[Application, str]:
    """The journal's names of the posting's files, as a subquery."""
    named = Application.objects.filter(posting=posting).annotate(named=Concat(Value("application:"), "dossier_code"))
    return named.values_list("named", flat=True)


def _entries(posting: Posting, *kinds: str) -> QuerySet[Entry]:
    of_it = Q(subject=posting.subject) | Q(subject__in=_subjects(posting))
    return Entry.objects.filter(of_it, kind__in=kinds).order_by("id")


def _calendar(posting: Posting) -> list[Record]:
    """Each sort of act: how many, the first and the last, in the order in which they began."""
    rows = _entries(posting, *CALENDAR).order_by().values("kind")
    told = rows.annotate(count=Count("pk"), first=Min("pk"), first_at=Min("at"), last_at=Max("at"))
    found: list[Record] = [dict(row) for row in told]
    return sorted(found, key=lambda row: (row["first_at"], row["first"]))


def _code(entry: Entry) -> str:
    return entry.subject.partition(":")[2]


def _draws(posting: Posting) -> Record:
    """What lots were drawn, each with its seed: anybody draws them again."""
    assigned = _entries(posting, "skills.assigned").first()
    thirds = _entries(posting, "marker.third_drawn")
    return {
        "markers_seed": assigned.facts["seed"] if assigned else "",
        "thirds": [
            {"dossier": _code(e), "gap": e.facts["gap"], "seed": e.facts["seed"], "drawn": bool(e.facts["drawn"])}
            for e in thirds
        ],
        "excused": [{"dossier": _code(e), "cause": e.facts["cause"]} for e in _entries(posting, "sheet.excused")],
    }


def _incidents(posting: Posting) -> Record:
    late = LateAttempt.objects.filter(application__posting=posting).order_by("at")
    kinds = ("piece.requested", "piece.received", "piece.refused_late")
    pieces = _entries(posting, *kinds).order_by().values_list("kind").annotate(Count("pk"))
    replaced = Replacement.objects.filter(leaver__panel__posting=posting)
    return {
        "late": list(late.values("at", "closes_at", dossier=_DOSSIER)),
        "pieces": {kind.partition(".")[2]: count for kind, count in pieces},
        "replacements": [
            {"leaver": str(r.leaver), "member": str(r.member), "at": r.at}
            for r in replaced.select_related("leaver__user", "member__user")
        ],
    }


def _screenings(posting: Posting) -> Record:
    """How many were found admissible, and the ground on which each other was not; HR's words are in the letter."""
    rows = Screening.objects.filter(application__posting=posting)
    refused = rows.filter(admitted=False).order_by("application__dossier_code")
    return {
        "admitted": rows.filter(admitted=True).count(),
        "refused": list(refused.values("ground", "at", dossier=_DOSSIER)),
    }


def _details(session: Deliberation) -> list[Record]:
    """The mean of the sealed marks of each file ranked, criterion by criterion."""
    marks = Score.objects.filter(sheet__application__ranked__deliberation=session, sheet__sealed_at__isnull=False)
    rows = marks.filter(sheet__excused_at=None).order_by().values_list("sheet__application", "criterion")
    means = {(file, criterion): mean for file, criterion, mean in rows.annotate(Avg("value"))}
    criteria = list(session.posting.criteria.order_by("-stage", "position"))
    return [
        {
            "dossier": place.application.dossier_code,
            "rank": place.rank,
            "means": [
                {"criterion": c.label, "stage": c.stage, "mean": _mean(means.get((file, c.pk)))} for c in criteria
            ],
        }
        for place in session.ranking.select_related("application")
        for file in [place.application_id]
    ]


def _mean(value: Any) -> str | None:
    """To two decimals, as the annex prints it; the exact marks are in the journal."""
    return None if value is None else f"{value:.2f}"


def _references(posting: Posting) -> list[Record]:
    rows = ReferencesConclusion.objects.filter(application__posting=posting).select_related("application")
    last = {row.application.dossier_code: row for row in rows.order_by("id")}
    return [{"dossier": code, "outcome": row.outcome, "at": row.at} for code, row in sorted(last.items())]


def _decision(ruling: Ruling) -> Record:
    decisions = ruling.decisions.select_related("application__ranked")
    order = list(DecisionOutcome)
    return {
        "at": ruling.at,
        "by": str(ruling.by),
        "prepared_by": str(ruling.prepared_by or ""),
        "amended": ruling.amended,
        "departure": ruling.departure,
        "files": [
            {
                "dossier": d.application.dossier_code,
                "name": d.application.full_name if d.outcome == DecisionOutcome.RETAINED else "",
                "outcome": d.outcome,
                "place": d.rank,
                "reasons": d.reasons,
            }
            for d in sorted(decisions, key=lambda d: (order.index(DecisionOutcome(d.outcome)), d.rank or 0, _rank(d)))
        ],
    }


def _rank(decision: Decision) -> int:
    """Those heard in the jury's order, then those whom it did not rank."""
    ranked = getattr(decision.application, "ranked", None)
    return ranked.rank if ranked else decision.application_id + 1_000_000


def _afterwards(posting: Posting) -> Record:
    gone = Renunciation.objects.filter(application__posting=posting)
    called = Succession.objects.filter(ruling__posting=posting).select_related("renounced", "called")
    objections = Objection.objects.filter(application__posting=posting)
    return {
        "renunciations": list(gone.values("at", dossier=_DOSSIER)),
        "successions": [
            {
                "renounced": s.renounced.dossier_code,
                "called": s.called.dossier_code,
                "name": s.called.full_name,
                "place": s.rank,
                "at": s.at,
            }
            for s in called
        ],
        "objections": list(objections.values("lodged_at", "outcome", "answered_at", dossier=_DOSSIER)),
        "objections_late": _entries(posting, "objection.refused_late").count(),
    }


def _deliveries(posting: Posting) -> list[Record]:
    """By kind of message: how many were owed, left, failed, are uncertain, or were recalled."""
    counted = {name: Count("pk", filter=Q(state=name)) for name in ("sent", "failed", "uncertain", "recalled")}
    rows = Notice.objects.filter(campaign=posting.slug).order_by().values("kind")
    told = rows.annotate(owed=Count("pk"), first_at=Min("sent_at"), last_at=Max("sent_at"), **counted)
    return [dict(row) for row in told.order_by("kind")]


def _signatures(session: Deliberation) -> list[Record]:
    rows = session.signatures.select_related("member__user", "by").order_by("member__pk")
    return [{"member": str(s.member), "deed": s.deed, "words": s.words, "at": s.at} for s in rows]


def _minutes(session: Deliberation) -> Record:
    """The jury's own record, without what only the minutes tell: names beside numbers, debates, appreciations, motives."""
    kept: Record = dict(session.record or {})
    for name in ("debates", "outcome"):
        kept.pop(name, None)
    kept["ranking"] = _without(kept.get("ranking", []), "name", "appreciation")
    kept["votes"] = _without(kept.get("votes", []), "name", "motive")
    return kept


def _without(rows: Iterable[Record], *names: str) -> list[Record]:
    return [{key: value for key, value in row.items() if key not in names} for row in rows]


def _hashes(posting: Posting, session: Deliberation) -> list[list[str]]:
    named = [
        ("notice", posting.notice_sha256),
        ("content", posting.content_sha256),
        ("accepted", posting.accepted_sha256),
        ("minutes_body", session.minutes_sha256),
        ("minutes", session.final_sha256),
        ("decision", ActOfDecision.objects.filter(ruling__posting=posting).values_list("sha256", flat=True).first()),
    ]
    return [[name, value] for name, value in named if value]


def compile_record(ruling: Ruling) -> Record:
    """Everything that the report states, in plain JSON. A constant number of queries, whatever the number of files."""
    posting = ruling.posting
    session = Deliberation.objects.select_related("posting").get(posting=posting)
    checkpoint = latest()
    interviews = Interview.objects.filter(posting=posting, application__isnull=False)
    record = {
        "minutes": _minutes(session),
        "accepted": posting.accepted_count,
        "events": _calendar(posting),
        "screening": _screenings(posting),
        "draws": _draws(posting),
        "incidents": _incidents(posting),
        "missed_interviews": list(interviews.filter(absent_at__isnull=False).values("starts_at", dossier=_DOSSIER)),
        "references": _references(posting),
        "signatures": _signatures(session),
        "frozen_at": session.frozen_at,
        "decision": _decision(ruling),
        "after": _afterwards(posting),
        "deliveries": _deliveries(posting),
        "details": _details(session),
        "hashes": _hashes(posting, session),
        "checkpoint": checkpoint and {"size": checkpoint.size, "root": checkpoint.root_hex, "sealed_at": checkpoint.at},
    }
    plain: Record = json.loads(canonical(record))
    return plain
