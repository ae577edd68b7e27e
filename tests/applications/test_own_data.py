"""A person's copy holds what is theirs, and tells nothing before its time."""

import io
import json
import re
from collections import Counter
from hashlib import sha256
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from applications import erasure_requests, screening
from applications.models import Application, Document
from applications.own_data import REPEATED_KEPT, safe_name
from evaluations.models import Ruling
from journal import checkpoint, clock, proofs
from journal.append import append
from journal.models import Entry
from notices import delivery, outbox
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.access.test_addresses import close
from tests.factories import applications as factory
from tests.factories import late_stages

pytestmark = pytest.mark.django_db
PAGE, COPY = "/candidature/mes-donnees/", "/candidature/mes-donnees/copie/"


def copy_of(user: User) -> ZipFile:
    answer: Any = cast.signed_in(user).post(COPY)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200,
        "application/zip",
        "private, no-store",
    )
    return ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def data_in(archive: ZipFile) -> Any:
    return json.loads(archive.read("donnees.json"))


def settle() -> None:
    delivery.deliver_due()
    checkpoint.seal()


def test_the_copy_holds_all_that_was_given_and_sent(posting: Posting, mailbox: object) -> None:
    file = factory.submitted(posting, cast.candidate())
    settle()
    archive = copy_of(file.candidate)
    code, data = file.dossier_code, data_in(archive)
    assert archive.testzip() is None
    assert data["compte"]["adresse"] == file.candidate.email
    told = data["dossiers"][0]
    assert (told["dossier"], told["identite"]["family_name"], len(told["referents"])) == (code, "Bennis", 2)
    assert (len(told["pieces"]), len(told["reponses"])) == (file.documents.count(), file.answers.count())
    pieces = sorted(name for name in archive.namelist() if "/pieces/" in name)
    hashes = sorted(sha256(archive.read(name)).hexdigest() for name in pieces)
    assert hashes == sorted(file.documents.values_list("sha256", flat=True))
    assert sha256(archive.read(f"{code}/manifeste.json")).hexdigest() == file.manifest_sha256
    letters = [name for name in archive.namelist() if "/courriers/" in name]
    assert letters == [f"{code}/courriers/01-recepisse-{code}.pdf"]
    assert archive.read(letters[0]).startswith(b"%PDF")
    assert "VOS DONNÉES" in archive.read("LISEZMOI.txt").decode()


def test_its_proofs_verify(posting: Posting, mailbox: object) -> None:
    file = factory.submitted(posting, cast.candidate())
    settle()
    archive = copy_of(file.candidate)
    found = [name for name in archive.namelist() if "/preuves/" in name]
    verdicts = [proofs.verify(proofs.load(archive.read(name))) for name in found]
    assert all(verdict.ok for verdict in verdicts)
    kinds = {verdict.details["kind"] for verdict in verdicts}
    assert kinds == {"application.started", "application.submitted"}


def test_what_comes_again_and_again_pushes_no_proof_out(posting: Posting, mailbox: object) -> None:
    file = factory.submitted(posting, cast.candidate())
    for _n in range(REPEATED_KEPT + 5):
        append("application.refused_late", at=clock.now(), actor=file.candidate.actor, subject=file.subject, facts={})
    settle()
    archive = copy_of(file.candidate)
    kinds = Counter(name.rsplit("-", 1)[1] for name in archive.namelist() if f"{file.dossier_code}/preuves/" in name)
    assert kinds == {
        "application.started.json": 1,
        "application.submitted.json": 1,
        "application.refused_late.json": REPEATED_KEPT,
    }
    assert "n’a ici que ses 200 dernières preuves" in archive.read("LISEZMOI.txt").decode()


def test_the_register_tells_that_it_was_taken(posting: Posting) -> None:
    user = cast.candidate()
    copy_of(user)
    entry = Entry.objects.get(kind="data.exported")
    assert (entry.actor, entry.subject, entry.facts, entry.at) == (user.actor, user.actor, {}, clock.now())


def told_of(user: User) -> tuple[Any, list[str]]:
    """The copy without what differs between any two people: names, codes, hashes, instants."""
    archive = copy_of(user)
    told = data_in(archive)["dossiers"][0]
    kinds = sorted(
        re.sub(r"^.*/", "", re.sub(r"\d{6}-", "", name)) for name in archive.namelist() if "/preuves/" in name
    )
    shape = {name: len(value) if isinstance(value, list) else type(value).__name__ for name, value in told.items()}
    return (shape, told["etat"], told["historique"][-1]["etat"]), kinds


def test_before_the_letter_a_file_that_fell_out_reads_like_the_others(mailbox: object) -> None:
    posting = factory.open_posting()
    one, two, three = (factory.submitted(posting, cast.candidate(n)) for n in (1, 2, 3))
    factory.close(posting)
    for file in (one, two, three):
        file.refresh_from_db()
    screening.admit(application=one, by=cast.hr())
    factory.found_inadmissible(two, ground="other", reason="Dossier sans rapport.")
    settle()
    first = told_of(one.candidate)
    assert (told_of(two.candidate), told_of(three.candidate)) == (first, first)
    assert "Dossier sans rapport." not in copy_of(two.candidate).read("donnees.json").decode()


def test_before_the_letter_is_released_a_decision_is_in_no_copy(mailbox: object) -> None:
    posting = late_stages.decided(3).posting
    settle()
    for file in Application.objects.filter(posting=posting):
        archive = copy_of(file.candidate)
        assert data_in(archive)["dossiers"][0]["etat"] == "déposée"
        assert [name for name in archive.namelist() if "decision" in name or "retained" in name] == []


def test_after_the_letter_the_whole_story_is_theirs(mailbox: object) -> None:
    posting = late_stages.decided(3).posting
    outbox.approve_all(campaign=posting.slug, kind="decision", by=cast.hr())
    outbox.release_due()
    settle()
    file = Application.objects.get(posting=posting, state="retained")
    archive = copy_of(file.candidate)
    told = data_in(archive)["dossiers"][0]
    assert (told["etat"], told["historique"][-1]["etat"], told["recevabilite"][0]["admitted"]) == (
        "retenue",
        "retenue",
        True,
    )
    assert [name for name in archive.namelist() if "decision-" in name] != []
    assert [name for name in archive.namelist() if name.endswith("application.retained.json")] != []
    assert Ruling.objects.count() == 1


def test_what_referees_said_is_in_no_copy(mailbox: object) -> None:
    posting = late_stages.verified(late_stages.heard(2))
    settle()
    file = Application.objects.filter(posting=posting).first()
    assert file is not None
    assert "Joint au téléphone" not in copy_of(file.candidate).read("donnees.json").decode()
    assert Notice.objects.filter(kind="reference_request").exists()
    assert "demande de référence" not in copy_of(file.candidate).read("donnees.json").decode()


def test_a_copy_is_of_ones_own_alone(posting: Posting) -> None:
    factory.complete_draft(posting, cast.candidate(1))
    archive = copy_of(cast.candidate(2))
    assert (data_in(archive)["dossiers"], b"Bennis" in archive.read("donnees.json")) == ([], False)


def test_a_lost_document_is_named_and_the_rest_is_there(posting: Posting) -> None:
    file = factory.complete_draft(posting, cast.candidate())
    lost = Document.objects.filter(application=file).first()
    assert lost is not None
    default_storage.delete(lost.file.name)
    archive = copy_of(file.candidate)
    assert len([name for name in archive.namelist() if "/pieces/" in name]) == file.documents.count() - 1
    assert "manquent ici" in archive.read("LISEZMOI.txt").decode()


def test_recent_entries_without_a_proof_are_said(posting: Posting) -> None:
    factory.complete_draft(posting, cast.candidate())
    archive = copy_of(cast.candidate())
    assert [name for name in archive.namelist() if "/preuves/" in name] == []
    assert "recommencez dans une minute" in archive.read("LISEZMOI.txt").decode()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("CV 2025.pdf", "CV-2025"),
        ("../../etc/passwd", "etcpasswd"),
        ("C:\\Windows\\con.pdf", "CWindowscon"),
        ("con.pdf", "piece"),
        ("\u202egnp.exe.pdf", "gnp-exe"),
        ("é" * 300 + ".pdf", "é" * 60),
        ("...pdf", "piece"),
        ("\x00\x01.pdf", "piece"),
        ("سيرة ذاتية.pdf", "سيرة-ذاتية"),
        ("", "piece"),
    ],
)
def test_names_in_the_copy_are_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_two_documents_of_one_name_are_both_there(posting: Posting) -> None:
    file = factory.complete_draft(posting, cast.candidate())
    Document.objects.filter(application=file).update(name="scan.pdf")
    names = [name for name in copy_of(file.candidate).namelist() if "/pieces/" in name]
    assert (len(set(names)), len(names)) == (file.documents.count(), file.documents.count())


def test_copies_are_counted(posting: Posting, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"export_data": "5/h/user"}
    browser = cast.signed_in(cast.candidate())
    answers = [browser.post(COPY) for _ in range(6)]
    for answer in answers:
        close(answer)
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert "Attendez une heure" in browser.post(COPY).content.decode()


def test_a_copy_is_asked_for_and_not_linked_to() -> None:
    assert cast.signed_in(cast.candidate()).get(COPY).status_code == 405
    assert Client().post(COPY)["Location"].startswith("/connexion/")
    assert {cast.signed_in(who()).post(COPY).status_code for who in (cast.hr, cast.juror, cast.auditor)} == {403}


def test_a_full_disk_is_said_kindly(settings: LazySettings) -> None:
    settings.PMP_HOME = "/nowhere"
    answer = cast.signed_in(cast.candidate()).post(COPY)
    assert (answer.status_code, "recommencez dans un moment" in answer.content.decode()) == (503, True)
    assert not Entry.objects.filter(kind="data.exported").exists()


def test_pages_erase_a_draft(posting: Posting) -> None:
    file = factory.complete_draft(posting, cast.candidate())
    browser = cast.signed_in(file.candidate)
    assert "Effacer ce dossier" in browser.get(PAGE).content.decode()
    address = f"/candidature/{posting.slug}/effacement/"
    assert "Effacer définitivement" in browser.get(address).content.decode()
    answer = browser.post(address, follow=True)
    assert (f"Le dossier {file.dossier_code} est effacé." in answer.content.decode(), Application.objects.count()) == (
        True,
        0,
    )
    assert browser.post(address).status_code == 404


def test_pages_record_a_wish_and_show_its_answer(posting: Posting) -> None:
    file = factory.submitted(posting, cast.candidate())
    browser = cast.signed_in(file.candidate)
    address = f"/candidature/{posting.slug}/effacement/"
    assert browser.post(address, {"message": "x" * 2001}).status_code == 422
    for _twice in range(2):
        assert browser.post(address, {"message": "Je renonce à ce poste."}).status_code == 302
    (asked,) = file.erasure_requests.all()
    assert "réponse attendue" in browser.get(address).content.decode()
    erasure_requests.answer(request=asked, answer="Gardé jusqu’à la fin des recours.", by=cast.hr())
    page = browser.get(address).content.decode()
    assert ("Gardé jusqu’à la fin des recours." in page, "Envoyer ma demande" in page) == (True, True)
    notice = Notice.objects.get(kind="erasure_answered")
    assert (notice.address, notice.context["answer"]) == (file.candidate.email, "Gardé jusqu’à la fin des recours.")
    kinds = Entry.objects.filter(kind__startswith="data.").values_list("kind", flat=True)
    assert sorted(kinds) == ["data.erasure_answered", "data.erasure_requested"]


def test_pages_close_an_account(posting: Posting) -> None:
    factory.complete_draft(posting, cast.candidate())
    browser = cast.signed_in(cast.candidate())
    address = "/candidature/mes-donnees/fermer/"
    assert "Effacer définitivement mon compte" in browser.get(address).content.decode()
    answer = browser.post(address)
    assert (answer.status_code, User.objects.filter(role="candidate").count()) == (302, 0)
    assert "Votre compte et vos données sont effacés." in browser.get("/", follow=True).content.decode()


def test_an_account_with_a_submitted_file_does_not_close(posting: Posting) -> None:
    file = factory.submitted(posting, cast.candidate())
    browser = cast.signed_in(file.candidate)
    address = "/candidature/mes-donnees/fermer/"
    assert "Votre compte garde un dossier déposé" in browser.get(address).content.decode()
    assert browser.post(address)["Location"] == PAGE
    assert User.objects.filter(pk=file.candidate.pk).exists()


def test_hr_answers_a_wish_once_and_the_auditor_reads_it(posting: Posting) -> None:
    file = factory.submitted(posting, cast.candidate())
    asked = erasure_requests.ask(application=file, message="Je renonce.", by=file.candidate)
    address = f"/rh/applications/erasurerequest/{asked.pk}/change/"
    office, auditor = cast.signed_in(cast.hr()), cast.signed_in(cast.auditor())
    assert "Je renonce." in office.get(address).content.decode()
    assert (auditor.get(address).status_code, auditor.post(address, {"answer": "Non."}).status_code) == (200, 403)
    assert office.post(address, {"answer": "  "}).status_code == 422
    assert office.post(address, {"answer": "Gardé un an."}).status_code == 302
    late = office.post(address, {"answer": "Effacé."})
    assert (late.status_code, "Effacé." in late.content.decode()) == (422, True)
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by) == ("Gardé un an.", cast.hr())
    assert [office.get(f"/rh/applications/erasurerequest/{pk}/change/").status_code for pk in ("x", "9" * 30)] == [
        404
    ] * 2
