"""The final report: what it says and what it doesn't, when it is issued, and that it stands."""

import hashlib
import subprocess
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application, ObjectionOutcome
from evaluations import final_report, successions
from evaluations.models import Decision, DecisionOutcome, FinalReport
from evaluations.report_record import compile_record
from evaluations.report_words import words
from journal import checkpoint
from journal.models import Entry
from postings.models import Posting
from tests import cast
from tests.factories import late_stages

pytestmark = pytest.mark.django_db


@pytest.fixture
def posting() -> Posting:
    """Decided, and told to everybody."""
    checkpoint.seal()
    return late_stages.notified(4).posting


def text_of(pdf: bytes, folder: Path) -> str:
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
    return " ".join(text.split())


def test_it_tells_the_whole_procedure_by_number(posting: Posting, tmp_path: Path) -> None:
    report = final_report.issue(posting=posting, by=cast.hr())
    text = text_of(final_report.read(report), tmp_path)
    for file in Application.objects.all():
        assert file.dossier_code in text
    for member in late_stages.members(posting):
        assert member.user.full_name in text
    for decision in Decision.objects.all():
        assert decision.reasons in text
    for digest in (posting.notice_sha256, posting.deliberation.minutes_sha256, posting.deliberation.final_sha256):
        assert digest in text
    for title in (
        "Calendrier, d’après le registre", "Les candidatures à chaque étape", "Recevabilité", "Le jury",
        "Évaluation des compétences", "Entretiens", "Références professionnelles", "Délibération et votes",
        "Signature du procès-verbal", "Décision de l’autorité", "Renonciations et appels", "Recours", "Notifications",
        "Annexe A", "Annexe B", "Annexe C",
    ):  # fmt: skip
        assert title in text, title


def test_it_names_no_candidate_but_the_one_retained(posting: Posting, tmp_path: Path) -> None:
    text = text_of(final_report.read(final_report.issue(posting=posting, by=cast.hr())), tmp_path)
    retained = Decision.objects.get(outcome=DecisionOutcome.RETAINED).application
    named = [file.full_name for file in Application.objects.all() if file.full_name in text]
    assert named == [retained.full_name]
    assert not any(file.candidate.email in text for file in Application.objects.all())


def test_it_tells_who_renounced_and_who_was_called_without_their_words(posting: Posting, tmp_path: Path) -> None:
    retained = Application.objects.get(state="retained")
    successions.record_renunciation(application=retained, reason="Un secret de santé.", by=cast.hr())
    called = successions.call_next(posting=posting, by=cast.authority()).called
    objection = called.objections.create(grounds="Mes griefs.", lodged_at=called.submitted_at)
    text = text_of(final_report.read(final_report.issue(posting=posting, by=cast.hr())), tmp_path)
    assert f"Dossier {retained.dossier_code} : renonciation enregistrée" in text
    assert f"Dossier {called.dossier_code}, au rang 1 de la liste complémentaire : appelé" in text
    assert called.full_name in text
    assert "En instance" in text
    assert [secret for secret in ("Un secret de santé", objection.grounds) if secret in text] == []
    assert "" not in ObjectionOutcome.values


def test_it_is_issued_once_and_its_hashes_are_in_the_journal(posting: Posting) -> None:
    report = final_report.issue(posting=posting, by=cast.hr())
    again = final_report.issue(posting=posting, by=cast.hr())
    assert (again.pk, again.sha256) == (report.pk, hashlib.sha256(final_report.read(report)).hexdigest())
    (issued,) = Entry.objects.filter(kind="report.issued")
    (rendered,) = Entry.objects.filter(kind="report.rendered")
    assert issued.facts == {"record_sha256": final_report.record_sha256(report.record)}
    assert rendered.facts == {"sha256": report.sha256}
    assert (issued.actor, rendered.actor) == (cast.hr().actor, "system")


def test_it_waits_until_everybody_is_told() -> None:
    posting = late_stages.decided(2).posting
    with pytest.raises(ValidationError, match="notifiée"):
        final_report.issue(posting=posting, by=cast.hr())
    answer = cast.signed_in(cast.hr()).post(reverse("evaluations:issue_report", args=[posting.slug]))
    assert answer.status_code == 409
    assert "une fois la décision notifiée à tous" in answer.content.decode()
    assert not FinalReport.objects.exists()


def test_hr_alone_issues_and_previews(posting: Posting) -> None:
    for person in (cast.auditor(), cast.authority(), cast.juror(1), cast.candidate(1)):
        with pytest.raises(PermissionDenied):
            final_report.issue(posting=posting, by=person)
        with pytest.raises(PermissionDenied):
            final_report.preview(ruling=posting.ruling, by=person)


def test_the_draft_says_that_it_is_one_and_leaves_nothing(posting: Posting, tmp_path: Path) -> None:
    answer = cast.signed_in(cast.hr()).get(reverse("evaluations:report_preview", args=[posting.slug]))
    text = text_of(answer.content, tmp_path)
    assert "PROJET" in text
    assert not FinalReport.objects.exists()
    report = final_report.issue(posting=posting, by=cast.hr())
    assert "PROJET" not in text_of(final_report.read(report), tmp_path)


def test_a_report_cut_short_is_drawn_when_someone_asks_for_it(posting: Posting) -> None:
    record = compile_record(posting.ruling)
    report = FinalReport.objects.create(posting=posting, record=record, by=cast.hr(), at=posting.ruling.at)
    page = cast.signed_in(cast.authority()).get(reverse("evaluations:report", args=[posting.slug]))
    assert page.status_code == 200
    report.refresh_from_db()
    assert hashlib.sha256(page.content).hexdigest() == report.sha256


def test_what_was_issued_stands(posting: Posting) -> None:
    report = final_report.issue(posting=posting, by=cast.hr())
    for change in ({"record": {}}, {"sha256": "0" * 64}, {"file": "other.pdf"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FinalReport.objects.filter(pk=report.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        report.delete()
    Path(report.file.path).write_bytes(b"%PDF-1.7 another")
    with pytest.raises(ValueError, match="not the one"):
        final_report.read(report)


def test_its_queries_do_not_grow_with_the_files() -> None:
    counts = []
    for number in (4, 6):  # one at least of each outcome
        with transaction.atomic():
            ruling = late_stages.decided(number)
            with CaptureQueriesContext(connection) as queries:
                words(compile_record(ruling))
            counts.append(len(queries))
            transaction.set_rollback(True)
    assert counts[0] == counts[1]


def test_the_papers_are_in_one_place_for_those_who_read_them(posting: Posting) -> None:
    final_report.issue(posting=posting, by=cast.hr())
    url = reverse("evaluations:papers", args=[posting.slug])
    links = ("rapport-final.pdf", "proces-verbal.pdf", "proces-verbal-texte.pdf")
    for person in (cast.hr(), cast.authority(), cast.auditor()):
        page = cast.signed_in(person).get(url)
        assert page.status_code == 200
        assert [link for link in links if link not in page.content.decode()] == []
    assert "listes/dossiers" not in cast.signed_in(cast.authority()).get(url).content.decode()
    assert "listes/dossiers" in cast.signed_in(cast.auditor()).get(url).content.decode()
    for stranger in (cast.juror(1), cast.candidate(1), cast.administrator()):
        assert cast.signed_in(stranger).get(url).status_code == 403


def test_hr_issues_it_and_asks_for_the_archive_from_the_page(posting: Posting) -> None:
    client, url = cast.signed_in(cast.hr()), reverse("evaluations:papers", args=[posting.slug])
    page = client.post(reverse("evaluations:issue_report", args=[posting.slug]), follow=True)
    assert "Le rapport final est établi" in page.content.decode()
    page = client.post(reverse("evaluations:ask_archive", args=[posting.slug]), {"documents": "on"}, follow=True)
    assert "Un processus va la commencer" in page.content.decode()
    archive = posting.archives.get()
    assert (archive.documents, archive.by) == (True, cast.hr())
    assert client.get(reverse("evaluations:archive", args=[posting.slug, archive.pk])).status_code == 404
    posting.archives.update(done=12, total=40)
    assert "12 fichiers sur 40" in client.get(url).content.decode()
