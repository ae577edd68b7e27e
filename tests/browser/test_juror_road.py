"""A member of the jury on a tablet: declares, marks without ever clicking to save, loses the line, seals."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Response, expect

from applications.models import Application
from evaluations.models import Score, ScoreSheet
from journal import clock
from tests.browser.conftest import TABLET, OpenPage, press
from tests.factories import evaluations, late_stages

SAVED = re.compile(r"^Enregistré à \d+\sh\s\d\d$")


def address(name: str, sheet: ScoreSheet) -> str:
    return reverse(f"evaluations:{name}", args=[sheet.application.dossier_code, sheet.stage])


def open_desk(open_page: OpenPage, sheet: ScoreSheet, *, javascript: bool = True) -> Page:
    page = open_page(user=sheet.member.user, size=TABLET, javascript=javascript)
    page.goto(reverse("evaluations:jury"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce qui vous attend")
    return page


def declare(page: Page, sheet: ScoreSheet) -> None:
    page.get_by_role("link", name=f"Me déclarer {sheet.application.dossier_code}").click()
    page.get_by_label("Je n'ai aucun lien").check()
    press(page, "Déclarer")
    page.locator("form.jury-form").wait_for()


def says_saved(page: Page) -> None:
    status = page.locator("[data-autosave-status]")
    expect(status).to_have_attribute("data-state", "saved")
    expect(status).to_have_text(SAVED)


def mark(page: Page, place: int, value: str, comment: str = "") -> None:
    """Type the mark of the criterion at a place, and leave the field."""
    criterion = page.locator(".jury-criterion").nth(place)
    criterion.get_by_label("Note sur 20").fill(value)
    if comment:
        criterion.get_by_label("Commentaire").fill(comment)
    page.locator("h1").click()


def kept(sheet: ScoreSheet) -> list[Decimal | None]:
    return list(Score.objects.filter(sheet=sheet).order_by("criterion__position").values_list("value", flat=True))


def shows_no_identity(page: Page, application: Application) -> None:
    words = page.content().casefold()
    candidate = application.candidate
    hidden = (application.family_name, application.given_names, candidate.email, application.national_id)
    assert [name for name in hidden if name.casefold() in words] == []


def seal(page: Page, sheet: ScoreSheet) -> None:
    press(page, "Relire et sceller")
    expect(page.locator("main")).to_contain_text("Une fois scellée, elle ne change plus.")
    press(page, "Sceller définitivement")
    expect(page.locator("main")).to_contain_text(
        f"Votre grille du dossier {sheet.application.dossier_code} est scellée."
    )
    sheet.refresh_from_db()
    assert sheet.sealed_at == clock.now()


@pytest.fixture
def blind(_default_clock: None) -> ScoreSheet:
    """A sheet of the first stage that waits for its member."""
    return evaluations.sheets(evaluations.assigned(1))[0]


@pytest.fixture
def heard(_default_clock: None) -> ScoreSheet:
    """A sheet of an interview that begins now."""
    posting = late_stages.scheduled(1)
    clock.move_to(posting.interviews.get().starts_at, by="test", stopped=True)
    return late_stages.newcomer(posting)


def test_juror_marks_blind_and_seals(blind: ScoreSheet, open_page: OpenPage) -> None:
    page = open_desk(open_page, blind)
    shows_no_identity(page, blind.application)
    declare(page, blind)
    shows_no_identity(page, blind.application)
    expect(page.get_by_role("heading", level=1)).to_contain_text(blind.application.dossier_code)
    expect(page.locator(".jury-answer").first).to_contain_text("Réponse à la question 1.")

    count = page.locator(".jury-criterion").count()
    for place in range(count):
        mark(page, place, "13,5", f"Solide ({place}).")
        says_saved(page)
    page.get_by_role("button", name=re.compile("Un demi-point de plus")).first.click()
    says_saved(page)
    expect(page.locator("[data-marks-count]")).to_have_text(f"Critères notés : {count} sur {count}")
    assert kept(blind) == [Decimal("14"), *[Decimal("13.5")] * (count - 1)]
    seal(page, blind)
    page.goto(address("sheet", blind))
    expect(page.locator("main")).to_contain_text("Elle ne change plus")
    shows_no_identity(page, blind.application)


def test_cut_line_loses_no_mark(blind: ScoreSheet, open_page: OpenPage) -> None:
    page = open_desk(open_page, blind)
    declare(page, blind)
    mark(page, 0, "12")
    says_saved(page)

    page.context.set_offline(True)
    mark(page, 1, "15,5", "Précis.")
    mark(page, 2, "11")
    status = page.locator("[data-autosave-status]")
    expect(status).to_contain_text("Hors ligne : vos saisies restent sur cette page")
    assert kept(blind)[:3] == [Decimal("12"), None, None]

    page.context.set_offline(False)
    says_saved(page)
    assert kept(blind)[:3] == [Decimal("12"), Decimal("15.5"), Decimal("11")]
    page.reload()
    shown = [page.get_by_label("Note sur 20").nth(place).input_value() for place in range(3)]
    assert shown == ["12", "15,5", "11"]
    expect(page.get_by_label("Commentaire").nth(1)).to_have_value("Précis.")


def until_kept(page: Page, sheet: ScoreSheet, value: Decimal) -> None:
    """Wait, at most five seconds, for the sheet's first mark to reach the database."""
    for _try in range(50):
        if kept(sheet)[0] == value:
            return
        page.wait_for_timeout(100)


def test_page_left_off_line_gives_its_marks_back(blind: ScoreSheet, open_page: OpenPage) -> None:
    page = open_desk(open_page, blind)
    declare(page, blind)
    page.context.set_offline(True)
    mark(page, 0, "16")
    expect(page.locator("[data-autosave-status]")).to_have_attribute("data-state", "offline")
    page.close(run_before_unload=False)
    assert kept(blind)[0] is None

    again = page.context.new_page()
    again.context.set_offline(False)
    again.goto(address("sheet", blind))
    expect(again.get_by_label("Note sur 20").first).to_have_value("16")
    # Sent by the new page, or by the old one in the instant in which it closed: either way it is kept.
    until_kept(again, blind, Decimal("16"))
    assert kept(blind)[0] == Decimal("16")


def test_wrong_mark_is_refused_in_place(blind: ScoreSheet, open_page: OpenPage) -> None:
    page = open_desk(open_page, blind)
    declare(page, blind)
    mark(page, 0, "20,25")
    field = page.get_by_label("Note sur 20").first
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("20,25")
    mark(page, 0, "20")
    says_saved(page)
    assert kept(blind)[0] == Decimal("20")


def opened_document(page: Page) -> Response:
    """The first document's answer, once its summary is clicked."""
    with page.expect_response(re.compile("/pieces/")) as coming:
        page.locator(".jury-document summary").first.click()
    return coming.value


def test_juror_marks_an_interview_beside_the_file(heard: ScoreSheet, open_page: OpenPage) -> None:
    page = open_desk(open_page, heard)
    declare(page, heard)
    expect(page.get_by_role("heading", level=1)).to_contain_text(heard.application.full_name)
    expect(page.locator(".jury-file")).to_contain_text("Chef de division")
    answer = opened_document(page)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")

    count = page.locator(".jury-criterion").count()
    for place in range(count):
        mark(page, place, "15")
    page.get_by_label("Appréciation générale").fill("Un échange franc.")
    page.locator("h1").click()
    expect(page.locator("[data-marks-count]")).to_have_text(f"Critères notés : {count} sur {count}")
    says_saved(page)
    assert kept(heard) == [Decimal("15")] * count
    seal(page, heard)


def test_juror_saves_with_the_button_without_javascript(blind: ScoreSheet, open_page: OpenPage) -> None:
    page = open_desk(open_page, blind, javascript=False)
    declare(page, blind)
    fields = page.get_by_label("Note sur 20").all()
    for field in fields:
        field.fill("12,5")
    fields[0].fill("bien")
    press(page, "Enregistrer")
    expect(page.get_by_role("alert")).to_contain_text("Une valeur n’a pas été enregistrée")
    expect(page.get_by_label("Note sur 20").first).to_have_value("bien")
    page.get_by_label("Note sur 20").first.fill("12,5")
    press(page, "Enregistrer")
    expect(page.locator("main")).to_contain_text("Votre grille est enregistrée.")
    assert kept(blind) == [Decimal("12.5")] * len(fields)
    seal(page, blind)
