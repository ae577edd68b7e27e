"""The commands: the clock, and the check of a proof."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from journal import checkpoint, clock, proofs
from journal.models import ClockShift, Entry
from tests.journal.records import write

pytestmark = pytest.mark.django_db


def _said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command(*arguments)
    return capsys.readouterr().out


def test_clock_shows_the_institutions_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "clock") == "2025-10-29 10:00:00.000000 +01 (arrêtée)\n"


def test_clock_moves_to_a_moment_of_the_institutions_zone(capsys: pytest.CaptureFixture[str]) -> None:
    _said(capsys, "clock", "--to", "2025-10-30 16:29:30")
    assert clock.now() == datetime(2025, 10, 30, 15, 29, 30, tzinfo=UTC)
    last = Entry.objects.order_by("-id").first()
    assert last is not None
    assert (last.kind, last.facts["to"]) == ("clock.moved", "2025-10-30T15:29:30.000000Z")


@pytest.mark.parametrize(
    ("step", "moment"),
    [
        ("1h", "2025-10-29 11:00:00"),
        ("1d", "2025-10-30 10:00:00"),
        ("30s", "2025-10-29 10:00:30"),
        ("-10m", "2025-10-29 09:50:00"),
        ("1d2h3m4s", "2025-10-30 12:03:04"),
    ],
)
def test_clock_moves_by_a_step_and_stays_stopped(capsys: pytest.CaptureFixture[str], step: str, moment: str) -> None:
    assert _said(capsys, "clock", f"--by={step}") == f"{moment}.000000 +01 (arrêtée)\n"


def test_clock_runs_and_stops(capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "clock", "--run").endswith("(en marche)\n")
    first, second = clock.now(), clock.now()
    assert first < second
    assert _said(capsys, "clock", "--stop").endswith("(arrêtée)\n")
    assert clock.now() == clock.now() > second


@pytest.mark.parametrize("argument", ["--to=demain", "--by=3", "--by=", "--by=1w", "--by=h"])
def test_clock_refuses_nonsense(argument: str) -> None:
    before = ClockShift.objects.count()
    with pytest.raises(CommandError, match="par exemple"):
        call_command("clock", argument)
    assert ClockShift.objects.count() == before


@pytest.mark.parametrize("argument", ["--to=2025-10-30", "--by=1h", "--stop", "--run"])
def test_clock_moves_in_a_rehearsal_only(settings: LazySettings, argument: str) -> None:
    settings.PMP_REHEARSAL = False
    before = ClockShift.objects.count()
    with pytest.raises(CommandError, match="répétition"):
        call_command("clock", argument)
    assert ClockShift.objects.count() == before


def test_clock_ignores_old_shifts_outside_a_rehearsal(settings: LazySettings) -> None:
    settings.PMP_REHEARSAL = False
    assert abs(clock.now() - clock.real()).total_seconds() < 5


def test_verify_tells_a_good_proof(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (entry,) = write()
    checkpoint.seal()
    path = tmp_path / "preuve.json"
    path.write_text(proofs.dump(proofs.prove(entry)), encoding="utf-8")
    said = _said(capsys, "verify", str(path))
    assert "Cette inscription figure bien dans le registre" in said
    assert "application:PMP-2025-A7K3" in said


def test_verify_refuses_a_changed_proof_and_a_missing_file(tmp_path: Path) -> None:
    (entry,) = write()
    checkpoint.seal()
    path = tmp_path / "preuve.json"
    path.write_text(proofs.dump(proofs.prove(entry)).replace("A7K3", "A7K4"), encoding="utf-8")
    with pytest.raises(CommandError, match="not_included"):
        call_command("verify", str(path))
    with pytest.raises(CommandError, match="Impossible de lire"):
        call_command("verify", str(tmp_path / "nowhere.json"))
