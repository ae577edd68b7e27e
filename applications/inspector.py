"""The script that :mod:`applications.inspection` runs: a PDF on standard input, findings as JSON on standard output.

It imports nothing of the project, so that nothing of the project is within reach of a hostile file.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

import pikepdf

CPU_SECONDS = 15
MEMORY_BYTES = 768 * 1024 * 1024
#: Actions that run something, or that fetch or send something, when the file is opened or clicked.
ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound"}
)
ACTIVE_ANNOTATIONS = frozenset({"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})


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
                children = list(here)
            else:
                continue
            pending += [child for child in children if isinstance(child, pikepdf.Object) and not child.is_indirect]


def _is_active(item: Any) -> bool:
    if str(item.get("/S", "")) in ACTIVE_ACTIONS or str(item.get("/Subtype", "")) in ACTIVE_ANNOTATIONS:
        return True
    return "/JS" in item or "/XFA" in item


def _attaches(item: Any) -> bool:
    kinds = {str(item.get("/Type", "")), str(item.get("/Subtype", ""))}
    return bool(kinds & {"/EmbeddedFile", "/FileAttachment"}) or "/EF" in item or "/EmbeddedFiles" in item


def findings(content: bytes) -> dict[str, bool | int]:
    """The fields of ``inspection.Findings``, those that differ from their defaults."""
    try:
        document = pikepdf.open(io.BytesIO(content), suppress_warnings=True)
    except pikepdf.PasswordError:
        return {"readable": True, "encrypted": True}
    except pikepdf.PdfError:
        return {}
    with document:
        active = attachments = False
        for item in _dictionaries(document):
            active = active or _is_active(item)
            attachments = attachments or _attaches(item)
        pages = len(document.pages)
        encrypted = document.is_encrypted
    return {"readable": True, "encrypted": encrypted, "active": active, "attachments": attachments, "pages": pages}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.stdout.write(json.dumps(findings(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
