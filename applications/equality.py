"""Equality monitoring: optional, apart from every file, and shown only in counts that point at nobody.

Each posting has an urn of slips. When somebody answers, or declines, slips of the urn are drawn and written anew among the
new one, in random order and in the same transaction: neither a row's place, nor its identifier, nor PostgreSQL's mark of
the transaction that wrote it leads from the candidate who was there to a slip. See ``docs/privacy.md`` for what is left.
"""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from applications import policy
from applications.models import AgeBand, Application, Disability, EqualityAnswer, EqualityOffer, Gender, Setting
from applications.states import UNSUBMITTED
from journal import clock
from postings.models import Posting

#: How long after the closing answers are taken. Counts are shown only afterwards: two that differ by one slip tell it.
OPEN_FOR = timedelta(days=7)
#: No count under this is shown, nor any that would give it away.
LEAST = 5
#: How many slips are written anew with each: among so many one is lost, and a large urn costs no more than a small one.
STIRRED = 200

QUESTIONS: dict[str, tuple[Promise, type[Gender] | type[AgeBand] | type[Disability] | type[Setting]]] = {
    "gender": (gettext_lazy("Vous êtes"), Gender),
    "age_band": (gettext_lazy("Votre âge"), AgeBand),
    "disability": (gettext_lazy("Êtes-vous en situation de handicap ?"), Disability),
    "setting": (gettext_lazy("Vous habitez"), Setting),
}
_chance = random.SystemRandom()


class AlreadySettled(Exception):
    """The candidate has answered or declined before. Which of the two, nobody can know."""


def is_open(posting: Posting) -> bool:
    """Whether answers are still taken."""
    return not posting.cancelled_at and clock.now() < posting.closes_at + OPEN_FOR


def may_answer(application: Application) -> bool:
    """Whether the questions are still to be put: once, after submission, within their time."""
    submitted = application.state not in UNSUBMITTED and is_open(application.posting)
    return submitted and not EqualityOffer.objects.filter(application=application).exists()


def settle(*, application: Application, answers: Mapping[str, str], by: User) -> None:
    """Take the answers, or none of them, and never ask again. The register has no entry: its instant would tell.

    Raises Http404 for anyone but the candidate, ValidationError out of time or for an answer that isn't offered,
    AlreadySettled the second time.
    """
    policy.refuse_unless_owner(by, application)
    given = {name: answers.get(name, "") for name in QUESTIONS}
    for name, value in given.items():
        if value and value not in QUESTIONS[name][1].values:
            raise ValidationError({name: _("Choisissez une réponse dans la liste.")})
    with transaction.atomic():
        # The posting's row, in the one mode that holds up neither submissions nor rows that name it.
        posting = Posting.objects.select_for_update(no_key=True).get(pk=application.posting_id)
        if application.state in UNSUBMITTED or not is_open(posting):
            raise ValidationError(_("Le questionnaire n’est pas ouvert."))
        _offer, first = EqualityOffer.objects.get_or_create(application=application)
        if not first:
            raise AlreadySettled
        _stir(posting, given if any(given.values()) else None)


def _stir(posting: Posting, slip: dict[str, str] | None) -> None:
    """Write slips of the urn anew, among them the new one."""
    keys = list(EqualityAnswer.objects.filter(posting=posting).values_list("pk", flat=True))
    drawn = EqualityAnswer.objects.filter(pk__in=_chance.sample(keys, min(len(keys), STIRRED)))
    slips = [{name: getattr(row, name) for name in QUESTIONS} for row in drawn]
    drawn.delete()
    slips += [slip] if slip else []
    _chance.shuffle(slips)
    EqualityAnswer.objects.bulk_create(EqualityAnswer(posting=posting, **slip) for slip in slips)


@dataclass(frozen=True)
class Line:
    """How many chose an answer; None where the count is hidden."""

    label: str
    count: int | None


@dataclass(frozen=True)
class Table:
    """One question's counts. ``total`` is that of every slip, and is hidden with all the rest where there are few."""

    question: str
    lines: list[Line]


def results(posting: Posting) -> tuple[int | None, list[Table]]:
    """How many slips there are, and the counts of each question, apart from one another: no two are ever crossed.

    Nothing before the urn is closed, since its counts from one day to the next would tell a slip.
    """
    if is_open(posting):
        return None, []
    slips = list(EqualityAnswer.objects.filter(posting=posting).values_list(*QUESTIONS))
    if len(slips) < LEAST:
        return None, []
    tables = []
    for place, (words, choices) in enumerate(QUESTIONS.values()):
        counted = Counter(slip[place] for slip in slips)
        # That everybody answered points at nobody; that few did not is hidden like any other count.
        unanswered = {"": counted[""]} if counted[""] else {}
        shown = hide_few({value: counted[value] for value in choices.values} | unanswered)
        labels = {**dict(choices.choices), "": _("Sans réponse")}
        tables.append(Table(str(words), [Line(str(labels[value]), count) for value, count in shown.items()]))
    return len(slips), tables


def hide_few(counts: Mapping[str, int], least: int = LEAST) -> dict[str, int | None]:
    """The counts, with None for each under ``least`` and for as many others as would let one be worked out.

    The total is known. One hidden count would be what is left of it, and hidden counts that add up to fewer than
    ``least`` would point at a small group: the next smallest is hidden until there are two at least, with enough among them.
    """
    order = sorted(counts, key=lambda name: (counts[name], name))
    hidden = {name for name in order if counts[name] < least}
    for name in order:
        if not hidden or (len(hidden) > 1 and sum(counts[one] for one in hidden) >= least):
            break
        hidden.add(name)
    return {name: None if name in hidden else count for name, count in counts.items()}
