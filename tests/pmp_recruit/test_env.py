"""Nonsense in the environment is refused, never guessed at."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from pmp_recruit import env


@pytest.mark.parametrize(
    ("value", "meant"), [("1", True), ("YES", True), ("on", True), ("", False), ("0", False), ("false", False)]
)
def test_flag_reads_yes_and_no(monkeypatch: pytest.MonkeyPatch, value: str, meant: bool) -> None:
    monkeypatch.setenv("PMP_X", value)
    assert env.flag("PMP_X") is meant


def test_flag_refuses_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMP_X", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="neither yes"):
        env.flag("PMP_X")


@pytest.mark.parametrize("value", ["-1", "1.5", "ten", ""])
def test_number_refuses_what_is_not_a_whole_number(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PMP_X", value)
    with pytest.raises(ImproperlyConfigured, match="whole number"):
        env.number("PMP_X", 3)


def test_names_drops_empty_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMP_X", "a, b,,c ,")
    assert env.names("PMP_X") == ["a", "b", "c"]


def test_choice_refuses_the_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMP_X", "staging")
    with pytest.raises(ImproperlyConfigured, match="development, production"):
        env.choice("PMP_X", ("development", "production"), "development")


def test_secret_comes_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n", encoding="utf-8")
    monkeypatch.setenv("PMP_X_FILE", str(tmp_path / "secret"))
    assert env.text("PMP_X") == "s3cret"


def test_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PMP_X", "one")
    monkeypatch.setenv("PMP_X_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured, match="both set"):
        env.text("PMP_X")


def test_secret_file_that_is_missing_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PMP_X_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(ImproperlyConfigured, match="can't read"):
        env.text("PMP_X")
