"""What is erased is gone from every table and from the disk, and the register still agrees."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.http import Http404
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from accounts.roles import open_account
from applications import erasure, intake
from applications.erasure import NotErasable
from applications.models import Application, Document, Erasure, ErasureCause
from applications.states import State
from evaluations import interviews, scoring
from evaluations.erasure import _empty, due_files, erase_due
from evaluations.models import Ruling
from journal import checkpoint, clock, fsck
from journal.models import Entry
from notices import delivery
from notices.models import Letter, Notice
from pmp_recruit.invariants import broken
from postings.models import Posting
from tests import cast
from tests.factories import applications as factory
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db
#: Public records: what the jury and the authority settled stays, with the names that they wrote.
RECORDS = {"evaluations_deliberation"}


def words_of(application: Application) -> list[str]:
    """What only this person's file says."""
    user, who = application.candidate, factory.identity(application.candidate)
    referees = [factory.referee(n, user)["email"] for n in (1, 2)]
    return [user.email, user.full_name, who["family_name"], who["national_id"], *referees]


def traces(words: Iterable[str], spared: Iterable[str] = ()) -> set[str]:
    """Every table with one of the words in any row."""
    wanted = list(words)
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table not in spared and not model._meta.proxy
        for row in model._default_manager.values()
        if any(word in str(value) for value in row.values() for word in wanted)
    }


def stored() -> set[str]:
    """Every private file that stands for a document, its preview, a part of it or a letter."""
    root = Path(default_storage.path(""))
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def keep_until(posting: Posting, days: int = 0) -> None:
    ruling = Ruling.objects.get(posting=posting)
    clock.move_to(ruling.at + timedelta(days=posting.retention_days + days), by="test", stopped=True)


OnCommit = DjangoCaptureOnCommitCallbacks


def test_a_draft_goes_wholly(posting: Posting, django_capture_on_commit_callbacks: OnCommit) -> None:
    before = stored()
    draft = factory.complete_draft(posting, cast.candidate())
    words, code = words_of(draft)[2:], draft.dossier_code
    assert traces(words) >= {"applications_application", "applications_referee"}
    assert len(stored() - before) >= Document.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase_unsubmitted(application=draft, by=draft.candidate)
    assert (traces(words, spared={"accounts_user"}), stored() - before) == (set(), set())
    assert Application.objects.count() == 0
    entry = Entry.objects.get(kind="data.erased")
    assert (entry.subject, entry.actor, entry.facts) == (
        f"application:{code}",
        cast.candidate().actor,
        {"cause": "asked"},
    )
    assert broken() == {}


def test_a_new_draft_may_be_begun_after_one_was_erased(posting: Posting) -> None:
    draft = factory.complete_draft(posting, cast.candidate())
    erasure.erase_unsubmitted(application=draft, by=draft.candidate)
    erasure.erase_unsubmitted(application=draft, by=draft.candidate)
    again = factory.submitted(posting, cast.candidate())
    assert (again.state, again.dossier_code != draft.dossier_code) == (State.SUBMITTED, True)


def test_a_lapsed_file_leaves_an_empty_shell(posting: Posting) -> None:
    lapsed = factory.complete_draft(posting, cast.candidate())
    factory.close(posting)
    with pytest.raises(intake.TooLate):
        intake.submit(application=lapsed, by=lapsed.candidate)
    words = words_of(lapsed)[2:]
    erasure.erase_unsubmitted(application=lapsed, by=lapsed.candidate)
    erasure.erase_unsubmitted(application=lapsed, by=lapsed.candidate)
    lapsed.refresh_from_db()
    assert (lapsed.state, lapsed.full_name, traces(words, spared={"accounts_user"})) == (State.LAPSED, "", set())
    assert (Erasure.objects.get().cause, broken()) == (ErasureCause.ASKED, {})


def test_a_submitted_file_is_not_erased_on_the_spot(posting: Posting) -> None:
    file = factory.submitted(posting, cast.candidate())
    with pytest.raises(NotErasable):
        erasure.erase_unsubmitted(application=file, by=file.candidate)
    with pytest.raises(NotErasable):
        erasure.close_account(by=file.candidate)
    file.refresh_from_db()
    assert (file.full_name, User.objects.filter(pk=file.candidate.pk).exists()) == ("Salma Bennis", True)


@pytest.mark.parametrize("who", [lambda: cast.candidate(2), cast.hr, cast.administrator])
def test_nobody_erases_anothers_draft(posting: Posting, who: Callable[[], User]) -> None:
    draft = factory.complete_draft(posting, cast.candidate())
    with pytest.raises(Http404):
        erasure.erase_unsubmitted(application=draft, by=who())
    assert Document.objects.filter(application=draft).exists()


def test_an_account_closes_with_its_drafts(posting: Posting, mailbox: Callable[[], list[object]]) -> None:
    user = open_account(email="part@exemple.example", full_name="Aïcha Rahmouni")
    browser = cast.signed_in(user)
    browser.post("/connexion/", {"email": user.email})
    draft = factory.complete_draft(posting, user)
    words = words_of(draft)
    erasure.close_account(by=user)
    assert (traces(words), User.objects.filter(pk=user.pk).exists()) == (set(), False)
    assert (browser.get("/compte/gerer/").status_code, broken()) == (302, {})


def test_an_account_that_history_names_keeps_neither_address_nor_name(posting: Posting) -> None:
    user = cast.candidate()
    lapsed = factory.complete_draft(posting, user)
    words = words_of(lapsed)
    factory.close(posting)
    erasure.close_account(by=user)
    user.refresh_from_db()
    assert (traces(words), user.is_active, user.email) == (set(), False, f"{user.public_id}@efface.invalid")
    assert open_account(email="candidat1@exemple.example").pk != user.pk


def test_files_go_when_their_time_is_up_and_no_sooner(django_capture_on_commit_callbacks: OnCommit) -> None:
    posting = late_stages.decided(3).posting
    files = list(Application.objects.filter(posting=posting).select_related("candidate"))
    words = [word for file in files for word in words_of(file)]
    delivery.deliver_due()
    keep_until(posting, days=-1)
    assert list(due_files()) == []
    keep_until(posting)
    before = {file.pk: (file.state, file.manifest_sha256, file.dossier_code) for file in files}
    out = StringIO()
    call_command("erase", "--dry-run", stdout=out)
    assert out.getvalue().count("kept until") == 3
    assert Erasure.objects.count() == 0
    with django_capture_on_commit_callbacks(execute=True):
        call_command("erase", stdout=out)
    assert "3 files erased, 3 accounts erased." in out.getvalue()
    after = {file.pk: (file.state, file.manifest_sha256, file.dossier_code) for file in Application.objects.all()}
    assert (after, traces(words, spared=RECORDS)) == (before, set())
    assert (Application.objects.exclude(manifest=None).count(), Letter.objects.count()) == (0, 0)
    checkpoint.seal()
    assert (broken(), fsck.check(), erase_due()) == ({}, [], (0, 0))


def test_hr_still_reads_the_shell_and_what_was_sent() -> None:
    posting = late_stages.decided(3).posting
    delivery.deliver_due()
    keep_until(posting)
    erase_due()
    browser = cast.signed_in(cast.hr())
    addresses = [f"/rh/applications/application/{file.pk}/change/" for file in Application.objects.all()]
    addresses += [f"/rh/notices/notice/{notice.pk}/change/" for notice in Notice.objects.all()]
    addresses += ["/rh/", "/rh/applications/application/", "/rh/notices/notice/"]
    assert {address: code for address in addresses if (code := browser.get(address).status_code) != 200} == {}
    letter = Notice.objects.filter(kind="decision").first()
    assert letter is not None
    assert browser.get(f"/rh/notices/notice/{letter.pk}/courrier/").status_code == 404


def test_a_rescheduled_interview_keeps_no_reason() -> None:
    posting = late_stages.scheduled(3)
    interview = posting.interviews.first()
    assert interview is not None
    assert interview.application is not None
    later = interview.starts_at + timedelta(days=3)
    interviews.reschedule(
        interview=interview, starts_at=later, minutes=30, reason="Hospitalisée", place="Ici", by=cast.hr()
    )
    with transaction.atomic():
        file = Application.objects.select_for_update().get(pk=interview.application.pk)
        erasure.erase(application=file, cause=ErasureCause.RETENTION, by=None, also=_empty)
    assert traces(["Hospitalisée"]) == set()


def test_what_the_jury_noted_in_interview_goes_with_the_file() -> None:
    posting = late_stages.scheduled(1)
    sheet = evaluations.declared(late_stages.newcomer(posting))
    question = posting.interview_questions.first()
    assert question is not None
    scoring.save_note(sheet=sheet, question=question, text="Parle de son divorce", by=sheet.member.user)
    with transaction.atomic():
        file = Application.objects.select_for_update().get(pk=sheet.application_id)
        erasure.erase(application=file, cause=ErasureCause.RETENTION, by=None, also=_empty)
    assert traces(["divorce"]) == set()


def test_a_draft_left_behind_goes_a_year_after_the_closing(posting: Posting) -> None:
    lapsed = factory.complete_draft(posting, cast.candidate())
    factory.submitted(posting, cast.candidate(2))
    factory.close(posting)
    posting.refresh_from_db()
    assert posting.closed_at is not None
    clock.move_to(posting.closed_at + timedelta(days=posting.retention_days), by="test", stopped=True)
    assert [file.pk for file in due_files()] == [lapsed.pk]
    assert erase_due() == (1, 1)
    assert broken() == {}


def test_addresses_that_were_only_typed_go_after_a_month() -> None:
    typed, young = open_account(email="tape@exemple.example"), open_account(email="hier@exemple.example")
    User.objects.filter(pk=typed.pk).update(date_joined=clock.real() - timedelta(days=31))
    assert erase_due() == (0, 1)
    assert [account.pk for account in User.objects.all()] == [young.pk]


def test_the_database_refuses_to_lose_a_manifest_without_its_erasure(posting: Posting) -> None:
    file = factory.submitted(posting, cast.candidate())
    rows = Application.objects.filter(pk=file.pk)
    for change in ({"manifest": None}, {"manifest": {}}, {"manifest_sha256": "0" * 64}, {"dossier_code": "AAAA-AAAA"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with transaction.atomic():
        erasure.erase(application=rows.get(), cause=ErasureCause.RETENTION, by=None)
    for change in ({"manifest": {}}, {"manifest_sha256": "0" * 64}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.all().delete()


def test_a_refusals_words_go_and_its_ground_stays(posting: Posting) -> None:
    file = factory.submitted(posting, cast.candidate())
    factory.close(posting)
    file.refresh_from_db()
    factory.found_inadmissible(file, ground="identity", reason="La pièce est au nom d’une autre.")
    with transaction.atomic():
        erasure.erase(application=Application.objects.get(), cause=ErasureCause.RETENTION, by=None)
    file.refresh_from_db()
    assert (file.screening.ground, file.screening.reason) == ("identity", "—")
