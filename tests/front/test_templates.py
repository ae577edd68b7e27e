"""The content security policy refuses inline code and style: no template asks for any."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
#: Read by a mail client or by WeasyPrint, where no policy applies.
ELSEWHERE = ("mail/", "letters/", "notices/", "evaluations/minutes.html")

PAGES = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*.html")
    if not path.relative_to(TEMPLATES).as_posix().startswith(ELSEWHERE)
)


def _text(name: str) -> str:
    text = (TEMPLATES / name).read_text()
    return re.sub(r"{% comment.*?{% endcomment %}|{#.*?#}", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_inline_style(name: str) -> None:
    assert re.findall(r"\sstyle=|<style\b", _text(name)) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_inline_script(name: str) -> None:
    text = _text(name)
    executed = [tag for tag in re.findall(r"<script\b[^>]*>", text) if "src=" not in tag and "application/" not in tag]

    assert executed == []
    assert re.findall(r"\son[a-z]+\s*=\s*[\"']|javascript:|\shx-on[:=]", text) == []


@pytest.mark.parametrize("name", PAGES)
def test_images_say_what_they_show(name: str) -> None:
    assert [tag for tag in re.findall(r"<img\b[^>]*>", _text(name)) if "alt=" not in tag] == []


def test_every_element_is_documented() -> None:
    elements = {path.name for path in (TEMPLATES / "elements").glob("*.html")}
    furniture = {"header.html", "footer.html", "messages.html", "mark.html", "state_icon.html"}
    documented = set(re.findall(r"`([a-z_]+\.html)`", (Path(settings.BASE_DIR) / "docs/design.md").read_text()))

    assert elements - furniture - documented == set()
