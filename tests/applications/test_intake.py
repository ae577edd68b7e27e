"""Opening, submitting and withdrawing: the acts, and what they leave behind."""

import re
from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.urls import reverse

from applications import drafts, intake
from applications.models import Application, LateAttempt
from applications.transitions import MoveRefused
from journal.append import canonical
from journal.models import Entry
from notices.models import Notice
from tests import cast
from tests.conftest import MoveClock
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db


def kinds(application: Application) -> list[str]:
    return list(Entry.objects.filter(subject=application.subject).values_list("kind", flat=True))


def submit_over_http(application: Application) -> int:
    client = cast.signed_in(application.candidate)
    return client.post(reverse("applications:review", args=[factory.SLUG])).status_code


def test_start_twice_gives_the_same_draft() -> None:
    posting, candidate = factory.open_posting(), cast.candidate()
    first = intake.start(posting=posting, by=candidate)
    assert intake.start(posting=posting, by=candidate) == first
    assert kinds(first) == ["application.started"]


def test_dossier_code_is_crockford_and_unguessable() -> None:
    codes = {intake._new_code() for _n in range(2000)}
    assert len(codes) == 2000
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)


def test_start_draws_again_when_the_code_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    posting = factory.open_posting()
    taken = intake.start(posting=posting, by=cast.candidate(1)).dossier_code
    codes = iter([taken, taken, "ABCD-EFGH"])
    monkeypatch.setattr(intake, "_new_code", lambda: next(codes))
    assert intake.start(posting=posting, by=cast.candidate(2)).dossier_code == "ABCD-EFGH"


@pytest.mark.parametrize("person", [cast.hr, cast.juror, cast.authority, cast.auditor, cast.administrator])
def test_start_is_for_candidates(person: type) -> None:
    posting = factory.open_posting()
    with pytest.raises(PermissionDenied):
        intake.start(posting=posting, by=person())


@pytest.mark.parametrize("moment", ["2025-10-01 08:59:59.999", "2025-10-30 16:30"])
def test_start_needs_an_open_intake(at: MoveClock, moment: str) -> None:
    posting = factory.open_posting()
    at(moment)
    with pytest.raises(ValidationError):
        intake.start(posting=posting, by=cast.candidate())


def test_last_millisecond_before_the_deadline_is_accepted(at: MoveClock) -> None:
    application = factory.complete_draft(factory.open_posting(), cast.candidate())
    moment = at("2025-10-30 16:29:59.999")
    assert submit_over_http(application) == 302
    application.refresh_from_db()
    assert (application.state, application.submitted_at) == ("submitted", moment)


@pytest.mark.parametrize("moment", ["2025-10-30 16:30:00.000", "2025-10-30 16:30:00.001", "2025-10-31 09:00"])
def test_the_deadline_itself_is_too_late(at: MoveClock, moment: str) -> None:
    application = factory.complete_draft(factory.open_posting(), cast.candidate())
    late = at(moment)
    page = cast.signed_in(application.candidate).post(reverse("applications:review", args=[factory.SLUG]))
    assert page.status_code == 409
    application.refresh_from_db()
    assert application.state == "draft"
    attempt = LateAttempt.objects.get()
    assert (attempt.at, attempt.closes_at) == (late, application.posting.closes_at)
    assert kinds(application) == ["application.started", "application.refused_late"]
    assert "Votre dépôt est arrivé trop tard" in page.content.decode()
    assert not Notice.objects.filter(kind="receipt").exists()


def test_submitted_file_has_a_manifest_that_anyone_can_hash_again() -> None:
    application = factory.submitted(factory.open_posting(), cast.candidate())
    client = cast.signed_in(application.candidate)
    content = client.get(reverse("applications:manifest", args=[factory.SLUG])).content
    assert sha256(content).hexdigest() == application.manifest_sha256
    manifest = application.manifest
    assert manifest is not None
    assert content.decode() == canonical(manifest)
    stored = [(d.requirement.code, d.name, d.size, d.pages, d.sha256) for d in application.documents.all()]
    listed = [
        tuple(d[key] for key in ("requirement", "name", "size", "pages", "sha256")) for d in manifest["documents"]
    ]
    assert listed == stored
    assert manifest["posting_sha256"] == application.posting.content_sha256


def test_journal_holds_the_manifest_hash_and_nothing_of_the_person() -> None:
    application = factory.submitted(factory.open_posting(), cast.candidate())
    entry = Entry.objects.get(kind="application.submitted")
    assert entry.facts["manifest_sha256"] == application.manifest_sha256
    assert entry.leaf_hash == application.entry_hash
    assert entry.at == application.submitted_at
    told = "".join(Entry.objects.filter(subject=application.subject).values_list("body", flat=True))
    for secret in (application.family_name, application.candidate.email, application.national_id):
        assert secret not in told


def test_submit_twice_gives_the_same_receipt(at: MoveClock) -> None:
    application = factory.submitted(factory.open_posting(), cast.candidate())
    at("2025-10-30 18:00")
    again = intake.submit(application=application, by=application.candidate)
    assert (again.submitted_at, again.entry_hash) == (application.submitted_at, application.entry_hash)
    assert kinds(application) == ["application.started", "application.submitted"]
    receipt = Notice.objects.get(kind="receipt")
    assert receipt.context["entry_hash"] == application.entry_hash
    assert submit_over_http(application) == 302


def test_incomplete_file_is_refused_with_all_that_lacks() -> None:
    application = factory.draft(factory.open_posting(), cast.candidate())
    page = cast.signed_in(application.candidate).post(reverse("applications:review", args=[factory.SLUG]))
    assert page.status_code == 422
    words = page.content.decode()
    for lacking in (
        "Nom de famille",
        "Curriculum vitæ",
        "2 référents au moins",
        "Réponse à la question 5",
        "Déclaration",
    ):
        assert lacking in words
    application.refresh_from_db()
    assert application.state == "draft"


def test_submit_is_for_the_candidate_alone() -> None:
    application = factory.complete_draft(factory.open_posting(), cast.candidate(1))
    for person in (cast.candidate(2), cast.hr()):
        with pytest.raises(Http404):
            intake.submit(application=application, by=person)


def test_submitted_file_takes_no_change() -> None:
    application = factory.submitted(factory.open_posting(), cast.candidate())
    with pytest.raises(drafts.NotEditable):
        drafts.save_identity(application=application, values={"city": "Fès"}, by=application.candidate)


def test_withdraw_over_http_is_once_and_told(at: MoveClock) -> None:
    application = factory.submitted(factory.open_posting(), cast.candidate())
    client = cast.signed_in(application.candidate)
    assert [client.post(reverse("applications:withdraw", args=[factory.SLUG])).status_code for _n in range(2)] == [
        302,
        302,
    ]
    application.refresh_from_db()
    assert application.state == "withdrawn"
    assert kinds(application).count("application.withdrawn") == 1
    assert Notice.objects.filter(kind="withdrawn").count() == 1


def test_draft_is_not_withdrawn() -> None:
    application = factory.draft(factory.open_posting(), cast.candidate())
    with pytest.raises(MoveRefused):
        intake.withdraw(application=application, by=application.candidate)
