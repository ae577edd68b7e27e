"""The page that follows a file: plain words, the next thing to do, and nothing of what is sealed."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format

from applications import intake
from applications.exchanges import accommodation, contact, objections, pieces
from applications.models import Application
from notices import outbox
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.conftest import MoveClock
from tests.factories import applications as factory
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db
NEEDS = "Une rampe zébrée pour mon fauteuil."
GROUNDS = "Ma note paraît erronée, quadruplement."
PIECE_WORDS = "Votre attestation xylographique manque."


def address(name: str) -> str:
    return reverse(f"applications:{name}", args=[factory.SLUG])


def text(browser: Client, where: str) -> str:
    """The page's main part, as it reads."""
    page = browser.get(where)
    assert page.status_code == 200
    main = page.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    words = re.sub(r"<[^>]*>", " ", re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", main))
    return " ".join(unescape(words).replace("\xa0", " ").split())


def ask(file: Application) -> None:
    requirement = file.posting.requirements.get(code="diplomes")
    pieces.ask(application=file, requirement=requirement, message=PIECE_WORDS, days=5, by=cast.hr())


def test_the_timeline_tells_each_act_in_order_day_by_day(posting: Posting, at: MoveClock) -> None:
    file = factory.submitted(posting, cast.candidate(1))
    accommodation.ask(application=file, needs=NEEDS, by=file.candidate, seen="")
    at("2025-10-29 18:00")
    values = {"phone": "+212 611 111 111", "address": "3, rue des Cèdres", "city": "Fès"}
    contact.correct(application=file, values=values, by=file.candidate, seen=contact.version_of(file))
    factory.close(posting)
    at("2025-10-31 09:00")
    ask(file)
    at("2025-10-31 10:00")
    intake.withdraw(application=file, by=file.candidate)
    browser = cast.signed_in(file.candidate)
    words = text(browser, address("follow"))
    told = [
        "mercredi 29 octobre 2025",
        "Vous avez ouvert un brouillon",
        "Vous avez déposé votre candidature",
        "Vous avez demandé un aménagement",
        "Vous avez corrigé vos coordonnées",
        "jeudi 30 octobre 2025",
        "Le dépôt des candidatures a été clos",
        "vendredi 31 octobre 2025",
        "Une pièce vous a été demandée : Diplômes",
        PIECE_WORDS,
        "Vous avez retiré votre candidature",
    ]
    places = [words.find(one) for one in told]
    assert -1 not in places
    assert places == sorted(places)
    assert NEEDS not in words


def test_nothing_is_to_be_done_until_a_letter_says_so(posting: Posting) -> None:
    file = factory.submitted(posting, cast.candidate(1))
    browser = cast.signed_in(file.candidate)
    assert "Vous n’avez rien à faire." in text(browser, address("follow"))
    factory.close(posting)
    ask(Application.objects.get(pk=file.pk))
    words = text(browser, address("follow"))
    assert "Vous n’avez rien à faire." not in words
    assert "Envoyer la pièce demandée : Diplômes jusqu’au mardi 4 novembre 2025 à 23 h 59" in words


def _neutral(words: str, file: Application) -> str:
    """Less what is the candidate's own, whatever became of it."""
    for own in (file.dossier_code, file.full_name, file.family_name, file.given_names, str(file.candidate.email)):
        words = words.replace(own, "")
    for row in (*file.referees.all(), file):
        for name in ("email", "national_id"):
            words = words.replace(getattr(row, name, "") or "\0", "")
    return words


def test_every_file_of_a_campaign_looks_the_same_until_its_letter() -> None:
    """One inadmissible, one below the threshold, one heard: the same words, but for what letters told the one heard."""
    posting = factory.open_posting()
    files = [factory.submitted(posting, cast.candidate(n)) for n in (1, 2, 3)]
    evaluations.composed(posting)
    factory.close(posting)
    factory.found_inadmissible(files[0], ground="other", reason="Sans suite.")
    for file in files[1:]:
        factory.screening.admit(application=file, by=cast.hr())
    evaluations.assignment.assign_markers(posting=posting, by=cast.hr())
    low = files[1].dossier_code
    evaluations.all_sealed(
        posting,
        marking=lambda sheet, place: (
            (0 if sheet.application.dossier_code == low else 1) * evaluations.good(sheet, place)
        ),
    )
    evaluations.results.close_skills(posting=posting, by=cast.hr())
    states = [Application.objects.get(pk=file.pk).state for file in files]
    assert states == ["inadmissible", "not_shortlisted", "shortlisted"]
    for name in ("overview", "follow", "contact", "accommodation", "withdraw"):
        seen = {_neutral(text(cast.signed_in(file.candidate), address(name)), file) for file in files}
        assert len(seen) == 1, name
    refused = {cast.signed_in(file.candidate).get(address("objection")).status_code for file in files}
    assert refused == {409}


def test_an_invitation_leads_to_the_interview(at: MoveClock) -> None:
    posting = late_stages.scheduled(2)
    file = posting.applications.get(candidate=cast.candidate(1))
    page = cast.signed_in(file.candidate).get(address("follow")).content.decode()
    assert reverse("evaluations:my_interview", args=[posting.slug]) in page
    assert "Une convocation à un entretien vous a été envoyée" in page


def test_after_the_letter_the_page_says_until_when_one_may_object() -> None:
    posting = late_stages.decided(2).posting
    file = posting.applications.get(candidate=cast.candidate(2))
    browser = cast.signed_in(file.candidate)
    assert address("objection") not in browser.get(address("follow")).content.decode()
    for notice in Notice.objects.filter(kind="decision"):
        outbox.approve(notice=notice, by=cast.hr())
    outbox.release_due()
    period = objections.period(file)
    assert period is not None
    words = text(browser, address("follow"))
    last = period.last_day
    assert (
        f"jusqu’au {date_format(last, 'l')} {'1er' if last.day == 1 else last.day} {date_format(last, 'F Y')}" in words
    )
    assert "Contester la décision (recours)" in words
    assert "Retirer ma candidature" not in words
    objections.lodge(application=file, grounds=GROUNDS, by=file.candidate)
    assert "Suivre mon recours" in text(browser, address("follow"))


def test_the_page_costs_the_same_however_much_was_written(posting: Posting) -> None:
    file = factory.submitted(posting, cast.candidate(1))
    browser = cast.signed_in(file.candidate)

    def queries(name: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(address(name))
        return len(captured)

    ask(file)
    accommodation.ask(application=file, needs=NEEDS, by=file.candidate, seen="")
    before = {name: queries(name) for name in ("overview", "follow")}
    for code in ("cv", "lettre-de-motivation", "piece-identite"):
        requirement = posting.requirements.filter(code=code).first() or posting.requirements.last()
        if requirement and not file.piece_requests.filter(requirement=requirement).exists():
            pieces.ask(application=file, requirement=requirement, message="Encore.", days=3, by=cast.hr())
    for n in range(4):
        values = {"phone": f"+212 611 111 11{n}", "address": "3, rue des Cèdres", "city": "Fès"}
        file.refresh_from_db()
        contact.correct(application=file, values=values, by=file.candidate, seen=contact.version_of(file))
    assert {name: queries(name) for name in ("overview", "follow")} == before
