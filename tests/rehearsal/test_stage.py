"""The stage of a walk is its own: nothing of a real campaign is signed, sent or touched there."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from rehearsal.stage import Stage


def test_a_walk_takes_no_setting_from_its_starter_but_the_services(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {
        "PMP_JOURNAL_KEY": "a real key",
        "PMP_JOURNAL_ORIGIN": "a.real.example/registre",
        "PMP_SECRET_KEY_FILE": "/run/secrets/key",
        "PMP_CLAMD": "tcp://scanner:3310",
        "PMP_DATABASE_URL_FILE": "/run/secrets/database",
        "PMP_BROKER_URL_FILE": "/run/secrets/broker",
        "PMP_STATIC_ROOT": "/srv/static",
    }
    for name in ("PMP_DATABASE_URL", "PMP_BROKER_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    environment = Stage(tmp_path, {"PMP_DATABASE_URL": "sqlite:///its-own"}).environment
    ours = {name: value for name, value in environment.items() if name.startswith("PMP_")}
    its_own = {"PMP_ENV", "PMP_HOME", "PMP_REHEARSAL", "PMP_BASE_URL", "PMP_MAIL_URL", "PMP_QUEUE", "PMP_DATABASE_URL"}
    assert set(ours) == its_own | {"PMP_BROKER_URL_FILE", "PMP_STATIC_ROOT"}
    assert (ours["PMP_REHEARSAL"], ours["PMP_DATABASE_URL"]) == ("1", "sqlite:///its-own")
    assert "PATH" in environment


def test_no_campaign_is_invented_in_production(tmp_path: Path, settings: LazySettings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="in production"):
        call_command("rehearse", "--output", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()
