"""What is kept long enough goes, kind by kind, and no sooner; a certificate says what, and the register still verifies."""

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import cancelling
from applications.models import Application, EqualityAnswer, Erasure, Objection, PurgeCertificate
from evaluations import purging, references, tasks
from evaluations.models import ReferenceRequest
from journal import checkpoint, clock, fsck, proofs
from journal.models import Entry
from notices.models import Notice
from pmp_recruit.invariants import broken
from postings.loader import LoadRefused, load
from postings.models import Posting
from tests import cast
from tests.factories import applications as factory
from tests.factories import late_stages
from tests.postings.conftest import folder, spoil  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


def decided() -> Posting:
    """Decided, a referee having answered, with a slip in the urn."""
    posting = late_stages.asked(late_stages.heard(3))
    request = Notice.objects.filter(kind="reference_request").order_by("pk").first()
    assert request is not None
    references.answer(token=late_stages.link_of(request).rstrip("/").rsplit("/", 1)[1], answers={"avis": "Excellent"})
    late_stages.confirmed(posting)
    EqualityAnswer.objects.create(posting=posting, gender="woman")
    session = late_stages.deliberation
    session.open_session(posting=posting, present=late_stages.members(posting), by=cast.juror(1))
    closed = session.close(
        posting=posting, outcome="Unanime.", appreciations=late_stages.appreciations(posting), by=cast.juror(1)
    )
    late_stages.signed(closed)
    late_stages.prepared(posting)
    choices = late_stages.in_jury_order(posting)
    late_stages.decisions.decide(posting=posting, choices=choices, by=cast.authority())
    return posting


def line(posting: Posting, kind: str) -> purging.Line:
    return next(line for line in purging.plan() if (line.posting, line.kind) == (posting, kind))


def move_to_the_end_of(posting: Posting, kind: str, *, seconds: int = 0) -> None:
    due_at = line(posting, kind).due_at
    assert due_at is not None
    clock.move_to(due_at + timedelta(seconds=seconds), by="test", stopped=True)


def test_each_kind_goes_at_its_own_time_and_no_sooner() -> None:
    posting = decided()
    answered = ReferenceRequest.objects.exclude(answers={})
    move_to_the_end_of(posting, "references", seconds=-1)
    tasks.erase_due()
    assert (answered.count(), PurgeCertificate.objects.count()) == (1, 0)
    move_to_the_end_of(posting, "references")
    tasks.erase_due()
    assert (answered.count(), Erasure.objects.count(), EqualityAnswer.objects.count()) == (0, 0, 1)
    move_to_the_end_of(posting, "equality")
    tasks.erase_due()
    assert (EqualityAnswer.objects.count(), Erasure.objects.count()) == (0, 0)
    move_to_the_end_of(posting, "rejected")
    tasks.erase_due()
    assert Erasure.objects.count() == Application.objects.count() == 3
    kinds = [row["kind"] for c in PurgeCertificate.objects.order_by("pk") for row in json.loads(c.content)["purged"]]
    assert kinds[:2] == ["references", "equality"]
    assert "retained" in kinds


def test_the_certificate_is_signed_and_the_register_still_verifies() -> None:
    posting = decided()
    move_to_the_end_of(posting, "rejected")
    tasks.erase_due()
    certificate = PurgeCertificate.objects.get()
    assert sha256(certificate.content.encode()).hexdigest() == certificate.sha256
    entry = Entry.objects.get(kind="data.purged")
    assert entry.facts["sha256"] == certificate.sha256
    for name in (cast.candidate(1).full_name, "Bennis", cast.candidate(1).email):
        assert name not in certificate.content + entry.body
    checkpoint.seal()
    address = reverse("admin:applications_purgecertificate_file", args=[certificate.pk])
    whole = json.loads(cast.signed_in(cast.auditor()).get(address).content)
    verdict = proofs.verify_here(whole["proof"])
    assert (verdict.code, whole["certificate"]) == (proofs.verify_here(proofs.prove(entry)).code, certificate.content)
    assert (fsck.check(), broken()) == ([], {})
    submitted = Entry.objects.filter(kind="application.submitted").first()
    assert submitted is not None
    assert proofs.verify_here(proofs.prove(submitted)).code == verdict.code  # what was erased is proved still
    for write in (lambda: PurgeCertificate.objects.update(sha256="0"), PurgeCertificate.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
    tasks.erase_due()
    assert PurgeCertificate.objects.count() == 1


def test_nothing_goes_while_a_recourse_is_open() -> None:
    posting = decided()
    one = Application.objects.first()
    assert one is not None
    objection = Objection.objects.create(application=one, grounds="Je conteste.", lodged_at=clock.now())
    move_to_the_end_of(posting, "rejected")
    tasks.erase_due()
    assert (Erasure.objects.count(), ReferenceRequest.objects.exclude(answers={}).count()) == (0, 1)
    assert EqualityAnswer.objects.count() == 1
    page = cast.signed_in(cast.hr()).get(reverse("admin:applications_purgecertificate_changelist")).content.decode()
    assert "un recours attend sa réponse" in page
    objection.outcome, objection.answer = "dismissed", "Rejeté."
    objection.answered_at, objection.answered_by = clock.now(), cast.hr()
    objection.save()
    tasks.erase_due()
    assert Erasure.objects.count() == 3


def test_the_page_says_what_is_due_when_at_a_constant_cost(posting: Posting) -> None:
    browser = cast.signed_in(cast.administrator())
    address = reverse("admin:applications_purgecertificate_changelist")
    browser.get(address)
    with CaptureQueriesContext(connection) as few:
        shown = browser.get(address).content.decode()
    assert "procédure en cours" in shown
    for n in range(1, 4):
        factory.draft(posting, cast.candidate(n))
    with CaptureQueriesContext(connection) as many:
        browser.get(address)
    assert len(many) == len(few)


def test_a_cancelled_posting_keeps_its_files_for_their_time_too(posting: Posting) -> None:
    factory.draft(posting, cast.candidate(1))
    factory.submitted(posting, cast.candidate(2))
    cancelling.cancel(posting=posting, reason="Supprimé.", by=cast.hr())
    move_to_the_end_of(posting, "drafts", seconds=-1)
    tasks.erase_due()
    assert Erasure.objects.count() == 0
    move_to_the_end_of(posting, "drafts")
    tasks.erase_due()
    assert [erasure.application.state for erasure in Erasure.objects.all()] == ["draft"]
    move_to_the_end_of(posting, "rejected")
    tasks.erase_due()
    assert (Erasure.objects.count(), fsck.check(), broken()) == (2, [], {})


def test_periods_outlast_a_recourse(spoil: Callable[..., Path]) -> None:  # noqa: F811
    with pytest.raises(LoadRefused, match="conservation"):
        load(spoil("rejected = 365", "rejected = 30"))


def test_a_published_postings_periods_stand(posting: Posting) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.update(retention={"drafts": 1})
