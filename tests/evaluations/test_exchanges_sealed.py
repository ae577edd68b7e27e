"""What passes between a candidate and HR, as the jury, its chair and the authority see it: not at all."""

import pytest
from django.urls import reverse

from applications.exchanges import accommodation, objections, pieces
from applications.models import Application, Document
from notices import outbox
from notices.models import Notice
from postings.models import Posting, Stage
from tests import cast
from tests.cast import signed_in
from tests.evaluations.test_blind import crawl
from tests.factories import applications as factory
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db
NEEDS, ANSWER = "Une rampe zébrée pour mon fauteuil.", "La salle zinguée du rez-de-chaussée vous attend."
WORDS, GROUNDS = "Votre attestation xylographique manque.", "Ma note paraît quadruplement erronée."
SECRETS = ("zébrée", "zinguée", "xylographique", "quadruplement", "fauteuil")


def written(file: Application) -> Document:
    """A need told and answered, a piece asked for and sent."""
    asked = accommodation.ask(application=file, needs=NEEDS, by=file.candidate, seen="")
    seen = accommodation.version_of(asked)
    accommodation.answer(accommodation=asked, answer=ANSWER, by=cast.hr(), seen=seen)
    requirement = file.posting.requirements.get(code="diplomes")
    request = pieces.ask(application=file, requirement=requirement, message=WORDS, days=5, by=cast.hr())
    return pieces.receive(request=request, files=[("net.pdf", factory.pdf("net"))], by=file.candidate)


def told(posting: Posting, people: list[object]) -> set[tuple[str, str]]:
    """Each page of these people that says a word of it."""
    return {
        (address, word)
        for person in people
        for address, page in crawl(signed_in(person)).items()  # type: ignore[arg-type]
        for word in (*SECRETS, *(["aménagement", "recours"] if address.startswith("/evaluation/") else []))
        if word in page.partition("<main")[2]
    }


def test_the_blind_stage_knows_nothing_of_it() -> None:
    posting = evaluations.assigned(2)
    document = written(posting.applications.first())  # type: ignore[arg-type]
    people = [cast.juror(n) for n in (1, 2, 3)]
    for sheet in evaluations.sheets(posting):
        evaluations.declared(sheet)
    assert told(posting, [*people, cast.authority()]) == set()
    for sheet in evaluations.sheets(posting):
        guess = reverse("evaluations:document", args=[sheet.application.dossier_code, document.public_id])
        assert signed_in(sheet.member.user).get(guess).status_code == 404


def test_the_interview_shows_the_piece_as_come_later_and_no_word_of_the_rest() -> None:
    posting = late_stages.scheduled(2)
    file = posting.applications.get(candidate=cast.candidate(1))
    document = written(file)
    sheet = next(s for s in evaluations.sheets(posting, Stage.INTERVIEW) if s.application_id == file.pk)
    evaluations.declared(sheet)
    browser = signed_in(sheet.member.user)
    page = browser.get(reverse("evaluations:sheet", args=[file.dossier_code, Stage.INTERVIEW])).content.decode()
    assert "reçue après le dépôt, à la demande" in page
    address = reverse("evaluations:document", args=[file.dossier_code, document.public_id])
    assert b"".join(browser.get(address).streaming_content).startswith(b"%PDF-")
    assert told(posting, [cast.juror(n) for n in (1, 2, 3, 4, 5)]) == set()


def test_the_minutes_and_the_authority_know_nothing_of_it_nor_of_a_recourse() -> None:
    posting = late_stages.heard(2)
    file = posting.applications.get(candidate=cast.candidate(1))
    written(file)
    late_stages.verified(posting)
    chair = cast.juror(1)
    late_stages.deliberation.open_session(posting=posting, present=late_stages.members(posting), by=chair)
    said = late_stages.appreciations(posting)
    closed = late_stages.deliberation.close(posting=posting, outcome="Unanimité.", appreciations=said, by=chair)
    assert [word for word in SECRETS if word in str(closed.record)] == []
    late_stages.prepared(late_stages.signed(closed).posting)
    late_stages.decisions.decide(posting=posting, choices=late_stages.in_jury_order(posting), by=cast.authority())
    for notice in Notice.objects.filter(kind="decision"):
        outbox.approve(notice=notice, by=cast.hr())
    outbox.release_due()
    objections.lodge(application=file, grounds=GROUNDS, by=file.candidate)
    assert told(posting, [chair, cast.juror(2), cast.authority()]) == set()
