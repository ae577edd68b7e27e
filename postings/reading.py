"""Reading a posting's folder: ``notice.txt``, word for word, and ``posting.toml``, its rules.

Everything wrong is found and told at once: a folder is mended in one go, not one error at a time.
"""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

Table = dict[str, Any]

TOP: dict[str, type] = {
    "slug": str,
    "title": str,
    "institution": str,
    "contract": str,
    "locality": str,
    "country": str,
    "timezone": str,
    "opens_at": datetime,
    "closes_at": datetime,
    "deadline_quotation": str,
    "procedure_quotation": str,
    "answers_advice": str,
    "rules": dict,
    "documents": list,
    "criteria": list,
    "questions": list,
    "interview_questions": list,
}
RULES: dict[str, type] = {
    "referees_min": int,
    "referees_max": int,
    "panel_size": int,
    "outsiders_min": int,
    "quorum": int,
    "markers_per_file": int,
    "gap_threshold": Decimal,
    "comment_below": Decimal,
    "comment_above": Decimal,
    "skills_threshold": Decimal,
    "skills_weight": Decimal,
    "interview_weight": Decimal,
    "interview_minutes": int,
    "reference_days": int,
    "reference_reminder_days": list,
    "references_shown_to_jury": str,
    "vote": str,
    "casting_vote": bool,
    "proposal_size": int,
    "reserve_days": int,
    "hold_minutes": int,
    "reminder_hours": list,
    "piece_days": int,
    "slot_change_hours": int,
    "interview_reminder_hours": list,
    "objection_days": int,
    "publication": str,
    "publication_reserve": bool,
    "publication_days": int,
    "objection_answer_days": int,
    "retention_days": int,
    "retention": dict,
}
DOCUMENT: dict[str, type] = {
    "code": str,
    "label": str,
    "help": str,
    "max_files": int,
    "max_bytes": int,
    "max_pages": int,
}
DOCUMENT_DEFAULTS: Table = {"required": True, "photos": True, "photo_bytes": 20_000_000}
CRITERION: dict[str, type] = {
    "stage": str,
    "code": str,
    "label": str,
    "weight": Decimal,
    "quotation": str,
    "anchors": dict,
    "eliminatory": Decimal,
}
#: A criterion eliminates nobody unless its table says so.
CRITERION_DEFAULTS: Table = {"eliminatory": None}
QUESTION: dict[str, type] = {"code": str, "criterion": str, "text": str, "max_characters": int}
INTERVIEW_QUESTION: dict[str, type] = {"criterion": str, "text": str, "follow_ups": list}


class LoadRefused(Exception):
    """The folder can't be loaded. ``problems`` lists every reason, in French."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Source:
    """A folder as read: the notice's exact text, and the tables of its rules, of the right types and complete."""

    notice: str
    notice_sha256: str
    tables: Table


def _mistyped(value: Any, wanted: type) -> bool:
    return type(value) is not wanted or (wanted in (str, list, dict) and not value)


def _table(raw: Any, spec: dict[str, type], where: str, problems: list[str], defaults: Table | None = None) -> Table:
    """``raw`` with exactly the keys of ``spec`` (and of ``defaults``), each of its type; what is wrong goes to ``problems``."""
    if not isinstance(raw, dict):
        problems.append(_("%(where)s : un tableau est attendu.") % {"where": where})
        return {}
    table = {**(defaults or {}), **raw}
    types = {**{key: type(value) for key, value in (defaults or {}).items()}, **spec}
    problems += [
        _("%(where)s : « %(key)s » est inconnu.") % {"where": where, "key": key} for key in table if key not in types
    ]
    for key, wanted in types.items():
        if key not in table:
            problems.append(_("%(where)s : « %(key)s » manque.") % {"where": where, "key": key})
            continue
        if table[key] is None:  # TOML has no null: the default stands
            continue
        if wanted is Decimal and type(table[key]) is int:
            table[key] = Decimal(table[key])
        if _mistyped(table[key], wanted):
            problems.append(
                _("%(where)s : « %(key)s » est vide ou n'est pas du bon type (%(type)s).")
                % {"where": where, "key": key, "type": wanted.__name__}
            )
    return table


def _localise(tables: Table, problems: list[str]) -> None:
    """Give the local times of the folder their zone; refuse those that the zone skips or has twice."""
    if tables["timezone"] not in available_timezones():
        problems.append(_("Le fuseau « %(zone)s » est inconnu.") % {"zone": tables["timezone"]})
        return
    zone = ZoneInfo(tables["timezone"])
    for key in ("opens_at", "closes_at"):
        if tables[key].tzinfo is not None:
            problems.append(_("« %(key)s » s'écrit à l'heure locale, sans décalage.") % {"key": key})
            continue
        local = tables[key].replace(tzinfo=zone)
        if local.utcoffset() != local.replace(fold=1).utcoffset():
            problems.append(_("« %(key)s » tombe dans un changement d'heure.") % {"key": key})
        tables[key] = local


def _parse(path: Path) -> Any:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LoadRefused([f"{path.name} : {error}"]) from error


def _read_notice(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LoadRefused([f"{path.name} : {error}"]) from error
    return content


def read(folder: Path) -> Source:
    """The folder, with its shape checked: keys, types, times. Raises LoadRefused with all that is wrong."""
    content = _read_notice(folder / "notice.txt")
    problems: list[str] = []
    tables = _table(_parse(folder / "posting.toml"), TOP, "posting.toml", problems)
    if not problems:
        _localise(tables, problems)
        tables["rules"] = _table(tables["rules"], RULES, "rules", problems)
        for key, spec, defaults in (
            ("documents", DOCUMENT, DOCUMENT_DEFAULTS),
            ("criteria", CRITERION, CRITERION_DEFAULTS),
            ("questions", QUESTION, None),
            ("interview_questions", INTERVIEW_QUESTION, None),
        ):
            tables[key] = [
                _table(row, spec, f"{key}[{number}]", problems, defaults) for number, row in enumerate(tables[key], 1)
            ]
    if problems:
        raise LoadRefused(problems)
    return Source(content.decode("utf-8"), hashlib.sha256(content).hexdigest(), tables)
