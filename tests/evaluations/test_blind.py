"""The blind stage: a marker who follows every link and reads every byte learns nobody's identity."""

import re
from datetime import date
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from applications import documents, drafts, intake, screening
from applications.models import Application
from evaluations import assignment
from evaluations.models import ScoreSheet
from postings.models import Posting, Stage
from tests import cast
from tests.cast import signed_in
from tests.factories import applications, evaluations

pytestmark = pytest.mark.django_db
LINK = re.compile(r"""(?:href|src|action|data-autosave|hx-get)=["']([^"'#]*)""")
#: Leaving, and what is the same for everyone.
SKIPPED = ("/static/", "/connexion/", "/compte/quitter", "/repetition/")


def crawl(client: Client) -> dict[str, str]:
    """Every page and file that a signed-in person reaches by links from the front page and their desk."""
    seen: dict[str, str] = {}
    waiting = ["/", reverse("evaluations:jury"), reverse("accounts:home")]
    while waiting:
        address = waiting.pop()
        if address in seen or address.startswith(SKIPPED) or "deconnexion" in address or "logout" in address:
            continue
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        seen[address] = unescape(f"{headers}\n{body.decode('utf-8', 'replace')}")
        links = LINK.findall(seen[address]) + [response.headers.get("Location", "")]
        for link in links:
            target = urlsplit(urljoin(f"http://testserver{address}", link))
            if target.netloc == "testserver" and target.scheme == "http":
                waiting.append(target.path + (f"?{target.query}" if target.query else ""))
    return seen


def identities(application: Application) -> set[str]:
    """All that tells who the candidate is."""
    person = application.candidate
    words = {application.family_name, application.given_names, person.full_name, person.email, application.phone}
    words |= {application.national_id, application.address, application.current_employer}
    for post in application.career.all():
        words |= {post.employer, post.title}
    for referee in application.referees.all():
        words |= {referee.name, referee.email, referee.organisation}
    for document in application.documents.all():
        words |= {document.name, str(document.public_id), document.sha256}
    return {word for word in words if word}


def found(pages: dict[str, str], posting: Posting) -> set[tuple[str, str]]:
    """Each page with each identity that it gives away. A form's random token is left out: it spells any short name one day."""
    needles = {needle for file in posting.applications.all() for needle in identities(file)}
    assert len(needles) > 20
    return {
        (address, needle)
        for address, text in pages.items()
        for readable in [re.sub(r"\b[A-Za-z0-9]{64}\b", "", text).casefold()]
        for needle in needles
        if needle.casefold() in readable
    }


def submit(posting: Posting, candidate: User, answer: str) -> Application:
    """A file whose every identifying word is unlike any other on the site."""
    application = applications.complete_draft(posting, candidate)
    employer = f"Comptoir {candidate.pk} des Zelliges"
    post = {"title": f"Grand intendant {candidate.pk}", "employer": employer, "started": date(2015, 1, 5)}
    summary = {"current_employer": employer, "current_position": post["title"]}
    drafts.save_career(application=application, values=summary, posts=[post], by=candidate)
    answers = {question.code: answer for question in posting.questions.all()}
    drafts.save_answers(application=application, answers=answers, by=candidate)
    for document in application.documents.all():
        documents.remove(document=document, by=candidate)
    for requirement in posting.requirements.filter(required=True):
        upload = applications.upload(f"{candidate} {requirement.code}", name=f"{requirement.code} {candidate}.pdf")
        documents.attach(application=application, requirement=requirement, files=[upload], by=candidate)
    return intake.submit(application=application, by=candidate)


def campaign(answer: str = "Une réponse qui ne dit rien de personne.") -> Posting:
    posting = applications.open_posting()
    evaluations.composed(posting)
    files = [submit(posting, cast.candidate(n), answer) for n in range(1, 5)]
    applications.close(posting)
    for file in files:
        screening.admit(application=file, by=cast.hr())
    assignment.assign_markers(posting=posting, by=cast.hr())
    return posting


def mark_everything(client: Client, sheets: list[ScoreSheet]) -> dict[str, str]:
    """Declare, mark, save, seal through the pages; every answer that came back."""
    answers = {}
    for sheet in sheets:
        where = [sheet.application.dossier_code, sheet.stage]
        marks = {f"value-{score.criterion.code}": "12,5" for score in sheet.scores.all()}
        for name, body in [
            ("declare", {"conflict": "no"}),
            ("save", {**marks, "appreciation": "Bien"}),
            ("sheet", {"appreciation": "Très bien"}),
            ("seal", {}),
        ]:
            address = reverse(f"evaluations:{name}", args=where)
            answers[f"POST {address}"] = unescape(client.post(address, body, follow=True).content.decode())
    return answers


def of_juror(posting: Posting, n: int) -> list[ScoreSheet]:
    return [sheet for sheet in evaluations.sheets(posting) if sheet.member.user == cast.juror(n)]


@pytest.mark.parametrize("n", [1, 2])
def test_a_marker_who_reads_everything_finds_no_identity(n: int) -> None:
    """The chair (1) and a member (2): before declaring, while marking, and once everything is sealed."""
    posting = campaign()
    client = signed_in(cast.juror(n))
    own = of_juror(posting, n)
    before = crawl(client)
    assert found(before, posting) == set()
    answers = mark_everything(client, own)
    during = crawl(client)
    for sheet in own:
        assert reverse("evaluations:sheet", args=[sheet.application.dossier_code, Stage.SKILLS]) in during
    assert found(answers | during, posting) == set()
    evaluations.all_sealed(posting)
    after = crawl(client)
    assert reverse("evaluations:file", args=[own[0].application.dossier_code, Stage.SKILLS]) in after
    assert found(after, posting) == set()


def test_the_crawler_finds_a_name_that_stands_in_an_answer() -> None:
    posting = campaign(answer="Bien à vous, Salma BENNIS, candidat1@exemple.example")
    sheet = of_juror(posting, 1)[0]
    evaluations.declared(sheet)
    caught = found(crawl(signed_in(cast.juror(1))), posting)
    address = reverse("evaluations:sheet", args=[sheet.application.dossier_code, Stage.SKILLS])
    assert {needle for where, needle in caught if where == address} == {
        "Bennis",
        "Salma",
        "Salma Bennis",
        "candidat1@exemple.example",
    }


def test_no_address_of_a_document_opens_to_a_marker_at_the_blind_stage() -> None:
    posting = campaign()
    client = signed_in(cast.juror(1))
    for sheet in of_juror(posting, 1):
        evaluations.declared(sheet)
        for document in sheet.application.documents.all():
            guess = reverse("evaluations:document", args=[sheet.application.dossier_code, document.public_id])
            assert client.get(guess).status_code == 404
            in_admin = f"/rh/applications/application/{sheet.application.pk}/"
            assert client.get(in_admin).status_code in {302, 403, 404}


def test_blind_addresses_name_a_file_by_its_code_alone_and_no_page_tells_when_it_came() -> None:
    posting = campaign()
    client = signed_in(cast.juror(1))
    own = of_juror(posting, 1)
    mark_everything(client, own)
    pages = {address: text for address, text in crawl(client).items() if address.startswith("/evaluation/")}
    codes = {file.dossier_code for file in posting.applications.all()}
    named = {code for text in pages.values() for code in re.findall(r"/jury/dossiers/([^/\"]+)/", text)}
    assert named == {sheet.application.dossier_code for sheet in own} or named == codes
    for text in pages.values():
        assert "29 octobre 2025" not in text.replace("\xa0", " ").split("<main")[-1].split("</main")[0]
