"""The candidate's pages in every state that they have, each looked at by axe and by eye for size: none may fall short."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.urls import reverse

from applications import equality, intake
from applications.exchanges import accommodation, contact, objections, pieces
from applications.models import Application
from journal import clock
from notices import outbox
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.browser.conftest import OpenPage, press
from tests.browser.soundness import Inspector
from tests.conftest import MoveClock
from tests.factories import applications as factory
from tests.factories import late_stages

#: Types into the page's own form, whatever its fields would accept, and sends it as the browser does.
SEND = """
    values => {
        const form = [...document.querySelectorAll('main form[method=post]')].find(f => Object.keys(values).every(k => f.elements[k]));
        for (const [name, value] of Object.entries(values)) {
            form.elements[name].value = value;
        }
        form.submit();
    }
"""


def address(name: str, *more: object) -> str:
    return reverse(f"applications:{name}", args=[factory.SLUG, *more])


@pytest.fixture
def inspector(open_page: OpenPage) -> Iterator[Inspector]:
    """The first candidate at their pages; the test fails for whatever was found on any of them."""
    found = Inspector(open_page(user=cast.candidate(1)))
    yield found
    if found.found:
        pytest.fail("\n".join(found.found))


def send(inspector: Inspector, name: str, words: str, **values: str) -> None:
    """Send a page's form with these values, and look at the answer."""
    inspector.page.goto(address(name))
    with inspector.page.expect_navigation():
        inspector.page.evaluate(SEND, values)
    inspector.stay(words)


def released() -> Application:
    """The second candidate's file: not the retained one, its letter out."""
    posting = late_stages.decided(2).posting
    for notice in Notice.objects.filter(kind="decision"):
        outbox.approve(notice=notice, by=cast.hr())
    outbox.release_due()
    return posting.applications.get(candidate=cast.candidate(1))


def test_a_draft_in_its_states(posting: Posting, inspector: Inspector) -> None:
    inspector.visit("/candidature/", address("overview"))
    factory.draft(posting, cast.candidate(1))
    inspector.visit("/candidature/", *(reverse(f"applications:{n}") for n in ("own_data", "close_account")))
    inspector.visit(address("erase"), "/compte/gerer/", address("withdraw"))
    send(inspector, "career", "career, refused", years_of_experience="999")
    send(inspector, "referees", "referees, refused", **{"referents-0-email": "pas une adresse"})
    send(inspector, "answers", "answers, too long", **{"question-droit-public": "x" * 4001})
    inspector.page.goto(address("documents"))
    wrong = {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": b"PK\x03\x04word/document.xml" * 100}
    inspector.page.locator("#section-cv input[type=file]").set_input_files(wrong)  # type: ignore[arg-type]
    inspector.page.get_by_text("c’est un document Word").first.wait_for()
    inspector.stay("document, refused at once")
    inspector.page.goto(address("review"))
    token = inspector.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    refused = inspector.page.request.post(address("review"), form={"csrfmiddlewaretoken": token})
    assert refused.status == 422


def test_a_plain_form_refuses_a_document(posting: Posting, open_page: OpenPage) -> None:
    factory.draft(posting, cast.candidate(1))
    page = open_page(user=cast.candidate(1), narrow=True, javascript=False)
    page.goto(address("documents"))
    wrong = {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": b"PK\x03\x04word/document.xml" * 100}
    page.locator("#section-cv input[type=file]").set_input_files(wrong)  # type: ignore[arg-type]
    page.locator("#section-cv").get_by_role("button", name="Envoyer").click()
    page.wait_for_load_state()
    assert page.title().replace("\u00a0", " ").startswith("Erreur : Brouillon non déposé — Pièces")
    assert page.locator(".pmp-errors").evaluate("e => e === document.activeElement")


def test_after_the_hour_in_its_states(posting: Posting, inspector: Inspector) -> None:
    factory.complete_draft(posting, cast.candidate(1))
    late = inspector.page.context.new_page()
    late.goto(address("review"))
    factory.close(posting)
    press(late, "Déposer ma candidature")
    assert "trop tard" in late.locator("h1").inner_text()
    inspector.visit(address("overview"), address("identity"), address("documents"), address("follow"), address("erase"))


def test_nobody_opens_a_draft_after_the_hour(posting: Posting, inspector: Inspector) -> None:
    factory.close(posting)
    inspector.visit(address("overview"), "/candidature/")


def test_a_submitted_file_in_its_states(posting: Posting, inspector: Inspector) -> None:
    file = factory.submitted(posting, cast.candidate(1))
    inspector.page.goto(address("proof"))
    inspector.stay("a proof not sealed yet")
    equality.settle(application=file, answers={}, by=file.candidate)
    inspector.visit(address("equality"), address("erase"))
    factory.close(posting)
    values = {"phone": "+212 600 000 111", "address": "1, rue Neuve", "city": "Salé"}
    contact.correct(application=file, values=values, by=file.candidate, seen=contact.version_of(file))
    inspector.visit(address("contact"))
    send(inspector, "contact", "contact, another tab was quicker", city="Fès", seen="0")
    need = accommodation.ask(application=file, needs="Une rampe.", by=file.candidate, seen="")
    inspector.visit(address("accommodation"))
    seen = accommodation.version_of(need)
    accommodation.answer(accommodation=need, answer="Elle sera là.", by=cast.hr(), seen=seen)
    inspector.visit(address("accommodation"), address("follow"))
    intake.withdraw(application=file, by=file.candidate)
    inspector.visit(*map(address, ("overview", "receipt", "follow", "withdraw")))


def test_a_requested_piece_in_its_states(posting: Posting, inspector: Inspector) -> None:
    file = factory.submitted(posting, cast.candidate(1))
    factory.close(posting)
    requirement = posting.requirements.get(code="diplomes")
    asked = pieces.ask(application=file, requirement=requirement, message="Illisible.", days=5, by=cast.hr())
    inspector.visit(address("piece", asked.public_id))
    pieces.receive(request=asked, files=[("net.pdf", factory.pdf("net"))], by=file.candidate)
    inspector.visit(address("piece", asked.public_id), address("overview"), address("follow"))
    clock.move_to(asked.due_at + timedelta(days=1), by="test", stopped=True)
    inspector.visit(address("piece", asked.public_id))


def test_a_decided_file_in_its_states(inspector: Inspector, mailbox: object) -> None:
    file = released()
    inspector.visit(*map(address, ("overview", "receipt", "follow", "objection", "erase")))
    lodged = objections.lodge(application=file, grounds="Ma note.", by=file.candidate)
    inspector.visit(address("objection"), address("follow"))
    by = cast.account("rh2@pmp.example", "Brahim Sqalli", cast.hr().role)
    objections.answer(objection=lodged, outcome="dismissed", answer="La grille est suivie.", by=by)
    inspector.visit(address("objection"), address("overview"))


def test_a_recourse_too_late(inspector: Inspector, mailbox: object) -> None:
    file = released()
    period = objections.period(file)
    assert period is not None
    inspector.page.goto(address("objection"))
    inspector.page.locator("textarea").fill("Trop tard.")
    clock.move_to(period.ends_at, by="test", stopped=True)
    press(inspector.page, "Envoyer mon recours")
    inspector.stay("a recourse too late")
    inspector.visit(address("objection"))


def test_refusals_have_pages_too(posting: Posting, inspector: Inspector, settings: LazySettings, at: MoveClock) -> None:
    factory.draft(posting, cast.candidate(1))
    inspector.page.goto(address("identity"))
    inspector.page.evaluate(
        "for (const e of document.getElementsByName('csrfmiddlewaretoken')) e.value = 'z'.repeat(64)"
    )
    with inspector.page.expect_navigation():
        inspector.page.evaluate("document.querySelector('main form[method=post]').submit()")
    assert inspector.page.title().startswith("Votre demande n’a pas été prise en compte")
    inspector.stay("a form of an older session")
    settings.PMP_MAX_BODY = 10
    inspector.page.goto(address("identity"))
    with inspector.page.expect_navigation():
        inspector.page.evaluate("document.querySelector('main form[method=post]').submit()")
    inspector.stay("a body too large")
