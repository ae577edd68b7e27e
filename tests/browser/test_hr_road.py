"""The recruitment office in the admin: finds a file, reads its documents, admits, refuses, follows the campaign."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Frame, Page, expect

from applications.models import Application
from applications.models.events import Ground
from applications.states import State
from postings.models import Posting
from tests import cast
from tests.browser.conftest import OpenPage, press
from tests.factories import applications as factory


@pytest.fixture
def files(posting: Posting) -> list[Application]:
    """Three files submitted in time, and intake closed."""
    files = [factory.submitted(posting, cast.candidate(n)) for n in (1, 2, 3)]
    factory.close(posting)
    return files


def expect_files(page: Page, codes: list[str]) -> None:
    """The list comes to hold these files, in any order."""
    rows = page.locator("#result_list tbody th a")
    expect(rows).to_have_count(len(codes))
    for code in codes:
        expect(rows.filter(has_text=code)).to_have_count(1)


def open_file(page: Page, application: Application) -> None:
    page.goto(reverse("admin:applications_application_changelist"))
    page.locator("#searchbar").fill(application.family_name)
    press(page, "Rechercher")
    expect_files(page, [application.dossier_code])
    page.get_by_role("link", name=application.dossier_code).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(application.dossier_code)


def in_the_viewer(frame: Frame) -> bool:
    """Whether Chromium's own viewer has taken the document, as it does once a PDF may be shown there."""
    return frame.url.startswith("chrome-extension://")


def test_list_shows_each_file_and_filters_by_state(files: list[Application], open_page: OpenPage) -> None:
    page = open_page(user=cast.hr())
    page.goto(reverse("admin:applications_application_changelist"))
    expect_files(page, [file.dossier_code for file in files])
    page.locator("#changelist-filter").get_by_role("link", name="brouillon", exact=True).click()
    expect_files(page, [])


def test_documents_are_seen_in_place(files: list[Application], open_page: OpenPage) -> None:
    page = open_page(user=cast.hr())
    with page.expect_event("framenavigated", in_the_viewer), page.expect_response(re.compile("/pieces/")) as coming:
        open_file(page, files[0])
    assert (coming.value.status, coming.value.headers["content-type"]) == (200, "application/pdf")
    assert coming.value.headers["content-disposition"].startswith("inline")
    expect(page.locator(".pmp-shown")).to_contain_text("Curriculum vitæ")

    with page.expect_response(re.compile("/pieces/")) as coming:
        page.get_by_role("link", name="projet.pdf").click()
    assert coming.value.status == 200
    expect(page.locator(".pmp-shown")).to_contain_text("Projet pour le poste")


def test_file_is_admitted(files: list[Application], open_page: OpenPage) -> None:
    page = open_page(user=cast.hr())
    open_file(page, files[0])
    press(page, "Déclarer recevable")
    expect(page.locator(".messagelist")).to_contain_text(
        f"Le dossier {files[0].dossier_code} est recevable. Il reste 2 dossiers"
    )
    expect(page.get_by_role("region", name="Recevabilité")).to_contain_text("Recevable")
    files[0].refresh_from_db()
    assert files[0].state == State.ADMISSIBLE


def test_refusal_without_a_reason_keeps_its_ground(files: list[Application], open_page: OpenPage) -> None:
    page = open_page(user=cast.hr())
    open_file(page, files[1])
    page.locator(".pmp-acts summary", has_text="Proposer le refus").click()
    page.get_by_label(re.compile(r"^Motif\b")).select_option(Ground.INCOMPLETE)
    press(page, "Proposer le refus")
    expect(page.get_by_label(re.compile(r"^Motif\b"))).to_have_value(Ground.INCOMPLETE)
    expect(page.get_by_role("region", name="Recevabilité").locator(".errorlist")).to_be_visible()
    files[1].refresh_from_db()
    assert files[1].state == State.SUBMITTED

    page.get_by_label(re.compile(r"^Motivation\b")).fill("La pièce d’identité n’est pas lisible.")
    press(page, "Proposer le refus")
    expect(page.get_by_role("region", name="Recevabilité")).to_contain_text("La pièce d’identité n’est pas lisible.")
    files[1].refresh_from_db()
    assert files[1].state == State.SUBMITTED

    colleague = open_page(user=cast.officer())
    open_file(colleague, files[1])
    press(colleague, "Confirmer le refus")
    files[1].refresh_from_db()
    assert files[1].state == State.INADMISSIBLE


def test_campaign_composes_its_jury(files: list[Application], open_page: OpenPage) -> None:
    jurors = [cast.juror(n) for n in range(1, 6)]
    page = open_page(user=cast.hr())
    page.goto(reverse("evaluations:campaign", args=[factory.SLUG]))
    page.get_by_role("link", name="Composer le jury").click()
    for n, juror in enumerate(jurors):
        seat = "chair" if n == 0 else "outsider" if n == 4 else "member"
        page.get_by_label(re.compile(juror.full_name)).select_option(seat)
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile(reverse("evaluations:campaign", args=[factory.SLUG])))
    for juror in jurors:
        expect(page.locator("main")).to_contain_text(juror.full_name)
