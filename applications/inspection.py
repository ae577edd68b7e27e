"""What an uploaded PDF is, found out in a process of its own with bounds on time and memory."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SECONDS = 20
_SCRIPT = Path(__file__).with_name("inspector.py")


@dataclass(frozen=True)
class Findings:
    """Whether the file opens as a PDF, its pages, and what it holds that a dossier takes none of."""

    readable: bool = False
    encrypted: bool = False
    active: bool = False
    attachments: bool = False
    pages: int = 0


def inspect(content: bytes) -> Findings:
    """Look into ``content``. A file that exhausts its bounds, or fails in any way, is found unreadable."""
    command = [sys.executable, "-I", str(_SCRIPT)]
    try:
        run = subprocess.run(  # noqa: S603 - our own interpreter and script; the file comes by standard input
            command, input=content, capture_output=True, timeout=SECONDS, check=True, env={}
        )
        return Findings(**json.loads(run.stdout))
    except (subprocess.SubprocessError, ValueError):
        return Findings()
