"""What a posting must hold true before it is loaded: one small check each, each a list of problems in French."""

import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from postings.models import Ballots, Published, ReferencesShown, Stage
from postings.reading import Source, Table
from postings.retention import holds

ANCHORS = ("5", "10", "15", "20")
MARK_MAX = Decimal(20)
WEIGHT_PLACES = 4


def is_whole_sentence(quotation: str, notice: str) -> bool:
    """Whether ``quotation`` is one or more whole sentences of ``notice``, to the character."""
    start = notice.find(quotation)
    if start < 0 or not quotation.endswith("."):
        return False
    return start == 0 or notice[start - 1] == "\n" or notice[start - 2 : start] == ". "


def _quotations(source: Source) -> list[str]:
    rows = [("deadline_quotation", source.tables["deadline_quotation"])]
    rows.append(("procedure_quotation", source.tables["procedure_quotation"]))
    rows += [(row["code"], row["quotation"]) for row in source.tables["criteria"]]
    return [
        _("%(where)s : la citation n'est pas une phrase entière de l'avis : « %(quotation)s »")
        % {"where": where, "quotation": quotation}
        for where, quotation in rows
        if not is_whole_sentence(quotation, source.notice)
    ]


def _deadline(source: Source) -> list[str]:
    closes_at, opens_at = source.tables["closes_at"], source.tables["opens_at"]
    with translation.override("fr"):
        day = date_format(closes_at, "j F Y")
    said = rf"\b{day} à {closes_at.hour}\s?h\s?{closes_at.minute:02}\b"
    problems = []
    if not re.search(said, source.tables["deadline_quotation"]):
        problems.append(
            _("La phrase citée ne dit pas la date limite : %(day)s.") % {"day": f"{closes_at:%Y-%m-%d %H:%M}"}
        )
    if closes_at <= opens_at:
        problems.append(_("La date limite doit suivre l'ouverture."))
    return problems


def _codes(source: Source) -> list[str]:
    rows: list[Table] = [*source.tables["documents"], *source.tables["criteria"], *source.tables["questions"]]
    problems = []
    for code in {row["code"] for row in rows} | {source.tables["slug"]}:
        try:
            validate_slug(code)
        except ValidationError:
            problems.append(
                _("« %(code)s » n'est pas un code : lettres sans accent, chiffres et tirets.") % {"code": code}
            )
    counts = chain.from_iterable(
        Counter(row["code"] for row in source.tables[key]).items() for key in ("documents", "criteria", "questions")
    )
    return sorted(problems) + [
        _("Le code « %(code)s » sert deux fois.") % {"code": code} for code, n in counts if n > 1
    ]


def _weights(source: Source) -> list[str]:
    problems = []
    for stage in Stage:
        weights = [row["weight"] for row in source.tables["criteria"] if row["stage"] == stage]
        if sum(weights) != 1:
            total = sum(weights, Decimal(0))
            problems.append(
                _("%(stage)s : la somme des poids est %(total)s, et non 1.") % {"stage": stage.label, "total": total}
            )
        if any(w <= 0 or not w.is_finite() or round(w, WEIGHT_PLACES) != w for w in weights):
            problems.append(
                _("%(stage)s : un poids est positif, avec quatre décimales au plus.") % {"stage": stage.label}
            )
    if source.tables["rules"]["skills_weight"] + source.tables["rules"]["interview_weight"] != 1:
        problems.append(_("La somme des poids des deux épreuves n'est pas 1."))
    return problems


def _criteria(source: Source) -> list[str]:
    problems = []
    for row in source.tables["criteria"]:
        if row["stage"] not in Stage.values:
            problems.append(
                _("%(code)s : l'étape « %(stage)s » est inconnue.") % {"code": row["code"], "stage": row["stage"]}
            )
        if tuple(row["anchors"]) != ANCHORS or not all(
            isinstance(text, str) and text for text in row["anchors"].values()
        ):
            problems.append(
                _("%(code)s : un repère est attendu pour chaque note 5, 10, 15 et 20.") % {"code": row["code"]}
            )
        if row["eliminatory"] is not None and not _is_mark(row["eliminatory"]):
            problems.append(_("%(code)s : une note éliminatoire va de 0 à 20, par demi-point.") % {"code": row["code"]})
    return problems


def _is_mark(value: Decimal) -> bool:
    """Whether it is a mark that a juror can give: 0 to 20 by half points."""
    return value.is_finite() and 0 <= value <= MARK_MAX and value * 2 == int(value * 2)


def _questions(source: Source) -> list[str]:
    written = [row["code"] for row in source.tables["criteria"] if row["stage"] == Stage.SKILLS]
    asked = [row["criterion"] for row in source.tables["questions"]]
    return [
        *(
            _("Le critère écrit « %(code)s » n'a pas de question.") % {"code": code}
            for code in written
            if code not in asked
        ),
        *(_("« %(code)s » n'est pas un critère écrit.") % {"code": code} for code in asked if code not in written),
    ]


def _interview_questions(source: Source) -> list[str]:
    """Each on one criterion of the interview, and each such criterion with one: what is marked was asked of all."""
    heard = [row["code"] for row in source.tables["criteria"] if row["stage"] == Stage.INTERVIEW]
    rows = source.tables["interview_questions"]
    asked = [row["criterion"] for row in rows]
    unasked = [code for code in heard if code not in asked]
    astray = [code for code in asked if code not in heard]
    dumb = [row["criterion"] for row in rows if not all(isinstance(w, str) and w.strip() for w in row["follow_ups"])]
    return [
        *(_("Le critère d'entretien « %(code)s » n'a pas de question.") % {"code": code} for code in unasked),
        *(_("« %(code)s » n'est pas un critère d'entretien.") % {"code": code} for code in astray),
        *(_("%(code)s : une relance est une phrase.") % {"code": code} for code in dumb),
    ]


def _rules(source: Source) -> list[str]:
    rules = source.tables["rules"]
    held: dict[str, bool] = {
        _("référents : 1 ≤ minimum ≤ maximum"): 1 <= rules["referees_min"] <= rules["referees_max"],
        _("jury : 1 ≤ quorum ≤ taille"): 1 <= rules["quorum"] <= rules["panel_size"],
        _("jury : moins de membres extérieurs que de membres"): 0 <= rules["outsiders_min"] < rules["panel_size"],
        _("correcteurs : entre 1 et la taille du jury"): 1 <= rules["markers_per_file"] <= rules["panel_size"],
        _("seuils : entre 0 et 20"): all(0 <= rules[key] <= MARK_MAX for key in ("skills_threshold", "gap_threshold")),
        _("commentaires : deux notes, par demi-point, la basse sous la haute"): _is_mark(rules["comment_below"])
        and _is_mark(rules["comment_above"])
        and rules["comment_below"] <= rules["comment_above"],
        _("poids des épreuves : positifs"): rules["skills_weight"] > 0 and rules["interview_weight"] > 0,
        _("entretien : vingt minutes au moins"): rules["interview_minutes"] >= 20,
        _("vote sur l'ordre : named ou secret"): rules["vote"] in Ballots.values,
        _("durées et proposition : positives"): min(
            rules[key]
            for key in (
                "reference_days",
                "proposal_size",
                "reserve_days",
                "piece_days",
                "objection_days",
                "publication_days",
                "objection_answer_days",
                "retention_days",
            )
        )
        > 0,
        _("rappels : des heures entières, de la plus lointaine à la plus proche"): _falls(rules["reminder_hours"]),
        _("rappels d'entretien : des heures entières, de la plus lointaine à la plus proche"): _falls(
            rules["interview_reminder_hours"]
        ),
        _("rappels aux référents : des jours entiers, croissants, avant la fin du délai"): _rises(
            rules["reference_reminder_days"], below=rules["reference_days"]
        ),
        _("synthèse des références : never, interview ou deliberation"): rules["references_shown_to_jury"]
        in ReferencesShown.values,
        _("listes publiées : none, codes ou names"): rules["publication"] in Published.values,
        _("conservation : des jours entiers, par sorte connue, et pas moins que le délai de recours"): holds(
            rules["retention"], objection_days=rules["objection_days"]
        ),
        _("choix du créneau : nul ou positif"): rules["slot_change_hours"] >= 0,
        _("rappel des lettres : nul ou positif"): rules["hold_minutes"] >= 0,
        _("pièces et réponses : limites positives"): min(_limits(source)) > 0,
    }
    return [_("Règle non respectée : %(rule)s.") % {"rule": rule} for rule, holds in held.items() if not holds]


def _falls(hours: list[Any]) -> bool:
    """Whether these are whole numbers of hours above none, each less than the one before."""
    if not all(type(hour) is int and hour > 0 for hour in hours):
        return False
    return hours == sorted(set(hours), reverse=True)


def _rises(days: list[Any], *, below: int) -> bool:
    """Whether these are whole numbers of days above none and under ``below``, each more than the one before."""
    if not all(type(day) is int and 0 < day < below for day in days):
        return False
    return days == sorted(set(days))


def _limits(source: Source) -> list[int]:
    limits = ("max_files", "max_bytes", "max_pages", "photo_bytes")
    documents = [row[key] for row in source.tables["documents"] for key in limits]
    return documents + [row["max_characters"] for row in source.tables["questions"]]


CHECKS: tuple[Callable[[Source], list[str]], ...] = (
    _quotations,
    _deadline,
    _codes,
    _criteria,
    _weights,
    _questions,
    _interview_questions,
    _rules,
)


def problems(source: Source) -> list[str]:
    """Everything that is wrong with the folder; nothing when it may be loaded."""
    return [problem for check in CHECKS for problem in check(source)]
