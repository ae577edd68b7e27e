"""The tests' own browser: without JavaScript, and signed in."""

import re

from django.urls import reverse
from playwright.sync_api import expect

from postings.models import Posting
from tests.browser.conftest import OpenPage
from tests.cast import hr


def test_notice_reads_without_javascript(posting: Posting, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(reverse("postings:detail", args=[posting.slug]))
    assert "16 h 30" in page.locator("main").inner_text().replace("\u202f", " ").replace("\u00a0", " ")


def test_session_cookie_signs_a_person_in(posting: Posting, open_page: OpenPage) -> None:
    page = open_page(user=hr())
    page.goto(reverse("admin:index"))
    expect(page).to_have_url(re.compile(r"/rh/$"))
