"""The last second of an exercise: saves, hand-ins and sweeps at one instant, with real threads and real connections."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections

from evaluations import endings, sittings
from evaluations.models import Exercise, Sitting
from evaluations.sittings import ChangedElsewhere, SittingOver
from journal import clock
from journal.models import Entry
from notices.models import Notice
from tests import cast
from tests.factories import exercises as factory

pytestmark = pytest.mark.django_db(transaction=True)


def together(works: list[Callable[[], object]]) -> list[object]:
    """Run each work in a thread and connection of its own, all from the same instant."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            return work()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, work) for work in works]]


def saver(sitting: Sitting, page: str, text: str) -> Callable[[], object]:
    return lambda: sittings.save(sitting=sitting, text=text, page=page, by=sitting.application.candidate)


def handing_in(sitting: Sitting) -> Callable[[], object]:
    return lambda: sittings.hand_in(sitting=sitting, seen=str(sitting.version), by=sitting.application.candidate)


def test_of_two_tabs_that_save_at_once_one_is_told() -> None:
    posting = factory.open_now(factory.convened(1))
    sitting = factory.writing(posting)
    pages = [sitting.new_page(), sitting.new_page()]
    outcomes = together([saver(sitting, page, f"Texte {n}") for n, page in enumerate(pages)])
    told = [isinstance(outcome, ChangedElsewhere) for outcome in outcomes]
    assert sorted(told) == [False, True]
    assert factory.of(posting).text == f"Texte {told.index(False)}"


@pytest.mark.parametrize("round_", range(3))
def test_what_was_accepted_is_what_is_in(round_: int) -> None:
    """Saves race the moment at which the clock passes the deadline, and the sweep."""
    posting = factory.open_now(factory.convened(1))
    sitting = factory.writing(posting, 1, "Avant.")
    page = factory.of(posting).writer
    clock.move_to(sitting.due_at - timedelta(milliseconds=40), by="test")  # it runs
    works: list[Callable[[], object]] = [saver(sitting, page, f"Texte {n}") for n in range(8)]
    works += [endings.end_due] * 2
    outcomes = together(works)
    clock.move_to(sitting.due_at, by="test", stopped=True)
    endings.end_due()
    ended, accepted = factory.of(posting), [o for o in outcomes if isinstance(o, Sitting)]
    assert all(isinstance(outcome, Sitting | SittingOver | int) for outcome in outcomes)
    latest = max(accepted, key=lambda kept: kept.version, default=None)
    assert ended.text == (latest.text if latest else "Avant.")
    assert ended.ending == "time"
    assert Entry.objects.filter(kind="sitting.timed_out").count() == 1


def test_handing_in_and_the_sweep_end_it_once() -> None:
    posting = factory.open_now(factory.convened(1))
    sitting = factory.writing(posting, 1, "Ma copie.")
    clock.move_to(sitting.due_at - timedelta(milliseconds=20), by="test")
    together([handing_in(sitting), handing_in(sitting), endings.end_due, endings.end_due])
    clock.move_to(sitting.due_at, by="test", stopped=True)
    endings.end_due()
    assert Entry.objects.filter(kind__in=("sitting.handed_in", "sitting.timed_out")).count() == 1
    assert Notice.objects.filter(kind="exercise_received").count() == 1


def test_the_subject_opens_once_for_all_who_begin_at_once() -> None:
    posting = factory.open_now(factory.convened(4))
    works: list[Callable[[], object]] = [
        lambda n=n: sittings.begin(sitting=factory.of(posting, n), by=cast.candidate(n)) for n in range(1, 5)
    ]
    outcomes = together([*works, endings.end_due])
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert Entry.objects.filter(kind="exercise.opened").count() == 1
    assert Exercise.objects.get().subject == factory.SUBJECT
    assert Sitting.objects.filter(started_at__isnull=False).count() == 4
