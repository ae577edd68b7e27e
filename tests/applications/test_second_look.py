"""A refusal takes two people, an examination can be begun again, and the office's own words stay the office's."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from applications import checklist, disclosure, erasure, file_notes, officers, screening, second_look, timeline
from applications.models import (
    Answered,
    Application,
    Check,
    ErasureCause,
    FileNote,
    RefusalProposal,
    Reopening,
    Screening,
)
from applications.policy_screening import stage_is_over
from applications.states import State
from journal import clock
from journal.models import Entry
from postings.models import Posting
from tests import cast
from tests.factories import applications as factory
from tests.factories import evaluations

pytestmark = pytest.mark.django_db
REASON = "Le diplôme produit est illisible."


@pytest.fixture
def files(posting: Posting) -> list[Application]:
    """Two submitted files of a posting whose intake is closed."""
    found = [factory.submitted(posting, cast.candidate(n)) for n in (1, 2)]
    factory.close(posting)
    return found


@pytest.fixture
def file(files: list[Application]) -> Application:
    return files[0]


def proposed(file: Application, by: User | None = None) -> RefusalProposal:
    return second_look.propose(application=file, ground="incomplete", reason=REASON, by=by or cast.hr())


def state_of(file: Application) -> str:
    return Application.objects.values_list("state", flat=True).get(pk=file.pk)


def test_a_proposal_moves_nothing_until_another_confirms_it(file: Application) -> None:
    proposal = proposed(file)
    assert proposed(file) == proposal
    assert state_of(file) == State.SUBMITTED
    with pytest.raises(ValidationError, match="une autre personne du bureau"):
        second_look.confirm(proposal=proposal, by=cast.hr())
    assert state_of(file) == State.SUBMITTED
    for _press in range(2):
        second_look.confirm(proposal=proposal, by=cast.officer())
    assert state_of(file) == State.INADMISSIBLE
    found = Screening.objects.get(application=file)
    assert (found.by, found.ground, found.reason) == (cast.officer(), "incomplete", REASON)
    entry = Entry.objects.get(kind="application.found_inadmissible")
    assert entry.facts["proposed_by"] == cast.hr().actor
    assert not [entry for entry in Entry.objects.all() if REASON in str(entry.facts)]


def test_what_is_sent_back_is_proposed_anew(file: Application) -> None:
    proposal = proposed(file)
    with pytest.raises(ValidationError, match="pourquoi ce refus est renvoyé"):
        second_look.send_back(proposal=proposal, remark=" ", by=cast.officer())
    back = second_look.send_back(proposal=proposal, remark="La page 2 se lit.", by=cast.officer())
    assert (back.answered, state_of(file)) == (Answered.SENT_BACK, State.SUBMITTED)
    with pytest.raises(ValidationError, match="déjà reçu sa réponse"):
        second_look.confirm(proposal=proposal, by=cast.officer())
    assert proposed(file).pk != proposal.pk


def test_a_proposal_holds_the_admission_back(file: Application) -> None:
    proposal = proposed(file)
    with pytest.raises(ValidationError, match="confirmer ou le renvoyer"):
        screening.admit(application=file, by=cast.officer())
    with pytest.raises(ValidationError, match="déjà proposé"):
        proposed(file, cast.officer())
    second_look.send_back(proposal=proposal, remark="À revoir.", by=cast.hr())  # its author takes it back
    assert screening.admit(application=file, by=cast.hr()).state == State.ADMISSIBLE


@pytest.mark.parametrize(("ground", "reason"), [("autre", REASON), ("incomplete", "  "), ("", REASON)])
def test_a_proposal_wants_a_ground_and_a_reason(file: Application, ground: str, reason: str) -> None:
    with pytest.raises(ValidationError):
        second_look.propose(application=file, ground=ground, reason=reason, by=cast.hr())
    assert not RefusalProposal.objects.exists()


def test_the_database_refuses_a_refusal_by_one_person(file: Application) -> None:
    proposal, now = proposed(file), clock.now()
    alone = {"application": file, "admitted": False, "ground": "other", "reason": "Seul.", "at": now}
    with pytest.raises(IntegrityError), transaction.atomic():
        Screening.objects.create(**alone, by=cast.hr())
    answer = {"answered": Answered.CONFIRMED, "answered_at": now}
    with pytest.raises(IntegrityError), transaction.atomic():
        RefusalProposal.objects.filter(pk=proposal.pk).update(**answer, answered_by=cast.hr())
    with pytest.raises(IntegrityError), transaction.atomic():
        RefusalProposal.objects.filter(pk=proposal.pk).update(by=cast.officer())


@pytest.mark.parametrize("refused", [False, True])
def test_an_examination_is_begun_again_with_its_reason(file: Application, refused: bool) -> None:
    if refused:
        factory.found_inadmissible(file, reason=REASON)
    else:
        screening.admit(application=file, by=cast.hr())
    with pytest.raises(ValidationError, match="pourquoi"):
        screening.reopen(application=file, reason=" ", by=cast.hr())
    screening.reopen(application=file, reason="Une pièce est arrivée.", by=cast.hr())
    assert state_of(file) == State.SUBMITTED
    kept = Reopening.objects.get()
    assert (kept.admitted, kept.refusal) == (not refused, REASON if refused else "")
    assert Entry.objects.filter(kind="application.reopened", subject=file.subject).count() == 1
    screening.admit(application=file, by=cast.hr())
    screening.reopen(application=file, reason="Encore une fois.", by=cast.hr())
    assert state_of(file) == State.SUBMITTED


def test_the_candidate_learns_nothing_of_an_examination_begun_again(file: Application) -> None:
    file = Application.objects.get(pk=file.pk)
    before = (disclosure.file(file), [event.words for event in timeline.events(file, [])])
    screening.admit(application=file, by=cast.hr())
    screening.reopen(application=file, reason="Erreur de dossier.", by=cast.hr())
    checklist.save(application=file, found={"piece-cv": ("ok", "Mot de contrôle.")}, by=cast.hr())
    file_notes.add(application=file, text="Mot interne.", by=cast.hr())
    proposed(file)
    file = Application.objects.get(pk=file.pk)
    assert (disclosure.file(file), [event.words for event in timeline.events(file, [])]) == before
    kinds = {entry.kind for entry in disclosure.entries(file)}
    assert {kind for kind in kinds if kind.startswith(("screening.", "file."))} == set()
    browser = cast.signed_in(file.candidate)
    assert browser.get(reverse("applications:receipt", args=[file.posting.slug])).status_code == 200


def test_the_examination_stays_closed_once_the_next_stage_began(files: list[Application]) -> None:
    posting = files[0].posting
    evaluations.composed(posting)
    for file in files:
        screening.admit(application=file, by=cast.hr())
    assert not stage_is_over(files[0])
    evaluations.assignment.assign_markers(posting=posting, by=cast.hr())
    assert stage_is_over(files[0])
    with pytest.raises(ValidationError, match="L’étape suivante a commencé"):
        screening.reopen(application=files[0], reason="Trop tard.", by=cast.hr())
    assert state_of(files[0]) == State.ADMISSIBLE


def test_the_checklist_keeps_what_was_found_and_holds_the_admission_back(file: Application) -> None:
    found = {"piece-cv": ("ok", ""), "condition-identity": ("doubtful", "Photo floue."), "piece-inconnue": ("ok", "")}
    assert checklist.save(application=file, found=found, by=cast.hr()) == 2
    assert checklist.save(application=file, found=found, by=cast.officer()) == 0
    assert Entry.objects.filter(kind="screening.checked").count() == 1
    with pytest.raises(ValidationError, match="grille de contrôle"):
        screening.admit(application=file, by=cast.hr())
    with pytest.raises(ValidationError, match="ce qui manque"):
        checklist.save(application=file, found={"piece-cv": ("missing", " ")}, by=cast.hr())
    checklist.save(application=file, found={"condition-identity": ("", "")}, by=cast.hr())
    assert screening.admit(application=file, by=cast.hr()).state == State.ADMISSIBLE
    with pytest.raises(ValidationError, match="n'attend pas d'examen"):
        checklist.save(application=file, found=found, by=cast.hr())


def test_files_are_given_to_officers(files: list[Application]) -> None:
    officers.assign(application=files[0], officer=cast.hr(), by=cast.officer())
    officers.assign(application=files[0], officer=cast.hr(), by=cast.officer())
    assert Entry.objects.filter(kind="screening.assigned").count() == 1
    both = [cast.hr(), cast.officer()]
    assert officers.least_loaded(files[0].posting_id, both) == cast.officer()
    with pytest.raises(ValidationError, match="ne travaille pas"):
        officers.assign(application=files[0], officer=cast.juror(), by=cast.hr())


def test_a_note_stays_as_written_until_the_file_is_erased(file: Application) -> None:
    note = file_notes.add(application=file, text="Appelé le 3, sans réponse.", by=cast.hr())
    assert file_notes.add(application=file, text="Appelé le 3, sans réponse.", by=cast.hr()) == note
    notes = FileNote.objects.filter(pk=note.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        notes.update(text="Autre chose.")
    with pytest.raises(IntegrityError), transaction.atomic():
        notes.delete()
    checklist.save(application=file, found={"piece-cv": ("missing", "Son nom.")}, by=cast.hr())
    proposed(file)
    with transaction.atomic():
        erasure.erase(application=Application.objects.get(pk=file.pk), cause=ErasureCause.RETENTION, by=None)
    assert (notes.exists(), Check.objects.exists()) == (False, False)
    assert RefusalProposal.objects.get().reason == "—"


ACTS: dict[str, Callable[[Application, User], object]] = {
    "propose": lambda file, by: proposed(file, by),
    "reopen": lambda file, by: screening.reopen(application=file, reason="Pour voir.", by=by),
    "check": lambda file, by: checklist.save(application=file, found={"piece-cv": ("ok", "")}, by=by),
    "note": lambda file, by: file_notes.add(application=file, text="Mot.", by=by),
    "assign": lambda file, by: officers.assign(application=file, officer=None, by=by),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", [cast.auditor, cast.juror, cast.candidate, cast.administrator])
def test_these_acts_are_hrs(file: Application, act: str, who: Callable[[], User]) -> None:
    before = Entry.objects.count()
    with pytest.raises(PermissionDenied):
        ACTS[act](file, who())
    assert Entry.objects.count() == before
