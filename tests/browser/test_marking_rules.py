"""The rules of marking as a juror meets them: a comment asked for at once, and the chair's figures on a narrow screen."""

from decimal import Decimal

from django.urls import reverse
from playwright.sync_api import expect

from evaluations.models import ScoreSheet
from tests import cast
from tests.browser.conftest import NARROW, TABLET, WIDE, OpenPage
from tests.factories import evaluations
from tests.factories.applications import SLUG


def test_a_mark_at_the_far_end_asks_for_its_comment_at_once(open_page: OpenPage) -> None:
    sheet = evaluations.sheets(evaluations.assigned(1))[0]
    evaluations.declared(sheet)
    page = open_page(user=sheet.member.user, size=TABLET)
    page.goto(reverse("evaluations:sheet", args=[sheet.application.dossier_code, "skills"]))
    criterion = page.locator(".jury-criterion").first
    wanted, mark = criterion.locator("[data-wanted]"), criterion.get_by_label("Note sur 20")
    expect(wanted).to_be_hidden()
    for value, asked in (("6,5", True), ("7", False), ("17", False), ("17,5", True)):
        mark.fill(value)
        expect(wanted).to_be_visible(visible=asked)
    expect(criterion.get_by_label("Commentaire")).to_have_attribute("aria-required", "true")
    page.locator("h1").click()
    expect(page.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved")
    page.reload()
    expect(wanted).to_be_visible()


def uneven(sheet: ScoreSheet, place: int) -> Decimal:
    """Each member has a level of their own, each file another."""
    return Decimal(10) + Decimal(sheet.member_id % 5) / 2 + Decimal(sheet.application_id * 7 % 5)


def test_the_figures_fit_a_telephone(open_page: OpenPage) -> None:
    evaluations.all_sealed(evaluations.assigned(5), marking=uneven)
    for size in (NARROW, WIDE):
        page = open_page(user=cast.juror(1), size=size)
        page.goto(reverse("evaluations:measures", args=[SLUG]))
        expect(page.get_by_role("heading", level=1)).to_have_text("Mesures de la notation")
        expect(page.get_by_role("img", name="Totaux de chaque membre")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
