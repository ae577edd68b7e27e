"""The report's frozen record in words: what its template prints."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.models import ObjectionOutcome
from applications.models.events import Ground
from evaluations import minutes
from evaluations.models import Deed, DecisionOutcome, ReferencesOutcome
from journal.words import WORDS
from notices.kinds import LABELS

Rows = Iterable[dict[str, Any]]

_HASHES = {
    "notice": _("Texte de l’avis"),
    "content": _("Avis et règles, ensemble"),
    "accepted": _("Liste des dossiers déposés à temps"),
    "minutes_body": _("Procès-verbal, texte signé"),
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
    return [{**row, "label": LABELS.get(row["kind"], row["kind"])} for row in rows]


def _means(criteria: Rows, details: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A line for each criterion, a column for each file ranked: criteria are many, files few."""
    return [{**c, "means": [file["means"][n]["mean"] for file in details]} for n, c in enumerate(criteria)]


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
        "means": _means(jury["criteria"], read["details"]),
        "hashes": [(_HASHES[name], value) for name, value in read["hashes"]],
        "register": read["checkpoint"],
        "checkpoint": read["checkpoint"] and {"size": read["checkpoint"]["size"], "root": read["checkpoint"]["root"][:16]},
    }
