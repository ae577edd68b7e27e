"""After the submission, as lived on a telephone: a piece asked for, contact details, a need, a recourse."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from applications.exchanges import accommodation, objections, pieces
from applications.models import Accommodation, Application, ContactCorrection, Document, Objection, Upload
from notices import outbox
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.browser.conftest import OpenPage, press
from tests.browser.soundness import Inspector
from tests.browser.test_uploads import heavy, throttle, under_way
from tests.factories import applications as factory
from tests.factories import late_stages


def address(name: str, *more: object) -> str:
    return reverse(f"applications:{name}", args=[factory.SLUG, *more])


@pytest.fixture
def file(posting: Posting) -> Application:
    application = factory.submitted(posting, cast.candidate(1))
    factory.close(posting)
    application.refresh_from_db()
    return application


def decided() -> Application:
    """A file whose decision's letter is out."""
    posting = late_stages.decided(2).posting
    for notice in Notice.objects.filter(kind="decision"):
        outbox.approve(notice=notice, by=cast.hr())
    outbox.release_due()
    return posting.applications.get(candidate=cast.candidate(2))


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(words))


def ask_as_hr(file: Application, page: Page) -> None:
    page.goto(reverse("admin:applications_application_change", args=[file.pk]))
    page.get_by_role("link", name="Demander une pièce").click()
    page.get_by_label("Pièce").select_option("diplomes")
    page.get_by_label("Ce que le candidat doit envoyer").fill("Le diplôme est illisible : envoyez une copie nette.")
    press(page, "Relire le courriel avant l’envoi")
    expect(page.locator(".pmp-letter-text")).to_contain_text("Le diplôme est illisible")
    press(page, "Demander la pièce et prévenir le candidat")
    expect(page.locator(".messagelist")).to_contain_text("La pièce est demandée")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_piece_is_asked_for_and_sent(
    file: Application, open_page: OpenPage, tmp_path: Path, javascript: bool
) -> None:
    ask_as_hr(file, open_page(user=cast.hr()))
    page = open_page(narrow=True, user=file.candidate, javascript=javascript)
    page.goto(address("overview"))
    page.get_by_role("link", name="Envoyer la pièce : Diplômes").click()
    heading(page, r"Pièce demandée\s: Diplômes")
    wrong, right = tmp_path / "notes.txt", tmp_path / "diplome.pdf"
    wrong.write_bytes(b"ceci n'est pas un PDF")
    right.write_bytes(factory.pdf("diplôme net"))
    choose_piece(page, wrong, javascript=javascript)
    expect(page.locator(".pmp-field-error").first).to_contain_text("PDF")
    if not javascript:
        expect(page).to_have_title(re.compile("^Erreur"))
    choose_piece(page, right, javascript=javascript)
    expect(page.get_by_role("heading", name="Pièce reçue")).to_be_visible()
    expect(page.locator("main")).to_contain_text(Document.objects.get(request__isnull=False).sha256)


def choose_piece(page: Page, path: Path, *, javascript: bool = True) -> None:
    """With JavaScript, choosing is sending."""
    page.locator("input[type=file]").set_input_files(path)
    if not javascript:
        page.get_by_role("button", name="Envoyer la pièce").click()


def test_a_piece_survives_a_cut_line_and_a_reload(file: Application, open_page: OpenPage, tmp_path: Path) -> None:
    requirement = file.posting.requirements.get(code="diplomes")
    asked = pieces.ask(application=file, requirement=requirement, message="Illisible.", days=5, by=cast.hr())
    (tmp_path / "diplome.pdf").write_bytes(heavy())
    page = open_page(narrow=True, user=file.candidate)
    page.goto(address("piece", asked.public_id))
    line = throttle(page)
    choose_piece(page, tmp_path / "diplome.pdf")
    under_way(page.locator("[data-code=diplomes]"))
    page.context.set_offline(True)
    expect(page.locator("[data-words]")).to_contain_text("rien n’est perdu")
    assert Upload.objects.get().received > 0
    page.context.set_offline(False)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    line.detach()
    expect(page.get_by_role("heading", name="Pièce reçue")).to_be_visible(timeout=30_000)
    document = Document.objects.get(request=asked)
    with document.file.open("rb") as kept:
        assert kept.read() == heavy()
    assert Upload.objects.count() == 0


def test_contact_details_are_corrected_in_two_tabs(file: Application, open_page: OpenPage) -> None:
    first, second = open_page(narrow=True, user=file.candidate), open_page(user=file.candidate)
    for page in (first, second):
        page.goto(address("contact"))
    first.get_by_label("Ville").fill("Fès")
    press(first, "Corriger mes coordonnées")
    expect(first.locator(".pmp-messages")).to_contain_text("Vos coordonnées sont corrigées")
    second.get_by_label("Ville").fill("Oujda")
    press(second, "Corriger mes coordonnées")
    expect(second.locator(".pmp-errors")).to_contain_text("ont changé entre-temps")
    expect(second.locator(".pmp-errors")).to_be_focused()
    expect(second.get_by_label("Ville")).to_have_value("Oujda")
    press(second, "Corriger mes coordonnées")
    expect(second.locator(".pmp-messages")).to_contain_text("Vos coordonnées sont corrigées")
    assert [c.current["city"] for c in ContactCorrection.objects.all()] == ["Fès", "Oujda"]


def test_a_need_is_told_and_answered(file: Application, open_page: OpenPage) -> None:
    page = open_page(narrow=True, user=file.candidate)
    page.goto(address("follow"))
    page.get_by_role("link", name="Demander un aménagement").click()
    press(page, "Transmettre ma demande")
    expect(page.locator(".pmp-errors")).to_be_focused()
    page.get_by_label("Ce dont vous avez besoin").fill("Un accès sans escalier.")
    press(page, "Transmettre ma demande")
    expect(page.locator(".pmp-messages")).to_contain_text("à lui seul")
    hr = open_page(user=cast.hr())
    hr.goto(reverse("admin:index"))
    hr.get_by_role("link", name="1 aménagement à répondre").click()
    hr.get_by_role("link", name=file.dossier_code).click()
    hr.get_by_label("Réponse").fill("Une salle au rez-de-chaussée vous attend.")
    press(hr, "Répondre")
    expect(hr.locator(".messagelist")).to_contain_text("La réponse est donnée")
    page.goto(address("accommodation"))
    expect(page.locator("main")).to_contain_text("Une salle au rez-de-chaussée vous attend.")
    assert Accommodation.objects.get().answered_by == cast.hr()


def test_a_recourse_is_lodged_and_answered(open_page: OpenPage) -> None:
    file = decided()
    page = open_page(narrow=True, user=file.candidate)
    page.goto(address("overview"))
    page.get_by_role("link", name="Contester la décision (recours)").click()
    page.get_by_label("Ce que vous contestez").fill("Ma note d’entretien ne suit pas les critères.")
    press(page, "Envoyer mon recours")
    expect(page.locator(".pmp-messages")).to_contain_text("Votre recours est reçu")
    hr = open_page(user=cast.hr())
    hr.goto(reverse("admin:index"))
    hr.get_by_role("link", name=re.compile("1 recours à répondre")).click()
    hr.get_by_role("link", name=file.dossier_code).click()
    hr.get_by_label("Suite donnée").select_option("dismissed")
    hr.get_by_label("Réponse motivée").fill("Les notes ont été revues : elles suivent la grille.")
    press(hr, "Relire la réponse avant l’envoi")
    press(hr, "Corriger")
    expect(hr.get_by_label("Réponse motivée")).to_have_value("Les notes ont été revues : elles suivent la grille.")
    press(hr, "Relire la réponse avant l’envoi")
    press(hr, "Envoyer la réponse")
    expect(hr.locator(".messagelist")).to_contain_text("La réponse est donnée")
    page.goto(address("overview"))
    expect(page.get_by_role("link", name="Réponse à votre recours (PDF)")).to_be_visible()
    page.get_by_role("link", name="Lire la réponse à mon recours").click()
    expect(page.locator("main")).to_contain_text("Les notes ont été revues")
    assert Objection.objects.get().outcome == "dismissed"


def test_the_pages_of_a_file_under_way_are_sound(file: Application, open_page: OpenPage) -> None:
    requirement = file.posting.requirements.get(code="diplomes")
    asked = pieces.ask(application=file, requirement=requirement, message="Illisible.", days=5, by=cast.hr())
    need = accommodation.ask(application=file, needs="Une rampe.", by=file.candidate, seen="")
    inspector = Inspector(open_page(user=file.candidate))
    pages = [address(name) for name in ("overview", "follow", "contact", "accommodation")]
    inspector.visit(*pages, address("piece", asked.public_id))
    with inspector.page.expect_navigation():
        inspector.page.evaluate("document.querySelector('form[data-upload]').submit()")
    inspector.stay("no file chosen")
    hr = Inspector(open_page(user=cast.hr()))
    hr.visit(
        reverse("admin:applications_application_change", args=[file.pk]),
        reverse("admin:applications_application_ask_piece", args=[file.pk]),
        reverse("admin:applications_accommodation_change", args=[need.pk]),
        reverse("admin:applications_piecerequest_changelist"),
        reverse("admin:index"),
    )
    assert inspector.found + hr.found == []


def test_the_pages_of_a_recourse_are_sound(open_page: OpenPage) -> None:
    file = decided()
    inspector = Inspector(open_page(user=file.candidate))
    inspector.visit(address("objection"))
    press(inspector.page, "Envoyer mon recours")
    inspector.stay("no grounds")
    lodged = objections.lodge(application=file, grounds="Ma note.", by=file.candidate)
    inspector.visit(*(address(name) for name in ("overview", "follow", "objection")))
    hr = Inspector(open_page(user=cast.hr()))
    hr.visit(reverse("admin:applications_objection_change", args=[lodged.pk]))
    assert inspector.found + hr.found == []
