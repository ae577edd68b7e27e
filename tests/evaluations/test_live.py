"""The page of an interview as it goes: its questions, its time, its private notes, and who is ready."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations import scoring
from evaluations.models import InterviewNote, ScoreSheet
from evaluations.scoring import NOTE_LENGTH, SheetSealed
from evaluations.sheets import blank
from journal import clock
from journal.models import Entry
from postings.commitment import asked_in_interview, interview_commitment
from postings.models import InterviewQuestion, Posting, Stage
from tests import cast
from tests.cast import signed_in
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db
SECRET = "Cherche ses mots quand on le contredit."


@pytest.fixture
def sheets() -> list[ScoreSheet]:
    """One interview that began ten minutes ago, every member declared; the chair's sheet first."""
    posting = late_stages.scheduled(1)
    clock.move_to(posting.interviews.get().starts_at + timedelta(minutes=10), by="test", stopped=True)
    rows = [evaluations.declared(sheet) for sheet in evaluations.sheets(posting, Stage.INTERVIEW)]
    return sorted(rows, key=lambda sheet: not sheet.member.chair)


def url(name: str, sheet: ScoreSheet) -> str:
    return reverse(f"evaluations:{name}", args=[sheet.application.dossier_code, sheet.stage])


def page(sheet: ScoreSheet, name: str = "sheet") -> str:
    headers = {"HX-Request": "true"} if name == "going" else {}
    return signed_in(sheet.member.user).get(url(name, sheet), headers=headers).content.decode()


def questions(sheet: ScoreSheet) -> list[InterviewQuestion]:
    return list(sheet.application.posting.interview_questions.all())


def note(sheet: ScoreSheet, text: str = SECRET) -> None:
    scoring.save_note(sheet=sheet, question=questions(sheet)[0], text=text, by=sheet.member.user)


def test_every_member_reads_the_same_questions_in_the_same_order(sheets: list[ScoreSheet]) -> None:
    asked = [question.text for question in questions(sheets[0])]
    for sheet in sheets:
        text = page(sheet)
        places = [text.index(words) for words in asked]
        assert places == sorted(places)
        assert all(words in text for question in questions(sheet) for words in question.follow_ups)


def test_a_note_is_saved_like_a_mark_and_comes_back(sheets: list[ScoreSheet]) -> None:
    sheet = sheets[1]
    client = signed_in(sheet.member.user)
    answer = client.post(url("save", sheet), {"note-1": SECRET, "value-situations-complexes": "13,5"})
    assert (answer.status_code, answer.json()["errors"]) == (200, {})
    assert SECRET in page(sheet)
    client.post(url("save", sheet), {"note-1": ""})
    assert InterviewNote.objects.get().text == ""


def test_a_note_too_long_is_refused_in_its_field_and_the_mark_beside_it_is_kept(sheets: list[ScoreSheet]) -> None:
    sheet = sheets[1]
    data = {"note-1": "x" * (NOTE_LENGTH + 1), "value-situations-complexes": "12"}
    answer = signed_in(sheet.member.user).post(url("save", sheet), data)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["note-1"])
    assert sheet.scores.filter(value=12).count() == 1
    with pytest.raises(ValidationError):
        note(sheet, "x" * (NOTE_LENGTH + 1))


def test_nobody_writes_in_anothers_notes(sheets: list[ScoreSheet]) -> None:
    for person in (sheets[0].member.user, cast.hr(), cast.auditor(), cast.candidate(1)):
        with pytest.raises(PermissionDenied):
            scoring.save_note(sheet=sheets[1], question=questions(sheets[1])[0], text="x", by=person)
    blind = ScoreSheet.objects.filter(stage=Stage.SKILLS).select_related("member__user").first()
    assert blind is not None
    with pytest.raises((PermissionDenied, SheetSealed)):
        scoring.save_note(sheet=blind, question=questions(sheets[0])[0], text="x", by=blind.member.user)


def test_notes_are_read_by_their_author_alone_to_the_end(sheets: list[ScoreSheet]) -> None:
    note(sheets[1])
    for sheet in sheets:
        evaluations.sealed(sheet)
    pages = [page(sheet, name) for sheet in sheets for name in ("sheet", "file", "going")]
    assert [text for text in pages if SECRET in text] == []
    assert SECRET not in "".join(entry.body for entry in Entry.objects.all())
    with pytest.raises(SheetSealed):
        note(sheets[1], "après coup")


def test_notes_go_with_the_sheet(sheets: list[ScoreSheet]) -> None:
    note(sheets[1])
    blank(sheets[1])
    assert InterviewNote.objects.count() == 0


def test_the_questions_are_told_to_nobody_before_the_interview() -> None:
    posting = late_stages.scheduled(1)
    words = [q.text for q in posting.interview_questions.all()]
    slug = posting.slug
    found = []
    for person in (None, cast.candidate(1), cast.hr(), cast.auditor(), cast.administrator(), cast.authority()):
        client = signed_in(person) if person else Client()
        addresses = [
            reverse("postings:detail", args=[slug]),
            reverse("admin:postings_posting_change", args=[posting.pk]),
            reverse("evaluations:my_interview", args=[slug]),
        ]
        found += [address for address in addresses for text in words if text in client.get(address).content.decode()]
    assert found == []
    assert [text for text in words for entry in Entry.objects.all() if text in entry.body] == []


def test_what_was_published_proves_the_questions_afterwards() -> None:
    posting = evaluations.assigned(1)
    told = Entry.objects.get(kind="posting.published").facts["interview_questions"]
    assert told == interview_commitment(posting.interview_salt, asked_in_interview(posting))
    other = asked_in_interview(posting)
    other[0]["text"] += " "
    assert told != interview_commitment(posting.interview_salt, other)
    assert len(told) == 64


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(-12, "Commence dans 12 minutes"), (10, "Il reste 20 minutes"), (33, "dépassée de 3 minutes")],
)
def test_the_time_is_told_by_the_servers_clock(sheets: list[ScoreSheet], minutes: int, words: str) -> None:
    starts_at = sheets[0].application.interview.starts_at
    clock.move_to(starts_at + timedelta(minutes=minutes), by="test", stopped=True)
    assert words in page(sheets[1])
    assert words in page(sheets[1], "going")


def test_who_presides_sees_who_is_ready_and_not_what_they_gave(sheets: list[ScoreSheet]) -> None:
    evaluations.sealed(sheets[2], lambda _sheet, _place: Decimal("17.5"))
    sheets[3].scores.filter(pk=sheets[3].scores.all()[0].pk).update(value="17.5")
    text = page(sheets[0], "going")
    assert [f'data-member-status="{status}"' in text for status in ("sealed", "mark", "complete")] == [
        True,
        True,
        False,
    ]
    assert "1 sur 5" in text
    assert "17,5" not in text
    assert "data-member-status" not in page(sheets[1], "going")


def test_the_part_that_is_asked_again_is_for_members_free_of_a_conflict(sheets: list[ScoreSheet]) -> None:
    address = url("going", sheets[1])
    people = (sheets[1].member.user, cast.juror(6), cast.hr())
    answers = [signed_in(person).get(address) for person in people]
    assert [answer.status_code for answer in answers] == [302, 404, 403]
    assert answers[0].headers["Location"] == url("sheet", sheets[1])
    evaluations.panels.declare(
        application=sheets[1].application, conflict=True, reason="Cousin", by=sheets[1].member.user
    )
    assert signed_in(sheets[1].member.user).get(address).status_code == 404
    assert 'data-member-status="excused"' in page(sheets[0], "going")


def test_the_page_costs_the_same_whatever_was_noted(sheets: list[ScoreSheet]) -> None:
    def cost() -> int:
        client = signed_in(sheets[0].member.user)
        with CaptureQueriesContext(connection) as caught:
            client.get(url("sheet", sheets[0]))
        return len(caught)

    cost()  # the first look of the day is an entry of the register
    before = cost()
    for question in questions(sheets[0]):
        scoring.save_note(sheet=sheets[0], question=question, text="Vu.", by=sheets[0].member.user)
    assert cost() == before


def test_every_criterion_of_the_interview_has_its_question() -> None:
    posting = Posting.objects.get(pk=evaluations.assigned(1).pk)
    heard = posting.criteria.filter(stage=Stage.INTERVIEW).values_list("code", flat=True)
    assert [row["criterion"] for row in asked_in_interview(posting)] == list(heard)
