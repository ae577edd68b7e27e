"""Production refuses to start in any way that would make its promises false."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

GOOD = {
    "PMP_ENV": "production",
    "PMP_SECRET_KEY": "a-secret-of-fifty-characters-that-nobody-would-ever-guess",
    "PMP_JOURNAL_KEY": "-----BEGIN PRIVATE KEY-----",
    "PMP_DATABASE_URL": "postgres://pmp@localhost/pmp",
    "PMP_MAIL_URL": "smtp://mail.example:25",
    "PMP_BASE_URL": "https://recrutement.example",
    "PMP_ALLOWED_HOSTS": "recrutement.example",
}


def start(tmp_path: Path, **changes: str | None) -> tuple[int, str]:
    """The settings read as a fresh process reads them: its exit code, and what it says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PMP_", "DJANGO_"))}
    changed = {name: value for name, value in (GOOD | changes).items() if value is not None}
    environment = kept | changed | {"PMP_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "pmp_recruit.settings"}
    code = "from django.conf import settings; settings.DEBUG"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_production_starts_when_all_is_there(tmp_path: Path) -> None:
    assert start(tmp_path) == (0, "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PMP_SECRET_KEY", None),
        ("PMP_SECRET_KEY", "short"),
        ("PMP_JOURNAL_KEY", None),
        ("PMP_DATABASE_URL", None),
        ("PMP_DATABASE_URL", "sqlite:////tmp/db.sqlite3"),
        ("PMP_DATABASE_URL", "mysql://pmp@localhost/pmp"),
        ("PMP_MAIL_URL", None),
        ("PMP_BASE_URL", "http://recrutement.example"),
        ("PMP_ALLOWED_HOSTS", None),
        ("PMP_ALLOWED_HOSTS", "*"),
        ("PMP_REHEARSAL", "1"),
        ("PMP_SEAL_REQUIRED", "1"),
        ("PMP_DEBUG", "1"),
    ],
)
def test_production_refuses_to_start(tmp_path: Path, name: str, value: str | None) -> None:
    code, said = start(tmp_path, **{name: value})
    assert (code, said.count("\n  - "), f"\n  - {name}" in said) == (1, 1, True)


def test_production_names_every_fault_at_once(tmp_path: Path) -> None:
    _code, said = start(tmp_path, PMP_SECRET_KEY=None, PMP_MAIL_URL=None, PMP_REHEARSAL="1")
    assert said.count("\n  - ") == 3


def test_an_unknown_environment_is_refused(tmp_path: Path) -> None:
    code, said = start(tmp_path, PMP_ENV="prodution")
    assert (code, "development, production" in said) == (1, True)
