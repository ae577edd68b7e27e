"""The whole of it: a constant number of queries, whatever the number of files."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from applications.states import UNSUBMITTED, State
from evaluations.figures import answers, intake, jury
from evaluations.figures.drawing import figure
from evaluations.figures.indicator import Indicator
from postings.models import Posting


@dataclass(frozen=True)
class Dashboard:
    """The few numbers that are read first, then every indicator."""

    measures: list[tuple[str, str]]
    indicators: list[Indicator]


def dashboard(posting: Posting) -> Dashboard:
    """A campaign's indicators as they stand by the clock of record."""
    found = intake.counts(posting)
    submitted = sum(found.values()) - sum(found[state] for state in UNSUBMITTED)
    measures = [
        (_("Déposées"), figure(submitted)),
        (_("Brouillons"), figure(found[State.DRAFT])),
        (_("À examiner"), figure(found[State.SUBMITTED])),
        (_("Retirées"), figure(found[State.WITHDRAWN])),
    ]
    indicators = [
        intake.by_day(posting),
        intake.last_day(posting),
        intake.by_state(found),
        intake.completeness(posting, found),
        intake.refusals(posting),
        answers.waits(posting),
        jury.sheets(posting),
        jury.interviews(posting),
        jury.references(posting),
        answers.deliveries(posting),
    ]
    return Dashboard(measures, indicators)
