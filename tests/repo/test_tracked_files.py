"""What is tracked speaks of the project alone, and points at what is tracked."""

import re
import subprocess
from pathlib import Path, PurePosixPath
from posixpath import normpath

import pytest

from tests.repo.sources import ROOT

#: Of another place than a fresh clone: a folder beside it, a package index, an absolute path of somebody's machine.
#: In pieces, so that this file doesn't hold what it forbids.
ELSEWHERE = {
    "a folder outside": re.compile("\\.\\./" + "shared"),
    "a package index": re.compile(
        "|".join(host.replace(".", "\\.") for host in ("pypi" + ".org", "python" + "hosted.org"))
    ),
    "a package mirror": re.compile("art" + "ifactory|nexus" + "-proxy|--(?:extra-)?index" + "-url", re.IGNORECASE),
    "a machine's path": re.compile(r"(?<![\w.])/(?:home|Users|work" + r"|root)/\w"),
}
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<img[^>]*\bsrc=\"([^\"]+)\"")


def tracked(*patterns: str) -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name]


def foreign(text: str) -> list[str]:
    """What the text says of elsewhere, each with its words."""
    return [f"{what}: {found[0]}" for what, pattern in ELSEWHERE.items() for found in pattern.finditer(text)]


def test_no_tracked_file_speaks_of_another_place() -> None:
    said = {}
    for name in tracked():
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        if b"\0" not in content and (found := foreign(content.decode("utf-8", "replace"))):
            said[name] = found
    assert said == {}


@pytest.mark.parametrize(
    "text", ["see ../" + "shared/x", "https://pypi" + ".org/simple", "--index" + "-url x", "open /ho" + "me/me/x"]
)
def test_such_words_are_found(text: str) -> None:
    assert foreign(text)


def _leads_nowhere(page: str, text: str, known: set[str]) -> list[str]:
    targets = [(one or other).split("#")[0] for one, other in LINK.findall(text)]
    near = [target for target in targets if target and not re.match(r"\w+:", target)]
    places = {target: normpath(str(PurePosixPath(page).parent / target)) for target in near}
    return [target for target, place in places.items() if place not in known]


@pytest.mark.parametrize("page", tracked("*.md"))
def test_each_link_and_picture_of_a_page_is_tracked(page: str) -> None:
    files = tracked()
    known = {*files, *(str(folder) for name in files for folder in PurePosixPath(name).parents)}
    assert _leads_nowhere(page, Path(ROOT / page).read_text(encoding="utf-8"), known) == []


def test_a_link_to_nothing_is_found() -> None:
    text = "[a](../README.md#top) [b](https://x.example) ![c](missing.png)"
    assert _leads_nowhere("docs/page.md", text, {"README.md"}) == ["missing.png"]
