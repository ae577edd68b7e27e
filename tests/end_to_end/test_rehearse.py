"""The whole road, walked by the command: on the embedded default, and on the services of the tests."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

CANDIDATES = 10  # two at the last second, two too late, one who never submits, five early, of whom one withdraws
VERIFY = settings.BASE_DIR / "script" / "verify"


def _walk(output: Path, environment: dict[str, str]) -> str:
    command = [sys.executable, "manage.py", "rehearse", "--candidates", str(CANDIDATES), "--output", str(output)]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _environment(home: Path, *, embedded: bool) -> dict[str, str]:
    """Without ``PMP_REHEARSAL``: the walk says that itself to the processes it starts."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PMP_", "DJANGO_", "PYTEST_"))}
    services = ("PMP_DATABASE_URL", "PMP_BROKER_URL")
    chosen = {} if embedded else {name: os.environ[name] for name in services if name in os.environ}
    return {**kept, **chosen, "PMP_HOME": str(home)}


def _entries(output: Path, kind: str) -> list[dict[str, object]]:
    lines = (output / "registre" / "inscriptions.jsonl").read_text(encoding="utf-8").splitlines()
    return [entry for entry in map(json.loads, lines) if entry["kind"] == kind]


@pytest.mark.parametrize("embedded", [True, False], ids=["sqlite-filesystem", "as-configured"])
def test_the_whole_road_is_walked(tmp_path: Path, embedded: bool) -> None:
    if not embedded and settings.SQLITE:
        pytest.skip("the configured services are the embedded ones")
    output = tmp_path / "out"
    told = _walk(output, _environment(tmp_path / "home", embedded=embedded))
    assert "FAILS" not in told

    assert len(_entries(output, "application.submitted")) == 7
    assert [entry["at"] for entry in _entries(output, "application.refused_late")] == [
        "2025-10-30T15:30:00.000000Z"
    ] * 2
    last = [
        entry for entry in _entries(output, "application.submitted") if entry["at"] == "2025-10-30T15:29:59.000000Z"
    ]
    assert len(last) == 2
    (closing,) = _entries(output, "posting.closed")
    assert closing["facts"]["count"] == 7  # type: ignore[index]

    assert len(_entries(output, "incident.recorded")) == 1
    ended = [len(_entries(output, f"sitting.{kind}")) for kind in ("handed_in", "timed_out", "missed")]
    assert ended == [3, 1, 1]
    (dropped,) = _entries(output, "application.not_shortlisted")
    assert dropped["facts"]["cause"] == "exercise_missed"  # type: ignore[index]
    assert len(_entries(output, "marker.third_drawn")) == 1
    assert len(_entries(output, "interview.rescheduled")) == 1
    assert len(_entries(output, "interview.missed")) == 1
    (deliberation,) = _entries(output, "deliberation.closed")
    ties = [place["tie_broken_by"] for place in deliberation["facts"]["ranking"]]  # type: ignore[index]
    assert sorted(ties) == ["", "lots", "lots"]  # the twins

    assert len(list((output / "recepisses").glob("*.pdf"))) == 7
    assert len(list((output / "lettres").glob("*.pdf"))) == 6
    assert (output / "proces-verbal.pdf").read_bytes().startswith(b"%PDF-")
    assert [len(_entries(output, f"minutes.{deed}")) for deed in ("signed", "refused", "issued")] == [4, 1, 1]
    assert [len(_entries(output, f"application.{act}")) for act in ("renounced", "called")] == [1, 1]
    assert [entry["facts"]["accepted"] for entry in _entries(output, "vote.closed")] == [False]  # type: ignore[index]
    assert (output / "rapport-final.pdf").read_bytes().startswith(b"%PDF-")
    assert "Archive vérifiée sans le serveur, refusée avec un octet changé" in told
    assert [len(_entries(output, kind)) for kind in ("report.rendered", "archive.made", "list.exported")] == [1, 1, 10]
    _a_changed_byte_is_found(output)


def _a_changed_byte_is_found(output: Path) -> None:
    proof = sorted((output / "preuves").glob("*.json"))[0]
    key = output / "registre" / "cle.txt"
    command = [sys.executable, "-I", str(VERIFY), str(proof), "--key", str(key)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    proof.write_text(
        proof.read_text(encoding="utf-8").replace("application.submitted", "application.submittee"), encoding="utf-8"
    )
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_an_occupied_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "something").touch()
    command = [sys.executable, "manage.py", "rehearse", "--output", str(tmp_path)]
    environment = _environment(tmp_path, embedded=True)
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "is not empty" in done.stderr
