"""What a walk leaves behind, and whether everything is as it must be."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from rehearsal.visitor import Visitor, WalkFailed
from rehearsal.walk.closing import ARCHIVE
from rehearsal.walk.scene import Scene
from rehearsal.walk.sealing import verify_every_document

VERIFY = settings.BASE_DIR / "script" / "verify"
RECOMPUTE = settings.BASE_DIR / "script" / "recompute"


def settle(scene: Scene) -> None:
    """Stop everything, keep the record, verify every proof without the server, and check every invariant."""
    anyone = Visitor(scene.stage.base_url)
    key = scene.keep("registre/cle.txt", anyone.get("/registre/cle/").body)
    for name in ("beat", "worker", "mailer"):
        scene.stage.stop(name)
    scene.stage.manage("exportjournal", "--seal", str(scene.output / "registre" / "inscriptions.jsonl"))
    scene.keep("registre/empreinte.txt", anyone.get("/registre/empreinte/").body)
    scene.stage.stop_all()
    shutil.copytree(scene.stage.home / "mail", scene.output / "courriers", dirs_exist_ok=True)
    proofs = sorted((scene.output / "preuves").glob("*.json"))
    for proof in proofs:
        _verified_offline(proof, key)
    scene.say(f"{len(proofs)} preuves vérifiées sans le serveur")
    verify_every_document(scene)
    scene.say(_recomputed(scene.output / "registre" / "inscriptions.jsonl"))
    scene.say(_archive(scene.output / ARCHIVE, key))
    scene.say(scene.stage.manage("doctor", "--invariants").strip().replace("\n", "\n      "))
    _tell_the_story(scene)


def _verify(path: Path, key: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(VERIFY), str(path), "--key", str(key)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


def _verified_offline(path: Path, key: Path) -> str:
    done = _verify(path, key)
    if done.returncode:
        raise WalkFailed(f"script/verify refuses {path.name}: {done.stdout}{done.stderr}")
    return done.stdout


def _archive(path: Path, key: Path) -> str:
    """What ``script/verify`` says of the archive, once it has refused the same with one byte changed in its middle."""
    told = _verified_offline(path, key)
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    with TemporaryDirectory() as folder:
        changed = Path(folder) / path.name
        changed.write_bytes(whole)
        if not _verify(changed, key).returncode:
            raise WalkFailed("script/verify accepts an archive with one byte changed.")
    return "Archive vérifiée sans le serveur, refusée avec un octet changé :\n" + told.strip()


def _recomputed(register: Path) -> str:
    """What ``script/recompute`` finds: the ranking, from the marks in the register alone."""
    command = [sys.executable, "-I", str(RECOMPUTE), str(register)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise WalkFailed(f"script/recompute finds another ranking: {done.stdout}{done.stderr}")
    return "Classement refait à partir du registre :\n" + done.stdout.strip()


def _tell_the_story(scene: Scene) -> None:
    """The timeline by the clock of record, and the summary."""
    lines = (scene.output / "registre" / "inscriptions.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    kinds = Counter(entry["kind"] for entry in entries)
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    for entry in entries:
        first.setdefault(entry["kind"], entry["at"])
        last[entry["kind"]] = entry["at"]
    timeline = [
        f"{first[kind]}  {last[kind]}  {kinds[kind]:5}  {kind}" for kind in sorted(first, key=first.__getitem__)
    ]
    summary = {
        "candidates": len(scene.people),
        "fates": Counter(str(person.fate) for person in scene.people),
        "submitted": len(scene.dossiers),
        "interviewed": len(scene.heard),
        "entries": len(entries),
        "mails": len(list((scene.output / "courriers").glob("*.eml"))),
    }
    scene.keep("chronologie.txt", "\n".join(timeline).encode())
    scene.keep("resume.json", json.dumps(summary, ensure_ascii=False, indent=2).encode())
    scene.say("Chronologie à l'horloge de référence (première, dernière, nombre, acte) :")
    for line in timeline:
        scene.say(line)
