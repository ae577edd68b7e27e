"""``script/recompute``: from the exported register to the ranking, by a program that shares no line with the site."""

import json
import subprocess
import sys
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from applications.models import Application
from evaluations import deliberation, gaps, interviews, scoring
from evaluations import results as stage_results
from evaluations.models import Deliberation, ScoreSheet
from evaluations.policy import presiding_member
from evaluations.third_marker import draw_third
from journal import clock
from postings.models import Posting, Stage
from tests import cast
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db
SCRIPT = settings.BASE_DIR / "script" / "recompute"


def marking(sheet: ScoreSheet, place: int) -> Decimal:
    """The first file has a gap, the next two are twins, the fourth fails a written criterion, the fifth a spoken one."""
    criterion = list(sheet.scores.select_related("criterion"))[place].criterion.code
    file = sheet.application.candidate.email
    number = int("".join(filter(str.isdigit, file)) or 0)
    if number == 1 and sheet.stage == Stage.SKILLS:
        earlier = ScoreSheet.objects.filter(application=sheet.application, stage=sheet.stage, pk__lt=sheet.pk).count()
        return (Decimal(16), Decimal(11), Decimal("13.5"))[earlier]
    if (number, criterion) in {(4, "droit-public"), (5, "situations-complexes")}:
        return Decimal("4.5")
    return Decimal(14) if number in (2, 3) else Decimal(15)


def deliberated() -> Deliberation:
    """A campaign with a third marker, twins, a sheet reopened, and an elimination at each stage."""
    posting = evaluations.all_sealed(evaluations.assigned(5), marking=marking)
    _a_third_marker(posting)
    stage_results.close_skills(posting=posting, by=cast.hr())
    late_stages.slots(posting, 4)
    interviews.schedule_all(posting=posting, by=cast.hr())
    clock.move_to(posting.interviews.last().ends_at, by="test", stopped=True)  # type: ignore[union-attr]
    late_stages.verified(evaluations.interviewed(posting, marking))
    deliberation.open_session(posting=posting, present=late_stages.members(posting), by=cast.juror(1))
    return deliberation.close(
        posting=posting, outcome="Vu.", appreciations=late_stages.appreciations(posting), by=cast.juror(1)
    )


def _a_third_marker(posting: Posting) -> None:
    (far,) = stage_results.undiscussed(posting, Stage.SKILLS, Application.objects.filter(posting=posting))
    presiding = presiding_member(far)
    assert presiding is not None
    gaps.discuss_gap(application=far, stage=Stage.SKILLS, outcome="Maintenu.", by=presiding.user)
    third = draw_third(application=far, by=presiding.user)
    assert third.sheet is not None
    evaluations.sealed(third.sheet, marking)
    scoring.reopen_sheet(sheet=third.sheet, reason="Erreur de saisie", by=presiding.user)
    score = third.sheet.scores.select_related("criterion")[0]
    scoring.save_score(
        sheet=third.sheet, criterion=score.criterion, value="12.5", comment="", by=third.sheet.member.user
    )
    scoring.seal_sheet(sheet=third.sheet, by=third.sheet.member.user)


def run(path: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-I", str(SCRIPT), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def rewritten(path: Path, kind: str, change: dict[str, object], *, leaf: bool = True) -> Path:
    """A register in which the first entry of ``kind`` says something else, its hash made to fit."""
    lines, done = [], False
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] == kind and not done:
            body = json.loads(row["body"])
            body["facts"] |= change
            row["body"] = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            row["leaf"] = sha256(b"\x00" + row["body"].encode()).hexdigest() if leaf else row["leaf"]
            done = True
        lines.append(json.dumps(row, ensure_ascii=False))
    assert done
    other = path.with_name("autre.jsonl")
    other.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return other


def first_marks(path: Path) -> dict[str, str]:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return next(dict(row["facts"]["marks"]) for row in rows if row["kind"] == "sheet.sealed")


def test_the_ranking_is_found_again_and_any_change_is_named(tmp_path: Path) -> None:
    session = deliberated()
    path = tmp_path / "inscriptions.jsonl"
    call_command("exportjournal", "--seal", str(path), verbosity=0)

    done = run(path)
    assert done.returncode == 0, done.stdout + done.stderr
    ranked = list(session.ranking.select_related("application"))
    told = [line.split()[1] for line in done.stdout.splitlines() if line.strip()[:1].isdigit() and "total" in line]
    assert told == [place.application.dossier_code for place in ranked]
    assert len(ranked) == 3  # five marked, one eliminated in writing, one at the interview
    assert [place.tie_broken_by for place in ranked].count("lots") == 2
    assert done.stdout.count("éliminé") == 2
    assert "1 troisième" in done.stdout

    marks = first_marks(path)
    code = sorted(marks)[0]
    other = {"marks": {**marks, code: str(Decimal(marks[code]) - Decimal("0.5"))}}
    changed = run(rewritten(path, "sheet.sealed", other))
    assert (changed.returncode, "DIFFÉRENT" in changed.stdout) == (1, True)
    unsealed = run(rewritten(path, "sheet.sealed", other, leaf=False))
    assert (unsealed.returncode, "haché" in unsealed.stdout) == (1, True)
    assert run(rewritten(path, "deliberation.closed", {"eliminated": {}})).returncode == 1
    assert run(rewritten(path, "marker.third_drawn", {"drawn": "user:0"})).returncode == 1
    assert run(rewritten(path, "skills.assigned", {"seed": "00"})).returncode == 1
    ranking = json.loads(json.dumps(_facts(path)["ranking"]))
    ranking[0]["dossier"], ranking[1]["dossier"] = ranking[1]["dossier"], ranking[0]["dossier"]
    assert run(rewritten(path, "deliberation.closed", {"ranking": ranking})).returncode == 1


def _facts(path: Path) -> dict[str, list[dict[str, object]]]:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return next(row["facts"] for row in rows if row["kind"] == "deliberation.closed")


def test_what_is_no_register_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    assert run(path).returncode == 2
    assert run(tmp_path / "absent.jsonl").returncode == 2
