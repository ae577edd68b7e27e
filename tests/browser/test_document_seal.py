"""A receipt is verified by anyone, on a telephone too: the verdict is read first, at 360 px as at 1280."""

from pathlib import Path

import pytest

from notices import letters
from tests.browser.conftest import OpenPage
from tests.factories.notices import owed

PAGE = "/registre/document/"


@pytest.mark.parametrize("narrow", [True, False], ids=["360", "1280"])
@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_a_receipt_is_given_and_its_verdict_read_first(
    open_page: OpenPage, tmp_path: Path, narrow: bool, javascript: bool
) -> None:
    letter = letters.render(owed("receipt"))
    files = {"intact": letter, "changed": letter.replace(b"WeasyPrint", b"WeasyPaint"), "text": b"bonjour"}
    page = open_page(narrow=narrow, javascript=javascript)
    page.goto(PAGE)
    for name, content in files.items():
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(content)
        page.get_by_label("Le document (PDF)").set_input_files(path)
        page.get_by_role("button", name="Vérifier", exact=True).click()
        verdict = page.get_by_role("status" if name == "intact" else "alert").filter(has=page.get_by_role("heading"))
        verdict.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth") is True
