"""The report's frozen record in words: what its template prints."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.models import ObjectionOutcome
from applications.models.events import Ground
from evaluations import minutes
from evaluations.models import DecisionOutcome, Deed, ReferencesOutcome
from journal.words import WORDS
from notices.kinds import LABELS
from postings.models import Stage

Rows = Iterable[dict[str, Any]]

_HASHES = {
    "notice": _("Texte de l’avis"),
    "content": _("Avis et règles, ensemble"),
    "accepted": _("Liste des dossiers déposés à temps"),
    "minutes_body": _("Procès-verbal, texte signé"),
    "decision": _("Acte de décision"),
    "minutes": _("Procès-verbal, avec ses signatures"),
}
_CAUSES = {"conflict": _("conflit d’intérêts"), "absence": _("absence"), "replaced": _("départ du jury")}


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value else ""


def _labelled(rows: Rows, name: str, choices: Any) -> list[dict[str, Any]]:
    return [{**row, "label": _label(choices, row[name])} for row in rows]


def _jury(record: dict[str, Any]) -> dict[str, Any]:
    """What the minutes print too, in the same words."""
    jury, rules = record["minutes"], record["minutes"]["rules"]
    return {
        **jury,
        "present_count": sum(member["present"] for member in jury["panel"]),
        "skills_percent": rules["skills_weight"] * 100,
        "interview_percent": rules["interview_weight"] * 100,
        "criteria": [{**c, "percent": c["weight"] * 100} for c in rules["criteria"]],
        "files": [minutes.labelled(file) for file in jury["files"]],
        "ranking": [{**place, "tie_label": minutes.TIES.get(place["tie"], "")} for place in jury["ranking"]],
        "votes": [minutes.voted(vote) for vote in jury["votes"]],
        "proposal": jury["ranking"][: rules["proposal_size"]],
    }


def _deliveries(rows: Rows) -> list[dict[str, Any]]:
    """With what has neither left nor stopped: approved, or on its way."""
    ended = ("sent", "failed", "uncertain", "recalled")
    return [
        {
            **row,
            "label": LABELS.get(row["kind"], row["kind"]),
            "waiting": row["owed"] - sum(row[name] for name in ended),
        }
        for row in rows
    ]


def _numbered(criteria: Rows) -> list[dict[str, Any]]:
    """The criteria with the short names that head the columns of the annex: C1, C2… E1, E2…"""
    counted: Counter[str] = Counter()
    named = []
    for criterion in criteria:
        counted[criterion["stage"]] += 1
        letter = "C" if criterion["stage"] == Stage.SKILLS else "E"
        named.append({**criterion, "short": f"{letter}{counted[criterion['stage']]}"})
    return named


def words(record: dict[str, Any]) -> dict[str, Any]:
    """The template's context from a frozen record."""
    read = minutes.parsed("", record)
    jury, decision = _jury(read), read["decision"]
    screening, draws = read["screening"], read["draws"]
    return {
        **jury,
        "accepted": read["accepted"],
        "events": [{**row, "label": WORDS[row["kind"]]} for row in read["events"]],
        "admitted": screening["admitted"],
        "refused": _labelled(screening["refused"], "ground", Ground),
        "draws": {**draws, "excused": [{**e, "label": _CAUSES.get(e["cause"], e["cause"])} for e in draws["excused"]]},
        "jury_incidents": jury["incidents"],
        "incidents": read["incidents"],
        "missed_interviews": read["missed_interviews"],
        "references": _labelled(read["references"], "outcome", ReferencesOutcome),
        "signatures": _labelled(read["signatures"], "deed", Deed),
        "frozen_at": read["frozen_at"],
        "decision": {**decision, "files": _labelled(decision["files"], "outcome", DecisionOutcome)},
        "after": {**read["after"], "objections": _labelled(read["after"]["objections"], "outcome", ObjectionOutcome)},
        "deliveries": _deliveries(read["deliveries"]),
        "verified": [file for file in jury["files"] if file["references_label"]],
        "details": read["details"],
        "columns": _numbered(jury["criteria"]),
        "hashes": [(_HASHES[name], value) for name, value in read["hashes"]],
        "register": read["checkpoint"],
        "checkpoint": read["checkpoint"]
        and {"size": read["checkpoint"]["size"], "root": read["checkpoint"]["root"][:16]},
    }
