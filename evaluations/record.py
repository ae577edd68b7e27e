"""What the minutes tell, gathered once and frozen when the deliberation closes."""

import json
from collections import Counter
from typing import Any

from applications.models import Application, LateAttempt
from applications.states import UNSUBMITTED, State
from evaluations.models import (
    Declaration,
    Deliberation,
    Discussion,
    PanelMember,
    Reopening,
    Rescheduling,
    ThirdMarker,
)
from evaluations.policy_exercise import exercise_of, missed
from evaluations.results import eliminated
from journal.append import canonical
from postings.models import Posting, Stage

Record = dict[str, Any]


def _panel(deliberation: Deliberation) -> list[Record]:
    """Who sits, and who left: what they sealed is in the totals, so the minutes name them too."""
    members = PanelMember.everyone.filter(panel__posting=deliberation.posting).select_related("user")
    present = set(deliberation.present.values_list("pk", flat=True))
    return [
        {
            "name": str(m.user),
            "chair": m.chair,
            "outsider": m.outsider,
            "present": m.pk in present,
            "joined_at": m.joined_at,
            "left_at": m.left_at,
        }
        for m in sorted(members, key=lambda m: m.left_at is not None)
    ]


def _rules(posting: Posting) -> Record:
    names = (
        "panel_size", "quorum", "markers_per_file", "gap_threshold", "skills_threshold", "skills_weight",
        "interview_weight", "interview_minutes", "vote", "casting_vote", "proposal_size", "reserve_days",
    )  # fmt: skip
    criteria = [
        {"stage": c.stage, "label": c.label, "weight": c.weight, "eliminatory": c.eliminatory}
        for c in posting.criteria.order_by("-stage", "position")
    ]
    return {**{name: getattr(posting, name) for name in names}, "criteria": criteria}


def _exercise(posting: Posting) -> Record | None:
    """How the written exercise was held, if there was one; never who had more time."""
    exercise = exercise_of(posting)
    if exercise is None:
        return None
    names = ("title", "minutes", "opening", "opens_at", "closes_at", "commitment")
    endings = Counter(exercise.sittings.exclude(ending="").values_list("ending", flat=True))
    return {**{name: getattr(exercise, name) for name in names}, "endings": dict(endings)}


def _figures(files: list[Application]) -> Record:
    states = Counter(file.state for file in files)
    heard = {m.application_id for f in files for m in f.moves.all() if m.to_state == State.INTERVIEWED}
    listed = {m.application_id for f in files for m in f.moves.all() if m.to_state == State.SHORTLISTED}
    return {
        "opened": len(files),
        "received": sum(count for state, count in states.items() if state not in UNSUBMITTED),
        "lapsed": states[State.LAPSED],
        "withdrawn": states[State.WITHDRAWN],
        "inadmissible": states[State.INADMISSIBLE],
        "not_shortlisted": states[State.NOT_SHORTLISTED],
        "shortlisted": len(listed),
        "absent": sum(_is_absent(file) for file in files),
        "missed_exercise": sum(missed(file) for file in files),
        "heard": len(heard),
    }


def _is_absent(file: Application) -> bool:
    interview = getattr(file, "interview", None)
    return file.state == State.SHORTLISTED and interview is not None and interview.absent_at is not None


def _eliminations(posting: Posting, files: list[Application]) -> dict[int, list[str]]:
    """The criteria that eliminated each file, at the stage where it fell, in words."""
    found = {**eliminated(posting, Stage.SKILLS, files), **eliminated(posting, Stage.INTERVIEW, files)}
    return {pk: [criterion.label for criterion in criteria] for pk, criteria in found.items()}


def _file(file: Application, barred: list[str]) -> Record:
    totals = {result.stage: result.total for result in file.results.all()}
    screening = getattr(file, "screening", None)
    return {
        "dossier": file.dossier_code,
        "state": file.state,
        "absent": _is_absent(file),
        "missed_exercise": missed(file),
        "eliminated_by": barred,
        "ground": screening.ground if screening and not screening.admitted else "",
        "skills": totals.get("skills"),
        "interview": totals.get("interview"),
        "references": [v.outcome for r in file.referees.all() for v in list(r.verifications.all())[-1:]],
    }


def _incidents(posting: Posting) -> Record:
    reopened = Reopening.objects.filter(sheet__application__posting=posting).select_related("sheet__application")
    conflicts = Declaration.objects.filter(application__posting=posting, conflict=True)
    gaps = Discussion.objects.filter(application__posting=posting).order_by("application__dossier_code", "stage")
    drawn = ThirdMarker.objects.filter(application__posting=posting).select_related("sheet")
    thirds = {(t.application_id, t.stage): "drawn" if t.sheet and t.sheet.sealed_at else "nobody" for t in drawn}
    moved = Rescheduling.objects.filter(interview__posting=posting)
    return {
        "extensions": list(posting.extensions.values("previous", "closes_at", "reason", "incident")),
        "late_attempts": LateAttempt.objects.filter(application__posting=posting).count(),
        "reopened_sheets": [
            {"dossier": r.sheet.application.dossier_code, "stage": r.sheet.stage, "reason": r.reason} for r in reopened
        ],
        "conflicts": sorted(set(conflicts.values_list("application__dossier_code", "member__user__full_name"))),
        "gaps": [
            {
                "dossier": g.application.dossier_code,
                "stage": g.stage,
                "gap": g.gap,
                "third": thirds.get((g.application_id, g.stage), ""),
            }
            for g in gaps
        ],
        "rescheduled": moved.count(),
    }


def _ranking(deliberation: Deliberation) -> list[Record]:
    return [
        {
            "rank": place.rank,
            "merit_rank": place.merit_rank,
            "voted": place.vote_id is not None,
            "dossier": place.application.dossier_code,
            "name": place.application.full_name,
            "skills": place.skills_total,
            "interview": place.interview_total,
            "total": place.total,
            "tie": place.tie_broken_by,
            "appreciation": place.appreciation,
        }
        for place in deliberation.ranking.select_related("application")
    ]


def _debates(deliberation: Deliberation) -> list[Record]:
    """What was said of each file ranked, and which of those present took no part, being in conflict on it."""
    words = dict(deliberation.debates.values_list("application_id", "words"))
    present = deliberation.present.values("pk")
    conflicts = Declaration.objects.filter(application__ranked__deliberation=deliberation, conflict=True)
    recused: dict[int, list[str]] = {}
    for file, name in conflicts.filter(member__in=present).values_list("application", "member__user__full_name"):
        recused.setdefault(file, []).append(name)
    return [
        {
            "dossier": place.application.dossier_code,
            "name": place.application.full_name,
            "words": words.get(place.application_id, ""),
            "recused": sorted(recused.get(place.application_id, [])),
        }
        for place in deliberation.ranking.select_related("application")
    ]


def _votes(deliberation: Deliberation) -> list[Record]:
    """Each vote with its counts; who voted what only where the vote was by name."""
    rows = deliberation.votes.select_related("application").prefetch_related("ballots__member__user")
    return [
        {
            **{
                name: getattr(vote, name)
                for name in ("from_rank", "to_rank", "motive", "secret", "opened_at", "closed_at")
            },
            **{name: getattr(vote, name) for name in ("accepted", "casting", "counts")},
            "dossier": vote.application.dossier_code,
            "name": vote.application.full_name,
            "ballots": sorted([str(ballot.member), ballot.voice] for ballot in vote.ballots.all()),
        }
        for vote in rows
    ]


def compile_record(deliberation: Deliberation, *, seed: str) -> Record:
    """Everything that the minutes state, in plain JSON: names too, which the journal never holds."""
    posting = deliberation.posting
    files = list(
        Application.objects.filter(posting=posting)
        .select_related("screening", "interview", "sitting")
        .prefetch_related("results", "moves", "referees__verifications")
        .order_by("dossier_code")
    )
    barred = _eliminations(posting, files)
    skills = posting.stage_closings.filter(stage="skills").first()
    interviews = list(posting.interviews.expected())
    record = {
        "posting": {
            name: getattr(posting, name)
            for name in ("slug", "title", "institution", "content_sha256", "opens_at", "closes_at", "closed_at")
        },
        "calendar": {
            "skills_closed_at": skills.at if skills else None,
            "first_interview_at": interviews[0].starts_at if interviews else None,
            "last_interview_at": interviews[-1].starts_at if interviews else None,
            "opened_at": deliberation.opened_at,
            "closed_at": deliberation.closed_at,
        },
        "panel": _panel(deliberation),
        "rules": _rules(posting),
        "exercise": _exercise(posting),
        "figures": _figures(files),
        "files": [_file(file, barred.get(file.pk, [])) for file in files if file.state not in UNSUBMITTED],
        "incidents": _incidents(posting),
        "seed": seed,
        "ranking": _ranking(deliberation),
        "debates": _debates(deliberation),
        "votes": _votes(deliberation),
        "outcome": deliberation.outcome,
    }
    plain: Record = json.loads(canonical(record))
    return plain
