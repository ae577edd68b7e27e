"""The authority's one decision, and the letters that it owes."""

import dataclasses
import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from applications import intake, screening
from applications.models import Application
from applications.states import State
from evaluations import assignment, decisions, deliberation, interviews, results
from evaluations.decisions import Choice
from evaluations.models import Decision, Ruling, ScoreSheet
from journal import clock
from journal.merkle import leaf_hash
from journal.models import Entry
from notices.models import Notice
from notices.outbox import release_due
from postings.models import Posting
from tests import cast
from tests.factories import applications, evaluations, late_stages

pytestmark = pytest.mark.django_db

Change = Callable[[list[Choice]], list[Choice]]


@pytest.fixture
def posting() -> Posting:
    """Three candidates ranked, the authority's turn."""
    return late_stages.deliberated(3).posting


def decide(posting: Posting, choices: list[Choice], **changes: Any) -> Ruling:
    return decisions.decide(posting=posting, choices=choices, **{"by": cast.authority(), **changes})


def changed(choices: list[Choice], place: int, **values: Any) -> list[Choice]:
    return [dataclasses.replace(c, **values) if n == place else c for n, c in enumerate(choices)]


def test_decide_is_the_authoritys_alone(posting: Posting) -> None:
    for person in (cast.hr(), cast.juror(1), cast.auditor(), cast.candidate(1)):
        with pytest.raises(PermissionDenied):
            decide(posting, late_stages.in_jury_order(posting), by=person)
    assert Ruling.objects.count() == 0


def test_decide_waits_for_the_deliberation() -> None:
    posting = late_stages.in_session(1)
    code = Application.objects.get(posting=posting).dossier_code
    with pytest.raises(ValidationError):
        decide(posting, [Choice(code, "retained", "Le meilleur.")])


def test_decide_moves_each_file_and_owes_each_a_letter_that_waits(posting: Posting) -> None:
    choices = late_stages.in_jury_order(posting)
    ruling = decide(posting, choices)
    files = {file.dossier_code: file for file in Application.objects.filter(posting=posting)}
    assert [files[c.dossier].state for c in choices] == [State.RETAINED, State.RESERVE, State.RESERVE]
    letters = {n.key: n for n in Notice.objects.filter(kind="decision")}
    assert sorted(letters) == sorted(f"decision:{code}" for code in files)
    assert {n.state for n in letters.values()} == {"prepared"}
    for choice in choices:
        context = letters[f"decision:{choice.dossier}"].context
        entry = files[choice.dossier].moves.order_by("-id")[0].entry
        assert context["entry_hash"] == leaf_hash(entry.body.encode()).hex()
        assert (context["outcome"], context["rank"], context["reasons"]) == (
            choice.outcome,
            choice.rank,
            choice.reasons,
        )
        assert context["totals"] == {"skills": "13,825", "interview": "13,8", "total": "13,81"}
    entry = Entry.objects.get(kind="decision.taken")
    assert (entry.at, entry.facts["departs"]) == (ruling.at, False)


def _nobody(choices: list[Choice]) -> list[Choice]:
    return [Choice(c.dossier, "not_retained", "Aucun profil ne convient.") for c in choices]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda cs: changed(cs, 1, outcome="retained", rank=None), "outcome"),
        (lambda cs: changed(cs, 0, outcome="not_retained"), "outcome"),
        (lambda cs: changed(cs, 2, rank=1), "rank"),
        (lambda cs: changed(cs, 2, rank=3), "rank"),
        (lambda cs: changed(cs, 0, rank=1), "rank"),
        (lambda cs: changed(cs, 0, reasons=" "), "reasons"),
        (lambda cs: changed(cs, 0, outcome="perhaps"), "outcome"),
        (lambda cs: cs[1:], "__all__"),
        (_nobody, "departure"),
        (lambda cs: changed(changed(cs, 1, rank=2), 2, rank=1), "departure"),
    ],
)
def test_decide_refuses_choices_that_will_not_do(posting: Posting, change: Change, field: str) -> None:
    choices = change(late_stages.in_jury_order(posting))
    with pytest.raises(ValidationError) as refusal:
        decide(posting, choices)
    named = list(refusal.value.message_dict) if hasattr(refusal.value, "error_dict") else ["__all__"]
    assert named == [field]
    assert (Decision.objects.count(), Notice.objects.filter(kind="decision").count()) == (0, 0)


def test_decide_may_leave_the_jurys_order_when_it_says_why(posting: Posting) -> None:
    first, second, third = late_stages.in_jury_order(posting)
    choices = [
        dataclasses.replace(first, outcome="reserve", rank=1),
        dataclasses.replace(second, outcome="retained", rank=None),
        dataclasses.replace(third, outcome="not_retained", rank=None),
    ]
    with pytest.raises(ValidationError):
        decide(posting, choices)
    ruling = decide(posting, choices, departure="L'expérience de la fonction l'emporte.")
    assert ruling.departure == "L'expérience de la fonction l'emporte."
    entry = Entry.objects.get(kind="decision.taken")
    assert (entry.facts["departs"], "expérience" in entry.body) == (True, False)


def test_decide_may_retain_nobody(posting: Posting) -> None:
    ruling = decide(posting, _nobody(late_stages.in_jury_order(posting)), departure="Procédure infructueuse.")
    assert {d.outcome for d in ruling.decisions.all()} == {"not_retained"}


def test_decide_twice_is_once_and_otherwise_is_refused(posting: Posting) -> None:
    choices = late_stages.in_jury_order(posting)
    first = decide(posting, choices)
    assert decide(posting, choices) == first
    with pytest.raises(decisions.AlreadyDecided):
        decide(posting, _nobody(choices), departure="Tout compte fait.")
    assert Entry.objects.filter(kind="decision.taken").count() == 1


def test_a_candidate_who_withdrew_is_no_longer_decided_nor_written_to(posting: Posting) -> None:
    stale = late_stages.in_jury_order(posting)
    gone = Application.objects.get(dossier_code=stale[0].dossier)
    intake.withdraw(application=gone, by=gone.candidate)
    with pytest.raises(ValidationError):
        decide(posting, stale)
    decide(posting, late_stages.in_jury_order(posting))
    assert Decision.objects.get(outcome="retained").application.dossier_code == stale[1].dossier
    assert not Notice.objects.filter(key=f"decision:{gone.dossier_code}").exists()


def _second_fails(sheet: ScoreSheet, place: int) -> Decimal:
    return Decimal("8.5") if sheet.application.candidate == cast.candidate(2) else Decimal("14")


def _with_early_leavers() -> Posting:
    """Three files: the first decided on, the second below the threshold, the third inadmissible."""
    posting = applications.open_posting()
    evaluations.composed(posting)
    files = [applications.submitted(posting, cast.candidate(n)) for n in (1, 2, 3)]
    applications.close(posting)
    for file in files[:2]:
        screening.admit(application=file, by=cast.hr())
    applications.found_inadmissible(files[2], ground="incomplete", reason="Le diplôme est illisible.")
    assignment.assign_markers(posting=posting, by=cast.hr())
    evaluations.all_sealed(posting, marking=_second_fails)
    results.close_skills(posting=posting, by=cast.hr())
    slot = late_stages.slots(posting, 1)[0]
    interviews.schedule_all(posting=posting, by=cast.hr())
    clock.move_to(slot.ends_at, by="test", stopped=True)
    late_stages.verified(evaluations.interviewed(posting))
    deliberation.open_session(posting=posting, present=late_stages.members(posting), by=cast.juror(1))
    words = late_stages.appreciations(posting)
    late_stages.signed(deliberation.close(posting=posting, outcome="Débattu.", appreciations=words, by=cast.juror(1)))
    return late_stages.prepared(posting)


def test_everyone_who_left_earlier_gets_their_letter_with_their_own_reasons() -> None:
    posting = _with_early_leavers()
    decide(posting, late_stages.in_jury_order(posting))
    said = {n.recipient: n.context for n in Notice.objects.filter(kind="decision")}
    assert {user: context["outcome"] for user, context in said.items()} == {
        cast.candidate(1): "retained",
        cast.candidate(2): "not_shortlisted",
        cast.candidate(3): "inadmissible",
    }
    assert "8,5 sur 20" in said[cast.candidate(2)]["reasons"]
    assert "10 sur 20" in said[cast.candidate(2)]["reasons"]
    assert said[cast.candidate(2)]["totals"] == {"skills": "8,5"}
    assert said[cast.candidate(3)]["reasons"] == "Le diplôme est illisible."


def test_letters_leave_together_once_approved_and_held(posting: Posting) -> None:
    decide(posting, late_stages.in_jury_order(posting))
    with pytest.raises(PermissionDenied):
        decisions.approve_letters(posting=posting, by=cast.authority())
    assert decisions.approve_letters(posting=posting, by=cast.hr()) == 3
    hold = timedelta(minutes=posting.hold_minutes)
    clock.move_to(clock.now() + hold - timedelta(seconds=1), by="test", stopped=True)
    assert release_due() == 0
    clock.move_to(clock.now() + timedelta(seconds=1), by="test", stopped=True)
    assert release_due() == 3


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_are_one() -> None:
    posting = late_stages.deliberated(2).posting
    choices, authority = late_stages.in_jury_order(posting), cast.authority()
    together, outcomes = threading.Barrier(2), []

    def press(mine: list[Choice], departure: str) -> None:
        together.wait()
        try:
            outcomes.append(decisions.decide(posting=posting, choices=mine, departure=departure, by=authority).pk)
        except decisions.AlreadyDecided as error:
            outcomes.append(error.ruling.pk)
        finally:
            connection.close()

    other = (_nobody(choices), "Procédure infructueuse.")
    threads = [threading.Thread(target=press, args=given) for given in ((choices, ""), other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [Ruling.objects.get().pk] * 2
    assert (Decision.objects.count(), Notice.objects.filter(kind="decision").count()) == (2, 2)
    assert Entry.objects.filter(kind="decision.taken").count() == 1
