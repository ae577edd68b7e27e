"""What the written exercise waits for from HR: the desk's lines, in a constant number of queries."""

from collections import defaultdict
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.states import State
from evaluations.models import Exercise

Line = tuple[str, str]


def waiting(now: datetime, *, acts: bool) -> dict[int, list[Line]]:
    """By posting: a subject to seal before its hour, candidates to invite, copies on paper to enter."""
    admissible = Q(posting__applications__state=State.ADMISSIBLE)
    rows = Exercise.objects.select_related("posting").annotate(
        to_screen=Count("posting__applications", filter=Q(posting__applications__state=State.SUBMITTED)),
        uninvited=Count("posting__applications", filter=admissible & Q(posting__applications__sitting=None)),
        paper=Count(
            "posting__applications",
            filter=admissible
            & Q(posting__applications__sitting__ended_at=None, posting__applications__sitting__due_at__lte=now)
            & ~Q(posting__applications__sitting__place=""),
        ),
    )
    lines: dict[int, list[Line]] = defaultdict(list)
    for exercise in rows:
        page = reverse("evaluations:exercise", args=[exercise.posting.slug]) if acts else ""
        lines[exercise.posting_id] += [(words, page) for words in _words(exercise)]
    return lines


def _words(exercise: Exercise) -> list[str]:
    """``exercise`` comes annotated with ``to_screen``, ``uninvited`` and ``paper``."""
    uninvited, paper = exercise.uninvited, exercise.paper  # type: ignore[attr-defined]
    if exercise.sealed_at is None:
        return [_("1 épreuve écrite à sceller")]
    words = []
    if uninvited and exercise.posting.closed_at and not exercise.to_screen:  # type: ignore[attr-defined]
        told = ngettext(
            "candidat à convoquer à l’épreuve écrite", "candidats à convoquer à l’épreuve écrite", uninvited
        )
        words.append(f"{uninvited} {told}")
    if paper:
        words.append(f"{paper} {ngettext('copie sur papier à transcrire', 'copies sur papier à transcrire', paper)}")
    return words


def next_openings(now: datetime) -> dict[int | str, datetime]:
    """By posting, when a sealed subject opens."""
    return dict(Exercise.objects.filter(opens_at__gt=now).values_list("posting", "opens_at"))
