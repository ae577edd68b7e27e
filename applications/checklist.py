"""The checklist of a file: for each document that the notice asks for and each condition, what an officer found."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.drafts import lock
from applications.models import Application, Check, Condition, Verdict
from applications.screening import authorise, refuse_unless_screenable
from journal import clock
from journal.append import append
from postings.locks import hold_shared
from postings.models import DocumentRequirement

REMARK_LENGTH = 500


@dataclass(frozen=True)
class Line:
    """One line: what is checked, and what was found, if it was looked at. ``code`` names it in a form."""

    code: str
    label: str
    requirement: DocumentRequirement | None
    check: Check | None


def lines(application: Application) -> list[Line]:
    """Every line of the file's checklist, the documents first: two queries."""
    found = {check.condition or check.requirement_id: check for check in application.checks.select_related("by")}
    documents = [
        Line(f"piece-{requirement.code}", requirement.label, requirement, found.get(requirement.pk))
        for requirement in application.posting.requirements.all()
    ]
    conditions = [Line(f"condition-{c.value}", str(c.label), None, found.get(c.value)) for c in Condition]
    return documents + conditions


def expected(posting_id: int) -> int:
    """How many lines a whole checklist of that campaign has."""
    return DocumentRequirement.objects.filter(posting=posting_id).count() + len(Condition)


def save(*, application: Application, found: Mapping[str, tuple[str, str]], by: User) -> int:
    """Write down what was found: verdict and remark by the line's code; an empty verdict takes the line back.

    How many lines changed; nothing is written when none did. Raises PermissionDenied unless ``by`` is HR, ValidationError by
    code for an unknown verdict, a remark that is too long, or something amiss without a remark; and before closing or once
    the file is screened.
    """
    authorise(by)
    with transaction.atomic():
        hold_shared(application.posting)
        locked = lock(application)
        refuse_unless_screenable(locked)
        known = {line.code: line for line in lines(locked)}
        _refuse_nonsense({code: answer for code, answer in found.items() if code in known})
        changed = [_write(locked, known[code], *answer, by) for code, answer in found.items() if code in known]
        if any(changed):
            verdicts = list(locked.checks.values_list("verdict", flat=True))
            facts = {str(verdict): verdicts.count(verdict) for verdict in Verdict}
            append("screening.checked", at=clock.now(), actor=by.actor, subject=locked.subject, facts=facts)
    return sum(changed)


def _refuse_nonsense(found: Mapping[str, tuple[str, str]]) -> None:
    errors: dict[str, str] = {}
    for code, (verdict, remark) in found.items():
        if verdict and verdict not in Verdict.values:
            errors[code] = _("Choisissez un constat dans la liste.")
        elif len(remark.strip()) > REMARK_LENGTH:
            errors[code] = _("La remarque compte plus de %(most)d caractères.") % {"most": REMARK_LENGTH}
        elif verdict in (Verdict.MISSING, Verdict.DOUBTFUL) and not remark.strip():
            errors[code] = _("Dites en quelques mots ce qui manque ou fait douter.")
    if errors:
        raise ValidationError(errors)


def _write(application: Application, line: Line, verdict: str, remark: str, by: User) -> bool:
    """Whether the line changed."""
    check, words = line.check, remark.strip()
    if check is None and not verdict:
        return False
    if check is not None and (check.verdict, check.remark) == (verdict, words):
        return False
    if not verdict:
        Check.objects.filter(pk=check.pk if check else 0).delete()
        return True
    check = check or Check(application=application, requirement=line.requirement, condition=_condition(line))
    check.verdict, check.remark, check.by, check.at = verdict, words, by, clock.now()
    check.save()
    return True


def _condition(line: Line) -> str:
    return "" if line.requirement else line.code.removeprefix("condition-")
