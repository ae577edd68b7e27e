"""What an uploaded PDF is, found out in a process of its own with bounds on time and memory.

Run as a script, it reads the file on its standard input and writes its findings as JSON; it imports nothing of
the project, so that nothing of the project is within reach of a hostile file.
"""

import io
import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pikepdf

SECONDS = 20
MEMORY = 768 * 1024 * 1024
#: Actions that run something, or that fetch or send something, when the file is opened or clicked.
ACTIVE_ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition", "/Movie", "/Sound"})
ATTACHING = frozenset({"/EmbeddedFile"})
ACTIVE_ANNOTATIONS = frozenset({"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/FileAttachment"})


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
    command = [sys.executable, "-I", __file__]
    try:
        run = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=True, env={})
        return Findings(**json.loads(run.stdout))
    except (subprocess.SubprocessError, ValueError):
        return Findings()


def _dictionaries(document: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary and stream of the file, those that stand directly in others included."""
    for item in document.objects:
        pending = [item]
        while pending:
            here = pending.pop()
            if isinstance(here, pikepdf.Dictionary | pikepdf.Stream):
                yield here
                children = [value for _key, value in here.items()]
            elif isinstance(here, pikepdf.Array):
                children = list(here)  # type: ignore[call-overload]
            else:
                continue
            pending += [child for child in children if isinstance(child, pikepdf.Object) and not child.is_indirect]


def _is_active(item: Any) -> bool:
    if str(item.get("/S", "")) in ACTIVE_ACTIONS or str(item.get("/Subtype", "")) in ACTIVE_ANNOTATIONS:
        return True
    return "/JS" in item or "/XFA" in item


def _attaches(item: Any) -> bool:
    return str(item.get("/Type", "")) in ATTACHING or "/EF" in item or "/EmbeddedFiles" in item


def _findings(content: bytes) -> Findings:
    try:
        document = pikepdf.open(io.BytesIO(content), suppress_warnings=True)
    except pikepdf.PasswordError:
        return Findings(readable=True, encrypted=True)
    except pikepdf.PdfError:
        return Findings()
    with document:
        active = attachments = False
        for item in _dictionaries(document):
            active = active or _is_active(item)
            attachments = attachments or _attaches(item)
        return Findings(
            readable=True, encrypted=document.is_encrypted, active=active, attachments=attachments, pages=len(document.pages)
        )


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.stdout.write(json.dumps(asdict(_findings(sys.stdin.buffer.read()))))


if __name__ == "__main__":
    _main()
