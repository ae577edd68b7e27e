"""One interview, five members of the jury at once: marks and notes kept through a cut, who is ready, the last seal."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from applications.states import State
from evaluations.models import InterviewNote, ScoreSheet
from journal import clock
from postings.models import Posting, Stage
from tests.browser.conftest import NARROW, TABLET, WIDE, OpenPage, press
from tests.browser.test_juror_road import address, kept, mark, says_saved
from tests.factories import evaluations, late_stages


@pytest.fixture
def posting(_default_clock: None) -> Posting:
    """One interview, which began six minutes ago; every member has declared."""
    posting = late_stages.scheduled(1)
    clock.move_to(posting.interviews.get().starts_at + timedelta(minutes=6), by="test", stopped=True)
    for sheet in evaluations.sheets(posting, Stage.INTERVIEW):
        evaluations.declared(sheet)
    return posting


def members(posting: Posting) -> list[ScoreSheet]:
    """The sheets, the chair's first."""
    return sorted(evaluations.sheets(posting, Stage.INTERVIEW), key=lambda sheet: not sheet.member.chair)


def enter(open_page: OpenPage, sheet: ScoreSheet, **options: Any) -> Page:
    page = open_page(user=sheet.member.user, **{"size": TABLET, **options})
    page.goto(address("sheet", sheet))
    expect(page.get_by_role("heading", level=1)).to_contain_text(sheet.application.full_name)
    return page


def note(page: Page, place: int, words: str) -> None:
    page.get_by_label(re.compile("^Mes notes")).nth(place).fill(words)
    page.locator("h1").click()


def noted(sheet: ScoreSheet) -> list[str]:
    return list(InterviewNote.objects.filter(sheet=sheet).order_by("question__position").values_list("text", flat=True))


def refresh(page: Page, sheet: ScoreSheet) -> None:
    """Ask for who is ready now, as the page does by itself every ten seconds."""
    with page.expect_response(re.compile("/en-cours/")):
        page.evaluate("address => htmx.ajax('GET', address, '[data-going]')", address("going", sheet))
    page.wait_for_timeout(100)


def statuses(page: Page) -> list[str | None]:
    return [row.get_attribute("data-member-status") for row in page.locator("[data-member-status]").all()]


def seal(page: Page) -> None:
    press(page, "Relire et sceller")
    expect(page.get_by_role("table")).to_contain_text("Total pondéré")
    press(page, "Sceller définitivement")


def test_marks_and_notes_outlive_a_cut_line(posting: Posting, open_page: OpenPage) -> None:
    sheet = members(posting)[1]
    page = enter(open_page, sheet)
    note(page, 0, "Décide vite, puis explique.")
    says_saved(page)

    page.context.set_offline(True)
    page.locator("[data-scale]").first.get_by_role("button", name="15", exact=True).click()
    page.get_by_role("button", name=re.compile("Un demi-point de plus")).first.click()
    note(page, 1, "Écoute les deux.")
    note(page, 0, "Décide vite, puis explique. Reste calme.")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Hors ligne : vos saisies restent sur cette page")
    assert (kept(sheet)[0], noted(sheet)) == (None, ["Décide vite, puis explique."])

    page.context.set_offline(False)
    says_saved(page)
    assert kept(sheet)[0] == Decimal("15.5")
    assert noted(sheet) == ["Décide vite, puis explique. Reste calme.", "Écoute les deux."]
    page.reload()
    expect(page.get_by_label(re.compile("^Mes notes")).first).to_have_value("Décide vite, puis explique. Reste calme.")
    pressed = page.locator("[data-scale]").first.locator("[aria-pressed=true]")
    expect(pressed).to_have_text("15")


def test_five_members_at_once_bring_one_interview_to_its_end(posting: Posting, open_page: OpenPage) -> None:
    rows = members(posting)
    pages = [enter(open_page, sheet) for sheet in rows]
    chair = pages[0]
    assert statuses(chair) == ["mark"] * 5
    expect(pages[1].locator("[data-member-status]")).to_have_count(0)
    asked = [page.locator(".jury-question").all_inner_texts() for page in pages]
    assert asked == [asked[0]] * 5

    count = chair.locator(".jury-criterion").count()
    for place in range(count):  # in turn, all five sheets open
        for number, page in enumerate(pages):
            mark(page, place, str(11 + number))
    for number, page in enumerate(pages):
        note(page, number, f"Note privée {number}.")
        says_saved(page)
    assert [kept(sheet) for sheet in rows] == [[Decimal(11 + number)] * count for number in range(5)]
    refresh(chair, rows[0])
    assert sorted(map(str, statuses(chair))) == ["complete"] * 5

    for number, page in enumerate(pages[1:], start=1):
        seal(page)
        refresh(chair, rows[0])
        assert statuses(chair).count("sealed") == number
    shown = chair.locator("[data-going]").inner_text()
    assert not re.search(r"1[2-5](?!\s*sur)", shown.split("heure du serveur")[1])
    assert "Note privée 1" not in chair.content()
    assert posting.applications.get().state == State.SHORTLISTED
    seal(chair)
    assert posting.applications.get().state == State.INTERVIEWED
    chair.goto(address("sheet", rows[0]))
    expect(chair.locator(".jury-ready")).to_contain_text("L’entretien est clos")
    chair.goto(address("file", rows[0]))
    expect(chair.locator("main")).to_contain_text("Total pondéré")
    assert "Note privée" not in chair.content()


def test_chair_records_on_the_page_that_nobody_came(posting: Posting, open_page: OpenPage) -> None:
    sheet = members(posting)[0]
    page = enter(open_page, sheet)
    expect(page.get_by_role("button", name="Constater l’absence")).to_have_count(0)
    expect(page.locator("[data-timer-left]")).to_have_text(re.compile("^Il reste 24\\smin\\s00\\ss$"))
    clock.move_to(posting.interviews.get().ends_at + timedelta(minutes=3), by="test", stopped=True)
    refresh(page, sheet)
    expect(page.locator("[data-timer-left]")).to_have_text(re.compile("^Heure dépassée de 3\\smin"))
    press(page, "Constater l’absence")
    expect(page.locator("main")).to_contain_text("Présidence du jury")
    assert posting.interviews.get().absent_at == clock.now()


def test_keyboard_alone_marks_notes_and_seals(posting: Posting, open_page: OpenPage) -> None:
    sheet = members(posting)[1]
    page = enter(open_page, sheet, size=WIDE)
    fields = page.get_by_label(re.compile("^(Mes notes|Note sur 20)")).all()
    page.keyboard.press("Tab")
    reached: list[str] = []
    for _step in range(120):
        name = page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")
        reached.append(name)
        if name == "seal":
            break
        if name.startswith("note-"):
            page.keyboard.type("Entendu.")
        elif name.startswith("value-"):
            page.keyboard.press("ArrowUp")  # from nothing, the middle of the scale
            page.keyboard.press("ArrowUp")
        page.keyboard.press("Tab")
    assert len([name for name in reached if name.startswith(("note-", "value-"))]) == len(fields)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Relire et sceller")
    assert kept(sheet) == [Decimal("10.5")] * 5
    assert noted(sheet) == ["Entendu."] * 5


def test_page_works_without_javascript(posting: Posting, open_page: OpenPage) -> None:
    sheet = members(posting)[1]
    page = enter(open_page, sheet, javascript=False)
    expect(page.locator("[data-timer-left]")).to_have_text("Il reste 24 minutes")
    page.get_by_label("Note sur 20").first.fill("13,5")
    page.get_by_label(re.compile("^Mes notes")).first.fill("Sans script.")
    press(page, "Enregistrer")
    assert (kept(sheet)[0], noted(sheet)[0]) == (Decimal("13.5"), "Sans script.")


@pytest.mark.parametrize("size", [NARROW, TABLET, WIDE], ids=["telephone", "tablet", "desk"])
def test_marks_are_within_reach_of_a_thumb(posting: Posting, open_page: OpenPage, size: ViewportSize) -> None:
    page = enter(open_page, members(posting)[0], size=size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    boxes = [button.bounding_box() for button in page.locator("[data-scale]").first.locator("button").all()]
    assert len(boxes) == 21
    assert all(box and box["width"] >= 44 and box["height"] >= 44 for box in boxes)
    file, marks = page.locator(".jury-file").bounding_box(), page.locator(".jury-form").bounding_box()
    assert file is not None
    assert marks is not None
    beside = file["x"] + file["width"] <= marks["x"]
    assert beside == (size is not NARROW)
