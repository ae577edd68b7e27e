"""What holds on every public page, on a telephone and on a desk."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from postings.models import Posting
from tests.browser.conftest import OpenPage
from tests.cast import hr

PUBLIC = (
    "postings:home",
    "postings:privacy",
    "account_request_login_code",
    "journal:home",
    "journal:verify",
    "rehearsal:home",
)


def holds(page: Page) -> dict[str, object]:
    return {
        "language": page.locator("html").get_attribute("lang"),
        "h1": page.locator("h1").count(),
        "main": page.locator("main").count(),
        "overflow": page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
        "unlabelled": page.locator("input:not([type=hidden]):not([type=submit])").evaluate_all(
            "fields => fields.filter(f => !f.labels.length && !f.ariaLabel && !f.getAttribute('aria-labelledby')).length"
        ),
    }


@pytest.mark.parametrize("narrow", [True, False], ids=["360", "1280"])
@pytest.mark.parametrize("name", PUBLIC)
def test_public_page_fits_its_screen(posting: Posting, open_page: OpenPage, name: str, narrow: bool) -> None:
    page = open_page(narrow=narrow)
    answer = page.goto(reverse(name))
    assert answer is not None
    assert answer.status == 200
    assert holds(page) == {"language": "fr", "h1": 1, "main": 1, "overflow": 0, "unlabelled": 0}


def test_notice_reads_without_javascript(posting: Posting, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(reverse("postings:detail", args=[posting.slug]))
    assert "16 h 30" in page.locator("main").inner_text().replace("\u202f", " ").replace("\u00a0", " ")


def test_session_cookie_signs_a_person_in(posting: Posting, open_page: OpenPage) -> None:
    page = open_page(user=hr())
    page.goto(reverse("admin:index"))
    assert page.url.endswith("/rh/")
