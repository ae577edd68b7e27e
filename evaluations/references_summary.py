"""What a jury may read of references: HR's conclusion and the outcome of each check, never a referee's name or words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from applications.models import Application
from evaluations.models import ReferencesConclusion, ReferenceVerification


@dataclass(frozen=True)
class Summary:
    """One file's references. ``conclusion`` is None until HR has concluded; ``checks`` has the latest of each referee."""

    application: Application
    conclusion: ReferencesConclusion | None
    checks: list[ReferenceVerification]


def summaries(files: Iterable[Application]) -> list[Summary]:
    """The summary of each file, in the files' order, in a constant number of queries."""
    found = list(files)
    prefetch_related_objects(found, "referees__verifications", "references_conclusions")
    return [_summary(file) for file in found]


def _summary(file: Application) -> Summary:
    checks = [check for referee in file.referees.all() for check in list(referee.verifications.all())[-1:]]
    return Summary(file, next(reversed(file.references_conclusions.all()), None), checks)
