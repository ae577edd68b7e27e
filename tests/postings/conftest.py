"""A folder of a posting, to be spoilt in one place."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from postings.lifecycle import publish
from postings.loader import DATA, load
from postings.models import Posting

FOLDER = DATA / "secretaire-general"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the real posting's folder."""
    return Path(shutil.copytree(FOLDER, tmp_path / "secretaire-general"))


@pytest.fixture
def spoil(folder: Path) -> Callable[..., Path]:
    """``spoil("old", "new")`` changes every such passage of the copy's rules, and gives the copy."""

    def change(old: str, new: str, *, file: str = "posting.toml", count: int = -1) -> Path:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, count), encoding="utf-8")
        return folder

    return change


@pytest.fixture
def posting(db: None, _default_clock: None) -> Posting:
    """The real posting, published."""
    return publish(posting=load(FOLDER), by=None)
